/* What a handle keeps from one request to the next, and what it forgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/global.h"
#include "http/handles.h"
#include "support/recorded_options.h"

#undef curl_share_setopt

static int shared[8], shared_count; /* what handles were told to share */

CURLSHcode curl_share_setopt(CURLSH *share, CURLSHoption option, ...)
{
    CURLSHcode (*own)(CURLSH *, CURLSHoption, ...);
    *(void **)&own = dlsym(RTLD_NEXT, "curl_share_setopt");
    va_list values;
    va_start(values, option);
    int data = va_arg(values, int);
    va_end(values);
    assert_int_equal(option, CURLSHOPT_SHARE);
    shared[shared_count++ % 8] = data;
    return own(share, option, data);
}

/* What libcurl made and did not get back. */
static int not_freed;

CURLSH *curl_share_init(void)
{
    CURLSH *(*own)(void);
    *(void **)&own = dlsym(RTLD_NEXT, "curl_share_init");
    not_freed++;
    return own();
}

CURLSHcode curl_share_cleanup(CURLSH *share)
{
    CURLSHcode (*own)(CURLSH *);
    *(void **)&own = dlsym(RTLD_NEXT, "curl_share_cleanup");
    not_freed--;
    return own(share);
}

CURLU *curl_url(void)
{
    CURLU *(*own)(void);
    *(void **)&own = dlsym(RTLD_NEXT, "curl_url");
    not_freed++;
    return own();
}

void curl_url_cleanup(CURLU *url)
{
    void (*own)(CURLU *);
    *(void **)&own = dlsym(RTLD_NEXT, "curl_url_cleanup");
    not_freed -= url != NULL;
    own(url);
}

static const char plain[] = "http://127.0.0.1:1/v2/connections";

static unsigned set_ups; /* how often a handle was new */
static CURLcode outcome; /* of setting one up */

static CURLcode count_set_up(pz_handle *handle, void *data)
{
    (void)handle;
    assert_ptr_equal(data, &set_ups);
    set_ups++;
    return outcome;
}

static void open_handles(pz_handles *handles)
{
    set_ups = 0;
    forget_options();
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
        assert_int_equal(failure.code, i == 0 ? CURLE_URL_MALFORMAT : CURLE_OK);
        pz_handle_discard(handle);
        pz_headers_free(&headers);
    }
    pz_handles_close(&handles);
}

static void test_a_lack_of_memory_is_told_as_such(void **state)
{
    (void)state;
    pz_handles handles;
    pz_headers headers = {0};
    pz_failure failure;
    pz_request request = {.method = "GET", .url = plain, .timeout_ms = 1000};
    open_handles(&handles);
    pz_handle *handle = pz_handles_take(&handles, 0, &failure);
    strcpy(handle->detail, "left by the transfer before");
    outcome = CURLE_OUT_OF_MEMORY;
    bool done = pz_handle_prepare(handle, &request, &headers, &failure);
    outcome = CURLE_OK;
    assert_false(done);
    assert_int_equal(failure.kind, PZ_KIND_MEMORY);
    assert_string_equal(failure.message, "out of memory");
    assert_string_equal(handle->detail, "");
    pz_handle_discard(handle);
    pz_headers_free(&headers);
    pz_handles_close(&handles);
}

static void test_the_profiles_own_handle_is_taken_or_else_the_last(void **state)
{
    (void)state;
    pz_handles handles;
    pz_failure failure;
    open_handles(&handles);
    pz_handle *none = prepared(&handles, "GET", plain, 0),
              *one = prepared(&handles, "GET", plain, 1),
              *other = prepared(&handles, "GET", plain, 2),
              *last = prepared(&handles, "GET", plain, 1);
    pz_handles_give(none);
    pz_handles_give(one);
    pz_handles_give(other);
    pz_handles_give(last);
    assert_ptr_equal(pz_handles_take(&handles, 2, &failure), other);
    assert_ptr_equal(pz_handles_take(&handles, 1, &failure), last);
    pz_handles_give(last);
    assert_ptr_equal(pz_handles_take(&handles, 0, &failure), last);
    assert_ptr_equal(pz_handles_take(&handles, 1, &failure), one);
    assert_ptr_equal(pz_handles_take(&handles, 3, &failure), none);
    assert_int_equal(handles.count, 0);
    pz_handles_give(none);
    pz_handles_give(one);
    pz_handles_give(other);
    pz_handles_give(last);
    pz_handles_close(&handles);
}

