/* Which headers of a request are refused, and the lines that libcurl gets of the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "http/headers.h"

static bool add(pz_headers *headers, const char *name, const char *value, pz_failure *failure)
{
    return pz_headers_add(headers, name, strlen(name), value, strlen(value), failure);
}

static void assert_refused(const char *name, size_t name_length, const char *value,
                           size_t value_length, const char *why)
{
    pz_headers headers = {0};
    pz_failure failure = {.kind = PZ_KIND_NONE};
    assert_false(pz_headers_add(&headers, name, name_length, value, value_length, &failure));
    assert_int_equal(failure.kind, PZ_KIND_VALIDATION);
    assert_string_equal(failure.message, why);
    assert_null(headers.lines);
    assert_int_equal(headers.count, 0);
}

static void test_names_are_tokens(void **state)
{
    (void)state;
    static const char why[] = "a header's name is empty or has a character that names can't have";
    for (int c = 0; c < 256; c++) {
        char name[] = {'X', (char)c};
        bool fits = c != 0 && strchr("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                     "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                                     c) != NULL;
        pz_headers headers = {0};
        pz_failure failure;
        if (!fits)
            assert_refused(name, 2, "v", 1, why);
        else
            assert_true(pz_headers_add(&headers, name, 2, "v", 1, &failure));
        pz_headers_free(&headers);
    }
    assert_refused("", 0, "v", 1, why);
}

static void test_values_have_no_line_break(void **state)
{
    (void)state;
    static const char why[] = "header X-A: a line break or NUL in its value";
    assert_refused("X-A", 3, "a\rb", 3, why);
    assert_refused("X-A", 3, "a\n", 2, why);
    assert_refused("X-A", 3, "\0", 1, why);
    char name[200], long_why[200];
    memset(name, 'x', sizeof name);
    snprintf(long_why, sizeof long_why, "header %.100s: a line break or NUL in its value", name);
    assert_refused(name, sizeof name, "\n", 1, long_why);
}

static void test_the_engine_frames(void **state)
{
    (void)state;
    static const char why[] = "the engine sets Content-Length and Transfer-Encoding itself";
    assert_refused("Content-LENGTH", 14, "1", 1, why);
    assert_refused("transfer-encoding", 17, "chunked", 7, why);
}

static void test_bounds(void **state)
{
    (void)state;
    static const char why[] = "too many request headers, or too long ones";
    static char value[PZ_REQUEST_HEADER_BYTES_MAX + 1];
    memset(value, 'v', sizeof value);
    pz_failure failure;
    pz_headers headers = {0};
    assert_refused("X", 1, value, PZ_REQUEST_HEADER_BYTES_MAX, why);
    assert_refused(value, sizeof value, "", 0, why);
    assert_true(pz_headers_add(&headers, "X", 1, value, PZ_REQUEST_HEADER_BYTES_MAX - 3, &failure));
    assert_false(add(&headers, "YY", "v", &failure));
    assert_string_equal(failure.message, why);
    assert_true(add(&headers, "Y", "v", &failure));
    assert_false(add(&headers, "Z", "", &failure));
    pz_headers_free(&headers);
    assert_int_equal(headers.bytes, 0);
    assert_true(pz_headers_add(&headers, "X", 1, value, PZ_REQUEST_HEADER_BYTES_MAX - 1, &failure));
    pz_headers_free(&headers);
    assert_true(pz_headers_add(&headers, value, PZ_REQUEST_HEADER_BYTES_MAX, "", 0, &failure));
    pz_headers_free(&headers);
    for (int i = 0; i < PZ_REQUEST_HEADERS_MAX; i++)
        assert_true(add(&headers, "X", "v", &failure));
    assert_false(add(&headers, "X", "v", &failure));
    assert_string_equal(failure.message, why);
    pz_headers_free(&headers);
}

static void assert_lines(pz_headers *headers, const char *expected)
{
    char all[500] = "";
    for (const struct curl_slist *line = headers->lines; line != NULL; line = line->next) {
        strcat(all, line->data);
        strcat(all, "\n");
    }
    assert_string_equal(all, expected);
    pz_headers_free(headers);
    assert_null(headers->lines);
}

static void test_what_every_request_has_unless_it_is_given(void **state)
{
    (void)state;
    pz_failure failure;
    pz_headers headers = {0};
    char expected[200];
    assert_true(add(&headers, "X-Empty", "", &failure));
    assert_true(add(&headers, "X-A", "1", &failure));
    assert_true(pz_headers_finish(&headers, "agent/1", true));
    snprintf(expected, sizeof expected,
             "X-Empty;\nX-A: 1\nUser-Agent: agent/1\nAccept-Encoding: %s\nExpect:\nContent-Type:\n",
             pz_libcurl_encodings());
    assert_lines(&headers, expected);
    assert_true(pz_headers_finish(&headers, NULL, false));
    snprintf(expected, sizeof expected, "Accept-Encoding: %s\n", pz_libcurl_encodings());
    assert_lines(&headers, expected);
    assert_true(add(&headers, "user-agent", "own", &failure));
    assert_true(add(&headers, "ACCEPT-ENCODING", "br", &failure));
    assert_true(add(&headers, "expect", "100-continue", &failure));
    assert_true(add(&headers, "content-type", "text/plain", &failure));
    assert_true(pz_headers_finish(&headers, "agent/1", true));
    assert_lines(&headers, "user-agent: own\nACCEPT-ENCODING: br\nexpect: 100-continue\n"
                           "content-type: text/plain\n");
    assert_true(add(&headers, "Content-Type", "a", &failure));
    assert_true(add(&headers, "Expect", "b", &failure));
    assert_true(add(&headers, "X", "c", &failure));
    assert_true(add(&headers, "Accept-Encoding", "d", &failure));
    assert_true(pz_headers_finish(&headers, NULL, true));
    assert_lines(&headers, "Content-Type: a\nExpect: b\nX: c\nAccept-Encoding: d\n");
}

static void test_the_beginning_of_a_name_is_another_name(void **state)
{
    (void)state;
    static const char *const names[] = {"Content", "Transfer", "User", "Accept", "Exp", "E"};
    pz_failure failure;
    pz_headers headers = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(add(&headers, names[i], "v", &failure));
    assert_false(headers.has_content_type || headers.has_expect || headers.has_user_agent ||
                 headers.has_accept_encoding);
    pz_headers_free(&headers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_tokens),
        cmocka_unit_test(test_values_have_no_line_break),
        cmocka_unit_test(test_the_engine_frames),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_what_every_request_has_unless_it_is_given),
        cmocka_unit_test(test_the_beginning_of_a_name_is_another_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
