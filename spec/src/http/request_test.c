/* What is judged of a request before libcurl has it, which need a name server: not those to
 * addresses and to localhost, by whichever way; and what is set of libcurl's options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "http/request.h"
#include "support/built_authorities.h"
#include "support/recorded_options.h"

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
        "https://sixteen.letters0/", /* as many as an address has room for */
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

/* ------------------------------------------------------------------ libcurl's options */

static void set_profile(const pz_request *request)
{
    CURL *easy = curl_easy_init();
    forget_options();
    assert_int_equal(pz_request_set_profile(request, easy), CURLE_OK);
    curl_easy_cleanup(easy);
}

/* Some are libcurl's own defaults, which may change. */
static void sets_the_same_of_every_handle(void **state)
{
    (void)state;
    static const struct {
        CURLoption option;
        long value;
    } fixed[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
        {CURLOPT_TCP_NODELAY, 1},
        {CURLOPT_TCP_KEEPALIVE, 1},
        {CURLOPT_HTTP09_ALLOWED, 0},
        {CURLOPT_NOPROGRESS, 0},
    };
    pz_request request = {.url = "https://h/"};
    set_profile(&request);
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        assert_int_equal(number_set(fixed[i].option), fixed[i].value);
    assert_string_equal(pointer_set(CURLOPT_ACCEPT_ENCODING), pz_libcurl_encodings());
}

/* An empty text keeps libcurl from asking the environment. */
static void names_its_proxy_always(void **state)
{
    (void)state;
    pz_request request = {.url = "https://h/", .user_agent = "agent"};
    set_profile(&request);
    assert_string_equal(pointer_set(CURLOPT_PROXY), "");
    assert_string_equal(pointer_set(CURLOPT_NOPROXY), "");
    assert_int_equal(times_set(CURLOPT_USERAGENT), 0);
    assert_int_equal(times_set(CURLOPT_CONNECTTIMEOUT_MS), 0);
    request.proxy = "http://proxy:1";
    request.connect_timeout_ms = 1;
    set_profile(&request);
    assert_string_equal(pointer_set(CURLOPT_PROXY), "http://proxy:1");
    assert_string_equal(pointer_set(CURLOPT_NOPROXY), "");
    assert_string_equal(pointer_set(CURLOPT_USERAGENT), "agent");
    assert_int_equal(number_set(CURLOPT_CONNECTTIMEOUT_MS), 1);
    request.user_agent = NULL;
    set_profile(&request);
    assert_int_equal(times_set(CURLOPT_USERAGENT), 0);
}

static void trusts_the_authorities_given_alone(void **state)
{
    (void)state;
    pz_request request = {.url = "https://h/"};
    is_built_otherwise = true;
    built_file = "/bundle";
    built_path = "/built";
    set_profile(&request);
    if (tells_authorities()) {
        assert_null(pointer_set(CURLOPT_CAPATH));
        assert_null(pointer_set(CURLOPT_PROXY_CAPATH));
    }
    assert_int_equal(times_set(CURLOPT_CAINFO) + times_set(CURLOPT_PROXY_CAINFO), 0);
    built_file = NULL; /* without a bundle the folder is all that there is */
    set_profile(&request);
    is_built_otherwise = false;
    assert_int_equal(times_set(CURLOPT_CAPATH) + times_set(CURLOPT_PROXY_CAPATH), 0);
    assert_int_equal(times_set(CURLOPT_CAINFO) + times_set(CURLOPT_PROXY_CAINFO), 0);
    request.ca_path = "/folder";
    set_profile(&request);
    assert_string_equal(pointer_set(CURLOPT_CAPATH), "/folder");
    assert_string_equal(pointer_set(CURLOPT_PROXY_CAPATH), "/folder");
    assert_null(pointer_set(CURLOPT_CAINFO));
    assert_null(pointer_set(CURLOPT_PROXY_CAINFO));
    request.ca_file = "/file";
    set_profile(&request);
    assert_string_equal(pointer_set(CURLOPT_CAPATH), "/folder");
    assert_string_equal(pointer_set(CURLOPT_CAINFO), "/file");
    assert_string_equal(pointer_set(CURLOPT_PROXY_CAINFO), "/file");
}

/* With a certificate there always is a passphrase: OpenSSL would ask for one on the terminal. */
static void shows_a_certificate_with_its_key(void **state)
{
    (void)state;
    pz_request request = {.url = "https://h/", .client_cert_passphrase = "secret"};
    set_profile(&request);
    assert_int_equal(times_set(CURLOPT_SSLCERT) + times_set(CURLOPT_SSLKEY), 0);
    assert_int_equal(times_set(CURLOPT_KEYPASSWD), 0);
    request.client_cert = "/cert";
    set_profile(&request);
    assert_string_equal(pointer_set(CURLOPT_SSLCERT), "/cert");
    assert_int_equal(times_set(CURLOPT_SSLKEY), 0);
    assert_string_equal(pointer_set(CURLOPT_KEYPASSWD), "secret");
    request.client_cert_key = "/key";
    request.client_cert_passphrase = NULL;
    set_profile(&request);
    assert_string_equal(pointer_set(CURLOPT_SSLKEY), "/key");
    assert_string_equal(pointer_set(CURLOPT_KEYPASSWD), "");
}

