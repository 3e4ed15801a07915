/* What a handle keeps from one request to the next, and what it forgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/handles.h"

static const char plain[] = "http://127.0.0.1:1/v2/connections";

static void open_handles(pz_handles *handles)
{
    assert_int_equal(pz_http_global_init(), CURLE_OK);
    assert_true(pz_handles_open(handles));
}

/* The handle, given back with a profile after it asked for a URL, and taken again for another. */
static pz_handle *taken_again(pz_handles *handles, const char *url, uint64_t given, uint64_t taken)
{
    pz_handle *handle = pz_handles_take(handles, given);
    assert_int_equal(pz_handle_set_url(handle, url), CURLE_OK);
    assert_true(pz_handle_has_url(handle, url));
    pz_handles_give(handles, handle, given);
    pz_handle *again = pz_handles_take(handles, taken);
    assert_ptr_equal(again, handle);
    return again;
}

static void test_the_same_profile_finds_its_url(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = taken_again(&handles, plain, 1, 1);
    assert_int_equal(handle->profile, 1);
    assert_true(pz_handle_has_url(handle, plain));
    assert_non_null(handle->parsed_url);
    assert_false(pz_handle_has_url(handle, "http://127.0.0.1:1/v2/connection"));
    pz_handles_give(&handles, handle, 1);
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
        open_handles(&handles);
        pz_handle *handle = taken_again(&handles, plain, cases[i].given, cases[i].taken);
        assert_int_equal(handle->profile, 0);
        assert_false(pz_handle_has_url(handle, plain));
        assert_null(handle->parsed_url);
        pz_handles_give(&handles, handle, 0);
        pz_handles_close(&handles);
    }
}

static void test_a_query_is_forgotten(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = taken_again(&handles, "http://127.0.0.1:1/?key=secret", 1, 1);
    assert_int_equal(handle->profile, 1);
    assert_null(handle->url);
    assert_null(handle->parsed_url);
    pz_handles_give(&handles, handle, 1);
    pz_handles_close(&handles);
}

static void test_a_zone_is_left_to_libcurl(void **state)
{
    (void)state;
    static const char zoned[] = "http://[fe80::1%25lo]:1/";
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = taken_again(&handles, zoned, 1, 1);
    assert_true(pz_handle_has_url(handle, zoned));
    assert_null(handle->parsed_url);
    assert_int_equal(pz_handle_set_url(handle, plain), CURLE_OK);
    assert_non_null(handle->parsed_url);
    pz_handles_give(&handles, handle, 1);
    pz_handles_close(&handles);
}

static void test_a_url_that_is_none_is_refused(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = pz_handles_take(&handles, 0);
    assert_int_equal(pz_handle_set_url(handle, "http://[::1"), CURLE_URL_MALFORMAT);
    assert_null(handle->url);
    pz_handles_give(&handles, handle, 0);
    pz_handles_close(&handles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_profile_finds_its_url),
        cmocka_unit_test(test_another_profile_finds_nothing),
        cmocka_unit_test(test_a_query_is_forgotten),
        cmocka_unit_test(test_a_zone_is_left_to_libcurl),
        cmocka_unit_test(test_a_url_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
