/* The time that clients beyond the allowed number have: it stays short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/clients.h"

enum { AN_HOUR = 3600 };

static void test_a_surplus_client_is_cut_soon_though_it_is_expected_to_send(void **state)
{
    int ends[2];
    char byte;
    pz_stopping stopping;
    (void)state;
    assert_true(pz_stopping_open(&stopping));
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pz_clients *clients = pz_clients_new(&stopping, AN_HOUR);
    assert_non_null(clients);
    pz_client *client = pz_clients_add(clients, ends[0], true);
    assert_true(pz_client_is_surplus(client));
    pz_clients_expect(clients, client, true);
    assert_true(pz_clients_watch(clients));
    const struct timeval patience = {.tv_sec = 60};
    setsockopt(ends[1], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(recv(ends[1], &byte, 1, 0), 0); /* the end, not a timeout */
    pz_stopping_begin(&stopping);
    pz_clients_join(clients);
    pz_clients_remove(clients, client);
    pz_clients_free(clients);
    pz_stopping_close(&stopping);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_surplus_client_is_cut_soon_though_it_is_expected_to_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
