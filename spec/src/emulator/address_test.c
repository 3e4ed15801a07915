/* Which addresses of sockets are this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cmocka.h>

#include "emulator/address.h"

static bool is_loopback(int family, const char *text)
{
    struct sockaddr_storage address = {.ss_family = (sa_family_t)family};
    void *bytes = family == AF_INET ? (void *)&((struct sockaddr_in *)&address)->sin_addr
                                    : (void *)&((struct sockaddr_in6 *)&address)->sin6_addr;
    assert_int_equal(inet_pton(family, text, bytes), 1);
    return pz_address_is_loopback((struct sockaddr *)&address);
}

static void test_this_machine_has_addresses_of_both_families(void **state)
{
    (void)state;
    assert_true(is_loopback(AF_INET, "127.0.0.1"));
    assert_true(is_loopback(AF_INET, "127.255.255.255"));
    assert_true(is_loopback(AF_INET6, "::1"));
    assert_true(is_loopback(AF_INET6, "::ffff:127.1.2.3"));
    assert_false(is_loopback(AF_INET, "126.0.0.1"));
    assert_false(is_loopback(AF_INET, "128.0.0.1"));
    assert_false(is_loopback(AF_INET, "0.0.0.0"));
    assert_false(is_loopback(AF_INET6, "::"));
    assert_false(is_loopback(AF_INET6, "::2"));
    assert_false(is_loopback(AF_INET6, "::ffff:10.0.0.1"));
    assert_false(is_loopback(AF_INET6, "::127.0.0.1"));
    const struct sockaddr other = {.sa_family = AF_UNIX};
    assert_false(pz_address_is_loopback(&other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_this_machine_has_addresses_of_both_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
