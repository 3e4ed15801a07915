/* What is judged of a request before libcurl has it, and which need a name server: not those to
 * addresses and to localhost, by whichever way. */
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

static void refuses_what_is_no_method(void **state)
{
    (void)state;
    static const char *const fine[] = {"GET", "A", "ABCDEFGHIJKLMNOP", "CONNECTS"};
    static const char *const wrong[] = {"", "get", "GET ", "G3T", "ABCDEFGHIJKLMNOPQ", "CONNECT"};
    pz_failure failure;
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        pz_request request = {.method = fine[i]};
        assert_true(pz_request_check_method(&request, &failure));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        pz_request request = {.method = wrong[i]};
        assert_false(pz_request_check_method(&request, &failure));
        assert_int_equal(failure.kind, PZ_KIND_CONFIG);
        assert_string_equal(failure.message, "method: not the name of an HTTP method");
    }
}

static void refuses_what_is_no_url_or_proxy(void **state)
{
    (void)state;
    static const char *const proxies[] = {"proxy:3128",       "HTTP://p",    "https://p",
                                          "socks4://p",       "socks4a://p", "socks5://p",
                                          "socks5h://u:p@p:1"};
    static const char *const none[] = {"", "ftp://p", "p q", "http://p\n", "socks6://p", "://"};
    pz_failure failure;
    pz_request request = {.url = "https://h/"};
    assert_true(pz_request_check_url(&request, &failure));
    assert_true(pz_request_check_proxy(&request, &failure));
    request.url = "ftp://h/";
    assert_false(pz_request_check_url(&request, &failure));
    assert_int_equal(failure.kind, PZ_KIND_CONFIG);
    assert_string_equal(failure.message, "url: does not begin with http:// or https://");
    for (size_t i = 0; i < sizeof proxies / sizeof *proxies; i++) {
        request.proxy = proxies[i];
        assert_true(pz_request_check_proxy(&request, &failure));
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        request.proxy = none[i];
        assert_false(pz_request_check_proxy(&request, &failure));
        assert_int_equal(failure.kind, PZ_KIND_CONFIG);
        assert_string_equal(failure.message, "proxy: not the URL of an HTTP or SOCKS proxy");
    }
}

static void knows_what_leaves_a_handle_as_it_was(void **state)
{
    (void)state;
    pz_request request = {.method = "GET", .replayable = true};
    assert_true(pz_request_is_plain(&request));
    request.replayable = false;
    assert_false(pz_request_is_plain(&request));
    request = (pz_request){.method = "HEAD", .replayable = true};
    assert_false(pz_request_is_plain(&request));
    request = (pz_request){.method = "GET", .replayable = true, .body = ""};
    assert_false(pz_request_is_plain(&request));
}

static void shares_connections_by_http2_over_tls_alone(void **state)
{
    (void)state;
    pz_request request = {.url = "HTTPS://h/", .http2 = true};
    assert_true(pz_request_may_be_http2(&request));
    request.http2 = false;
    assert_false(pz_request_may_be_http2(&request));
    request = (pz_request){.url = "http://h/", .http2 = true};
    assert_false(pz_request_may_be_http2(&request));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_addresses_from_names),
        cmocka_unit_test(asks_for_what_the_proxy_does_not),
        cmocka_unit_test(refuses_what_is_no_method),
        cmocka_unit_test(refuses_what_is_no_url_or_proxy),
        cmocka_unit_test(knows_what_leaves_a_handle_as_it_was),
        cmocka_unit_test(shares_connections_by_http2_over_tls_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
