/* A call to a target: what the programs that the process starts meanwhile see of it, and what is
 * asked of people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/target_call.h"
#include "support/loopback.h"
#include "support/recorded_options.h"

enum { DESCRIPTORS = 256 };

static pz_stopping stopping;

static void *run(void *call)
{
    pz_target_call_run(call, &stopping);
    return NULL;
}

static unsigned inherited(void)
{
    unsigned count = 0;
    for (int fd = 0; fd < DESCRIPTORS; fd++) {
        int flags = fcntl(fd, F_GETFD);
        count += flags >= 0 && !(flags & FD_CLOEXEC);
    }
    return count;
}

/* Looks while the call is under way. */
static void test_no_descriptor_is_inherited(void **state)
{
    static const char answer[] = "HTTP/1.1 204 No Content\r\n\r\n";
    static const char *const reaches[] = {"loopback", "127.0.0.1", "any"};
    char url[64];
    char request[1024];
    (void)state;
    int listening = listen_on_loopback(url, sizeof url);
    for (size_t i = 0; i < sizeof reaches / sizeof *reaches; i++) {
        pz_target_call call = {.method = "GET",
                               .url = url,
                               .outbound = reaches[i],
                               .connect_ms = 10000,
                               .answer_ms = 10000};
        pthread_t thread;
        unsigned before = inherited();
        assert_int_equal(pthread_create(&thread, NULL, run, &call), 0);
        int client = accept(listening, NULL, NULL);
        assert_true(client >= 0 && recv(client, request, sizeof request, 0) > 0);
        assert_int_equal(inherited(), before + 1); /* this end of the connection */
        assert_int_equal(send(client, answer, sizeof answer - 1, MSG_NOSIGNAL), sizeof answer - 1);
        close(client);
        pthread_join(thread, NULL);
        assert_int_equal(call.code, CURLE_OK);
        assert_int_equal(call.status, 204);
        pz_target_call_free(&call);
    }
    close(listening);
}

/* Without a passphrase OpenSSL would ask for one on the terminal. */
static void test_an_encrypted_key_is_not_asked_about(void **state)
{
    pz_target_call call = {.method = "GET",
                           .url = "http://127.0.0.1:1/",
                           .outbound = "loopback",
                           .connect_ms = 1000,
                           .answer_ms = 1000};
    (void)state;
    forget_options();
    pz_target_call_run(&call, &stopping);
    assert_int_equal(times_set(CURLOPT_SSLCERT) + times_set(CURLOPT_SSLKEY), 0);
    call.cert = "/cert";
    call.cert_key = "/key";
    pz_target_call_run(&call, &stopping);
    assert_string_equal(pointer_set(CURLOPT_SSLCERT), "/cert");
    assert_string_equal(pointer_set(CURLOPT_SSLKEY), "/key");
    assert_string_equal(pointer_set(CURLOPT_KEYPASSWD), "");
    pz_target_call_free(&call);
}

static int open_all(void **state)
{
    (void)state;
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK && pz_stopping_open(&stopping) ? 0
                                                                                            : -1;
}

static int close_all(void **state)
{
    (void)state;
    pz_stopping_close(&stopping);
    curl_global_cleanup();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_descriptor_is_inherited),
        cmocka_unit_test(test_an_encrypted_key_is_not_asked_about),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