static void test_256_unused_ones_are_kept(void **state)
{
    (void)state;
    static pz_handle *taken[257];
    pz_handles handles;
    pz_failure failure;
    open_handles(&handles);
    for (int i = 0; i < 257; i++) {
        forget_options();
        taken[i] = pz_handles_take(&handles, 0, &failure);
    }
    for (int i = 0; i < 257; i++) {
        forget_options();
        pz_handles_give(taken[i]);
        assert_int_equal(handles.count, i < 256 ? i + 1 : 256);
    }
    pz_handles_close(&handles);
}

/* What a transfer lent to it is gone; and a query may hold a secret. */
static void test_what_is_given_back_points_to_nothing(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = prepared(&handles, "GET", "http://127.0.0.1:1/?key=secret", 1);
    handle->transfer = (struct pz_transfer *)(void *)&handles;
    forget_options();
    pz_handles_give(handle);
    assert_null(handle->transfer);
    assert_null(pointer_set(CURLOPT_HTTPHEADER));
    assert_null(pointer_set(CURLOPT_URL));
    assert_null(pointer_set(CURLOPT_CURLU));
    pz_handles_close(&handles);
}

/* The method stands for all options. */
static void test_a_reset_handle_is_as_new(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    const char *method = NULL;
    pz_handle *handle = prepared(&handles, "PUT", plain, 1);
    curl_easy_getinfo(handle->easy, CURLINFO_EFFECTIVE_METHOD, &method);
    assert_string_equal(method, "PUT");
    pz_handles_give(handle);
    curl_easy_getinfo(handle->easy, CURLINFO_EFFECTIVE_METHOD, &method);
    assert_string_equal(method, "GET");
    pz_handles_close(&handles);
}

/* The handle of a profile lacks only what is of the request. */
static void test_no_option_is_set_twice(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = prepared(&handles, "GET", plain, 1);
    assert_non_null(pointer_set(CURLOPT_SHARE));
    assert_int_equal(number_set(CURLOPT_NOSIGNAL), 1);
    assert_string_equal(pointer_set(CURLOPT_URL), plain);
    assert_ptr_equal(pointer_set(CURLOPT_CURLU), handle->parsed_url);
    assert_int_equal(number_set(CURLOPT_HTTP_VERSION), CURL_HTTP_VERSION_1_1);
    assert_false(handle->has_name);
    pz_handles_give(handle);
    forget_options();
    assert_ptr_equal(prepared(&handles, "GET", plain, 1), handle);
    assert_int_equal(recorded_count, 2); /* the headers, and what `prepared` takes away */
    pz_handles_give(handle);
    assert_ptr_equal(prepared(&handles, "GET", "http://name.example/", 1), handle);
    assert_true(handle->has_name);
    assert_int_equal(times_set(CURLOPT_CUSTOMREQUEST), 0);
    pz_handles_give(handle);
    assert_int_equal(shared_count > 0 ? shared[0] : -1, CURL_LOCK_DATA_SSL_SESSION);
    pz_handles_close(&handles);
}

static void test_another_time_to_connect_is_for_one_transfer(void **state)
{
    (void)state;
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = prepared(&handles, "GET", plain, 1);
    pz_handle_set_connect_timeout(handle, 77);
    assert_int_equal(number_set(CURLOPT_CONNECTTIMEOUT_MS), 77);
    pz_handles_give(handle);
    assert_ptr_equal(prepared(&handles, "GET", plain, 1), handle);
    assert_int_equal(set_ups, 2);
    pz_handles_give(handle);
    pz_handles_close(&handles);
}