static void set_method(const pz_request *request)
{
    CURL *easy = curl_easy_init();
    forget_options();
    assert_int_equal(pz_request_set_method(request, easy), CURLE_OK);
    assert_string_equal(pointer_set(CURLOPT_CUSTOMREQUEST), request->method);
    curl_easy_cleanup(easy);
}

static void sends_a_body_where_one_is_given_or_expected(void **state)
{
    (void)state;
    static const char *const expecting[] = {"POST", "PUT", "PATCH"};
    pz_request request = {.method = "DELETE", .replayable = true};
    set_method(&request);
    assert_int_equal(number_set(CURLOPT_HTTPGET), 1);
    assert_int_equal(times_set(CURLOPT_POST) + times_set(CURLOPT_NOBODY), 0);
    request.method = "HEAD";
    set_method(&request);
    assert_int_equal(number_set(CURLOPT_NOBODY), 1);
    assert_int_equal(times_set(CURLOPT_POST) + times_set(CURLOPT_HTTPGET), 0);
    for (size_t i = 0; i < sizeof expecting / sizeof *expecting; i++) {
        request.method = expecting[i];
        set_method(&request);
        assert_int_equal(number_set(CURLOPT_POST), 1);
        assert_int_equal(times_set(CURLOPT_HTTPGET), 0);
        assert_int_equal(number_set(CURLOPT_POSTFIELDSIZE_LARGE), 0);
        assert_string_equal(pointer_set(CURLOPT_POSTFIELDS), "");
    }
    request = (pz_request){.method = "GET", .body = "text", .body_length = 4, .replayable = true};
    set_method(&request);
    assert_int_equal(number_set(CURLOPT_POST), 1);
    assert_int_equal(number_set(CURLOPT_POSTFIELDSIZE_LARGE), 4);
    assert_ptr_equal(pointer_set(CURLOPT_POSTFIELDS), request.body);
}

/* A body comes from a callback that libcurl cannot rewind; what has none, over a new connection. */
static void lets_libcurl_repeat_what_it_may_alone(void **state)
{
    (void)state;
    pz_request request = {.method = "POST", .body = "text", .body_length = 4, .replayable = true};
    set_method(&request);
    assert_int_equal(times_set(CURLOPT_FRESH_CONNECT), 0);
    request.replayable = false;
    set_method(&request);
    assert_int_equal(times_set(CURLOPT_POSTFIELDS), 0);
    assert_int_equal(number_set(CURLOPT_POSTFIELDSIZE_LARGE), 4);
    assert_int_equal(times_set(CURLOPT_FRESH_CONNECT), 0);
    request.body = NULL;
    request.body_length = 0;
    set_method(&request);
    assert_string_equal(pointer_set(CURLOPT_POSTFIELDS), "");
    assert_int_equal(number_set(CURLOPT_FRESH_CONNECT), 1);
    request.method = "GET";
    set_method(&request);
    assert_int_equal(number_set(CURLOPT_FRESH_CONNECT), 1);
}

static void waits_for_a_connection_to_share_by_http2_alone(void **state)
{
    (void)state;
    CURL *easy = curl_easy_init();
    pz_request request = {.url = "https://h/", .http2 = true};
    assert_int_equal(pz_request_set_version(&request, easy), CURLE_OK);
    assert_int_equal(number_set(CURLOPT_HTTP_VERSION), CURL_HTTP_VERSION_2TLS);
    assert_int_equal(number_set(CURLOPT_PIPEWAIT), 1);
    request.http2 = false;
    assert_int_equal(pz_request_set_version(&request, easy), CURLE_OK);
    assert_int_equal(number_set(CURLOPT_HTTP_VERSION), CURL_HTTP_VERSION_1_1);
    assert_int_equal(number_set(CURLOPT_PIPEWAIT), 0);
    curl_easy_cleanup(easy);
}

/* libcurl would add an Expect and a Content-Type to a body. */
static void has_headers_of_its_own(void **state)
{
    (void)state;
    static const char *const methods[] = {"GET", "POST"};
    for (int i = 0; i < 2; i++) {
        CURL *easy = curl_easy_init();
        pz_request request = {.method = methods[i], .user_agent = "agent"};
        pz_headers headers = {0};
        assert_int_equal(pz_request_set_own(&request, &headers, easy), CURLE_OK);
        assert_ptr_equal(pointer_set(CURLOPT_HTTPHEADER), headers.lines);
        assert_string_equal(headers.lines->data, "User-Agent: agent");
        assert_int_equal(strcmp(headers.last->data, "Content-Type:") == 0, i == 1);
        curl_easy_cleanup(easy);
        pz_headers_free(&headers);
    }
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
        cmocka_unit_test(sets_the_same_of_every_handle),
        cmocka_unit_test(names_its_proxy_always),
        cmocka_unit_test(trusts_the_authorities_given_alone),
        cmocka_unit_test(shows_a_certificate_with_its_key),
        cmocka_unit_test(sends_a_body_where_one_is_given_or_expected),
        cmocka_unit_test(lets_libcurl_repeat_what_it_may_alone),
        cmocka_unit_test(waits_for_a_connection_to_share_by_http2_alone),
        cmocka_unit_test(has_headers_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
