/* What a handle keeps from one request to the next, and what it forgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/global.h"
#include "http/handles.h"

static const char plain[] = "http://127.0.0.1:1/v2/connections";

static unsigned set_ups; /* how often a handle was new */

static CURLcode count_set_up(pz_handle *handle, void *data)
{
    (void)handle;
    assert_ptr_equal(data, &set_ups);
    set_ups++;
    return CURLE_OK;
}

static void open_handles(pz_handles *handles)
{
    set_ups = 0;
    assert_int_equal(pz_http_global_init(), CURLE_OK);
    assert_true(pz_handles_open(handles, count_set_up, &set_ups));
}

/* A handle that is prepared for a request of that profile. */
static pz_handle *prepared(pz_handles *handles, const char *method, const char *url,
                           uint64_t profile)
{
    pz_request request = {
        .profile = profile, .method = method, .url = url, .timeout_ms = 1000, .replayable = true};
    pz_headers headers = {0};
    pz_failure failure;
    pz_handle *handle = pz_handles_take(handles, profile, &failure);
    assert_non_null(handle);
    assert_true(pz_handle_prepare(handle, &request, &headers, &failure));
    curl_easy_setopt(handle->easy, CURLOPT_HTTPHEADER, NULL);
    pz_headers_free(&headers);
    return handle;
}

static void test_the_same_profile_finds_what_is_set(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = prepared(&handles, "GET", plain, 1);
    CURLU *parsed = handle->parsed_url;
    assert_non_null(parsed);
    pz_handles_give(handle);
    assert_ptr_equal(prepared(&handles, "GET", plain, 1), handle);
    assert_int_equal(set_ups, 1);
    assert_ptr_equal(handle->parsed_url, parsed);
    assert_string_equal(handle->url, plain);
    pz_handles_give(handle);
    assert_ptr_equal(prepared(&handles, "GET", "http://127.0.0.1:1/other", 1), handle);
    assert_int_equal(set_ups, 1);
    assert_string_equal(handle->url, "http://127.0.0.1:1/other");
    pz_handles_give(handle);
    pz_handles_close(&handles);
}

static void test_another_profile_finds_nothing(void **state)
{
    (void)state;
    static const struct {
        uint64_t given, taken;
    } cases[] = {{1, 2}, {1, 0}, {0, 1}, {0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pz_handles handles;
        pz_failure failure;
        open_handles(&handles);
        pz_handle *handle = prepared(&handles, "GET", plain, cases[i].given);
        pz_handles_give(handle);
        assert_ptr_equal(pz_handles_take(&handles, cases[i].taken, &failure), handle);
        assert_int_equal(handle->profile, 0);
        assert_null(handle->url);
        assert_null(handle->parsed_url);
        pz_handles_give(handle);
        assert_ptr_equal(prepared(&handles, "GET", plain, cases[i].taken), handle);
        assert_int_equal(set_ups, 2);
        pz_handles_give(handle);
        pz_handles_close(&handles);
    }
}

/* What another method than GET sets is not taken back one by one. */
static void test_another_method_leaves_nothing(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handles_give(prepared(&handles, "GET", plain, 1));
    pz_handle *handle = prepared(&handles, "POST", plain, 1);
    assert_int_equal(set_ups, 1);
    pz_handles_give(handle);
    assert_int_equal(handle->profile, 0);
    assert_null(handle->url);
    assert_ptr_equal(prepared(&handles, "GET", plain, 1), handle);
    assert_int_equal(set_ups, 2);
    pz_handles_give(handle);
    pz_handles_close(&handles);
}

static void test_a_handle_that_is_discarded_is_not_taken_again(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handle_discard(prepared(&handles, "GET", plain, 1));
    assert_int_equal(handles.count, 0);
    pz_handles_give(prepared(&handles, "GET", plain, 1));
    assert_int_equal(set_ups, 2);
    assert_int_equal(handles.count, 1);
    pz_handles_close(&handles);
}

static void test_a_query_is_forgotten(void **state)
{
    (void)state;
    pz_handles handles;
    pz_failure failure;
    open_handles(&handles);
    pz_handle *handle = prepared(&handles, "GET", "http://127.0.0.1:1/?key=secret", 1);
    pz_handles_give(handle);
    assert_ptr_equal(pz_handles_take(&handles, 1, &failure), handle);
    assert_int_equal(handle->profile, 1);
    assert_null(handle->url);
    assert_null(handle->parsed_url);
    pz_handles_give(handle);
    pz_handles_close(&handles);
}

static void test_a_zone_is_left_to_libcurl(void **state)
{
    (void)state;
    static const char zoned[] = "http://[fe80::1%25lo]:1/";
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = prepared(&handles, "GET", zoned, 1);
    assert_string_equal(handle->url, zoned);
    assert_null(handle->parsed_url);
    pz_handles_give(handle);
    assert_ptr_equal(prepared(&handles, "GET", plain, 1), handle);
    assert_non_null(handle->parsed_url);
    pz_handles_give(handle);
    pz_handles_close(&handles);
}

static void test_a_request_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *method, *url, *proxy, *message;
    } cases[] = {
        {"GET", "http://[::1", NULL, "libcurl refused the request's options: "},
        {"GET", "ftp://h/", NULL, "url: "},
        {"G T", "http://h/", NULL, "method: "},
        {"GET", "http://h/", "ftp://proxy", "proxy: "},
    };
    pz_handles handles;
    open_handles(&handles);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pz_request request = {.method = cases[i].method,
                              .url = cases[i].url,
                              .proxy = cases[i].proxy,
                              .timeout_ms = 1000};
        pz_headers headers = {0};
        pz_failure failure;
        pz_handle *handle = pz_handles_take(&handles, 0, &failure);
        assert_false(pz_handle_prepare(handle, &request, &headers, &failure));
        assert_int_equal(failure.kind, PZ_KIND_CONFIG);
        assert_memory_equal(failure.message, cases[i].message, strlen(cases[i].message));
        pz_handle_discard(handle);
        pz_headers_free(&headers);
    }
    pz_handles_close(&handles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_profile_finds_what_is_set),
        cmocka_unit_test(test_another_profile_finds_nothing),
        cmocka_unit_test(test_another_method_leaves_nothing),
        cmocka_unit_test(test_a_handle_that_is_discarded_is_not_taken_again),
        cmocka_unit_test(test_a_query_is_forgotten),
        cmocka_unit_test(test_a_zone_is_left_to_libcurl),
        cmocka_unit_test(test_a_request_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