/* A handle of that profile for a request that names authorities. */
static pz_handle *trusting(pz_handles *handles, const char *url, const char *ca_file,
                           uint64_t profile)
{
    pz_request request = {.profile = profile,
                          .method = "GET",
                          .url = url,
                          .ca_file = ca_file,
                          .timeout_ms = 1000,
                          .replayable = true};
    pz_headers headers = {0};
    pz_failure failure;
    pz_handle *handle = pz_handles_take(handles, profile, &failure);
    assert_true(pz_handle_prepare(handle, &request, &headers, &failure));
    curl_easy_setopt(handle->easy, CURLOPT_HTTPHEADER, NULL);
    pz_headers_free(&headers);
    return handle;
}

static void test_files_are_set_as_they_are_spelled(void **state)
{
    (void)state;
    static const char https[] = "HTTPS://127.0.0.1:1/";
    pz_handles handles;
    open_handles(&handles);
    pz_handle *handle = trusting(&handles, plain, "/none/a", 1);
    assert_int_equal(handles.identities.count, 0); /* over plain HTTP no file is looked at */
    assert_string_equal(pointer_set(CURLOPT_CAINFO), "/none/a");
    pz_handles_give(handle);
    pz_handles_give(trusting(&handles, https, "/none/other", 2));
    forget_options();
    assert_ptr_equal(trusting(&handles, https, "/none/a", 1), handle);
    assert_string_equal(pointer_set(CURLOPT_CAINFO), "//none/a"); /* the second's spelling */
    assert_int_equal(handle->identity, 2);
    pz_handles_give(handle);
    forget_options();
    assert_ptr_equal(trusting(&handles, https, "/none/a", 1), handle);
    assert_int_equal(times_set(CURLOPT_CAINFO), 0);
    pz_handles_give(handle);
    assert_ptr_equal(trusting(&handles, https, "/none/a", 3), handle); /* reset, so set again */
    assert_string_equal(pointer_set(CURLOPT_CAINFO), "//none/a");
    pz_handles_give(handle);
    pz_handles_close(&handles);
}

/* Its bundle may be renewed as well as another server's. */
static void test_a_proxy_has_files_of_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *proxy, *spelled;
    } cases[] = {{"HTTPS://127.0.0.1:1", "//none/a"}, {"http://127.0.0.1:1", "/none/a"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pz_handles handles;
        pz_failure failure;
        pz_headers headers = {0};
        open_handles(&handles);
        pz_handles_give(trusting(&handles, "https://127.0.0.1:1/", "/none/other", 1));
        pz_request request = {.profile = 2,
                              .method = "GET",
                              .url = plain,
                              .proxy = cases[i].proxy,
                              .ca_file = "/none/a",
                              .timeout_ms = 1000,
                              .replayable = true};
        pz_handle *handle = pz_handles_take(&handles, 2, &failure);
        assert_true(pz_handle_prepare(handle, &request, &headers, &failure));
        assert_string_equal(pointer_set(CURLOPT_PROXY_CAINFO), cases[i].spelled);
        curl_easy_setopt(handle->easy, CURLOPT_HTTPHEADER, NULL);
        pz_headers_free(&headers);
        pz_handles_give(handle);
        pz_handles_close(&handles);
    }
}

/* By all tests before. */
static void test_libcurl_got_everything_back(void **state)
{
    (void)state;
    assert_int_equal(not_freed, 0);
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
        cmocka_unit_test(test_a_lack_of_memory_is_told_as_such),
        cmocka_unit_test(test_the_profiles_own_handle_is_taken_or_else_the_last),
        cmocka_unit_test(test_256_unused_ones_are_kept),
        cmocka_unit_test(test_what_is_given_back_points_to_nothing),
        cmocka_unit_test(test_a_reset_handle_is_as_new),
        cmocka_unit_test(test_no_option_is_set_twice),
        cmocka_unit_test(test_another_time_to_connect_is_for_one_transfer),
        cmocka_unit_test(test_files_are_set_as_they_are_spelled),
        cmocka_unit_test(test_a_proxy_has_files_of_its_own),
        cmocka_unit_test(test_libcurl_got_everything_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
