/* Which requests need a name server: not those to addresses and to localhost, by whichever way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/request.h"

static bool has_name(const char *url, const char *proxy)
{
    pz_request request = {.url = url, .proxy = proxy};
    return pz_request_has_name(&request);
}

static void knows_addresses_from_names(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "http://127.0.0.1/", "http://127.0.0.1:8080/v2",    "https://10.0.0.1?x=a.b",
        "https://[::1]/",    "https://[fe80::1%25eth0]:1/", "http://localhost:80/",
        "http://LocalHost/", "http://user:p@ss@10.0.0.1/",  "https://255.255.255.255#a@b.example",
    };
    static const char *const names[] = {
        "https://api.example.com/",
        "https://localhost.example.com/",
        "https://localhost./",
        "https://10.0.0.1.example/",
        "https://1.2.3/",
        "https://10.0.0.1@example.com/",
        "https://example.com/@10.0.0.1",
        "https://256.0.0.1/",
        "https://a-name-that-is-longer-than-any-address.example.com/",
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        if (has_name(addresses[i], NULL))
            fail_msg("%s has no name", addresses[i]);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!has_name(names[i], NULL))
            fail_msg("%s has a name", names[i]);
    }
}

static void asks_for_what_the_proxy_does_not(void **state)
{
    (void)state;
    const char *name = "https://api.example.com/", *address = "https://10.0.0.1/";
    assert_true(has_name(name, ""));
    assert_false(has_name(address, ""));
    assert_false(has_name(name, "http://10.0.0.2:3128"));
    assert_false(has_name(name, "10.0.0.2:3128"));
    assert_false(has_name(name, "socks5h://10.0.0.2"));
    assert_false(has_name(name, "socks4a://10.0.0.2"));
    assert_true(has_name(name, "socks5://10.0.0.2"));
    assert_true(has_name(name, "SOCKS4://10.0.0.2"));
    assert_false(has_name(address, "socks5://10.0.0.2"));
    assert_true(has_name(address, "http://proxy.example.com:3128"));
    assert_true(has_name(address, "proxy.example.com"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_addresses_from_names),
        cmocka_unit_test(asks_for_what_the_proxy_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
