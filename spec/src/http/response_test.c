/* Answers as text, line by line as libcurl hands them on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "http/response.h"

static int feed(pz_response *response, const char *const *lines)
{
    for (; *lines != NULL; lines++) {
        if (!pz_response_line(response, *lines, strlen(*lines)))
            return 0;
    }
    return 1;
}

static void assert_field(const pz_response *response, size_t index, const char *name,
                         const char *value)
{
    pz_field field = pz_response_field(response, index);
    assert_int_equal(field.name_length, strlen(name));
    assert_memory_equal(field.name, name, field.name_length);
    assert_int_equal(field.value_length, strlen(value));
    assert_memory_equal(field.value, value, field.value_length);
}

static void test_interim_answers_and_trailers_are_left_out(void **state)
{
    (void)state;
    static const char *const lines[] = {"HTTP/1.1 103 Early Hints\r\n",
                                        "Link: </a>\r\n",
                                        "\r\n",
                                        "HTTP/1.1 200 OK\r\n",
                                        "X-A: 1\r\n",
                                        ": nameless\r\n",
                                        "X-Folded: a\r\n",
                                        "\t b \r\n",
                                        "\r\n",
                                        "X-Trailer: 1\r\n",
                                        "\r\n",
                                        NULL};
    pz_response response;
    pz_response_init(&response, 10, 1000, 10);
    assert_true(feed(&response, lines));
    assert_int_equal(response.status, 200);
    assert_true(response.http1);
    assert_int_equal(response.part, PZ_RESPONSE_BODY);
    assert_int_equal(pz_response_field_count(&response), 2);
    assert_field(&response, 0, "x-a", "1");
    assert_field(&response, 1, "x-folded", "a b");
    pz_response_free(&response);
}

static void test_a_second_status_line_in_the_head_is_no_status(void **state)
{
    (void)state;
    static const char *const lines[] = {"HTTP/2 404 \r\n", "HTTP/1.1 200: smuggled\r\n", "\r\n",
                                        NULL};
    pz_response response;
    pz_response_init(&response, 10, 1000, 10);
    assert_true(feed(&response, lines));
    assert_int_equal(response.status, 404);
    assert_false(response.http1);
    pz_response_free(&response);
}

static void test_fields_without_name_or_value_are_survived(void **state)
{
    (void)state;
    static const char *const lines[] = {"HTTP/1.1 200\r\n", ":\r\n", "a:\r\n", "\n", NULL};
    pz_response response;
    pz_response_init(&response, 10, 1000, 10);
    assert_true(feed(&response, lines));
    assert_int_equal(response.status, 200);
    assert_int_equal(pz_response_field_count(&response), 1);
    assert_field(&response, 0, "a", "");
    pz_response_free(&response);
}

static void test_interim_answers_are_those_below_200(void **state)
{
    (void)state;
    pz_response response;
    for (int status = 100; status <= 300; status += 99) { /* 100, 199, 298 */
        char line[40];
        snprintf(line, sizeof line, "HTTP/1.1 %d\r\n", status);
        const char *const lines[] = {line, "\r\n", NULL};
        pz_response_init(&response, 10, 1000, 10);
        assert_true(feed(&response, lines));
        assert_int_equal(response.status, status);
        assert_int_equal(response.part, status < 200 ? PZ_RESPONSE_STATUS : PZ_RESPONSE_BODY);
        pz_response_free(&response);
    }
}

static void test_fields_are_trimmed_and_named_in_lower_case(void **state)
{
    (void)state;
    static const char *const lines[] = {"HTTP/1.1 200 \r\n", "AZ@[az \t: \t V v\t \r\n", " \r\n",
                                        "B:\n", NULL};
    pz_response response;
    pz_response_init(&response, 10, 1000, 3);
    assert_true(feed(&response, lines));
    assert_int_equal(pz_response_field_count(&response), 2);
    assert_field(&response, 0, "az@[az", "V v ");
    assert_field(&response, 1, "b", "");
    assert_int_equal(response.part, PZ_RESPONSE_HEADERS);
    pz_response_free(&response);
}

/* What libcurl takes for a header's continuation before the first one. */
static void test_a_line_that_begins_with_a_blank_comes_after_a_field(void **state)
{
    (void)state;
    static const char *const lines[] = {"HTTP/1.1 200\r\n", NULL};
    static const char *const field[] = {"A: b\r\n", NULL};
    pz_response response;
    pz_response_init(&response, 10, 1000, 3);
    assert_true(pz_response_before_line(&response, " "));
    assert_true(feed(&response, lines));
    assert_true(pz_response_before_line(&response, "A: b"));
    assert_false(pz_response_before_line(&response, "\t"));
    assert_int_equal(response.failure.kind, PZ_KIND_PROTOCOL);
    assert_string_equal(response.failure.message, "the answer's headers are malformed");
    assert_true(feed(&response, field));
    assert_true(pz_response_before_line(&response, " "));
    pz_response_free(&response);
}

static void test_malformed_lines_are_refused(void **state)
{
    (void)state;
    static const char *const heads[] = {"",
                                        "HTTP/1.1\r\n",
                                        "HTTP/1.1 abc\r\n",
                                        "HTTP/1.1 20\r\n",
                                        "HTTP/1.1 2000 OK\r\n",
                                        "HTTP/1.1 099 OK\r\n",
                                        "HTTP/1.1 000 OK\r\n",
                                        "HTTP/1.1 2/0 OK\r\n",
                                        "HTTP/1.1 20: OK\r\n",
                                        "HTTP/1.1 200\tOK\r\n",
                                        "HTTP/1.1 200 O\rK\r\n"};
    static const char *const fields[] = {" folded onto nothing\r\n", "no colon\r\n", "a\r: b\r\n"};
    pz_response response;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        const char *const lines[] = {heads[i], NULL};
        pz_response_init(&response, 10, 1000, 10);
        assert_false(feed(&response, lines));
        assert_int_equal(response.failure.kind, PZ_KIND_PROTOCOL);
        assert_string_equal(response.failure.message, "the answer's headers are malformed");
        pz_response_free(&response);
    }
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *const lines[] = {"HTTP/1.1 200 OK\r\n", fields[i], NULL};
        pz_response_init(&response, 10, 1000, 10);
        assert_false(feed(&response, lines));
        assert_int_equal(response.failure.kind, PZ_KIND_PROTOCOL);
        assert_string_equal(response.failure.message, "the answer's headers are malformed");
        pz_response_free(&response);
    }
}

/* These lines end where they are said to. */
static void test_what_stands_behind_a_line_is_not_read(void **state)
{
    (void)state;
    pz_response response;
    pz_response_init(&response, 10, 1000, 10);
    assert_false(pz_response_line(&response, "HTTP/1.1 200", 11));
    pz_response_free(&response);
    pz_response_init(&response, 10, 1000, 10);
    assert_true(pz_response_line(&response, "HTTP/1.1 200x", 12));
    assert_int_equal(response.status, 200);
    assert_false(pz_response_line(&response, "A: b\0c\r\n", 8));
    assert_int_equal(response.failure.kind, PZ_KIND_PROTOCOL);
    pz_response_free(&response);
}

/* Interim answers and trailers cost memory, or time, like others. */
static void test_all_headers_count(void **state)
{
    (void)state;
    static const char *const interim[] = {"HTTP/1.1 103\r\n", "A: 1\r\n", "\r\n",
                                          "HTTP/1.1 200\r\n", "B: 2\r\n", NULL};
    static const char *const trailer[] = {"HTTP/1.1 200\r\n", "A: 1\r\n", "\r\n", "B: 2\r\n", NULL};
    static const char *const *const heads[] = {interim, trailer};
    for (int i = 0; i < 2; i++) {
        pz_response response;
        pz_response_init(&response, 10, 1000, 2);
        assert_true(feed(&response, heads[i]));
        pz_response_free(&response);
        pz_response_init(&response, 10, 1000, 1);
        assert_false(feed(&response, heads[i]));
        assert_int_equal(response.failure.kind, PZ_KIND_TOO_LARGE);
        assert_string_equal(response.failure.message, "the answer has more than 1 headers");
        pz_response_free(&response);
    }
}

/* Buffers that can hold no more stand for a lack of memory. */
static void test_a_lack_of_memory_is_no_fault_of_the_server(void **state)
{
    (void)state;
    static const char *const lines[] = {"HTTP/1.1 200\r\n", "A: 1\r\n", NULL};
    for (int i = 0; i < 4; i++) {
        pz_response response;
        pz_response_init(&response, 10, 1000, 10);
        assert_true(feed(&response, lines));
        if (i != 2)
            response.text.bound = response.text.capacity = response.text.length;
        else
            response.fields.bound = response.fields.capacity = response.fields.length;
        response.body.failure = PZ_BUFFER_NO_MEMORY;
        assert_false(i == 0   ? pz_response_line(&response, " folded", 7)
                     : i == 3 ? pz_response_bytes(&response, "", 0)
                              : pz_response_line(&response, "B: 2", 4));
        assert_int_equal(response.failure.kind, PZ_KIND_NETWORK);
        assert_string_equal(response.failure.message, "out of memory while the answer arrived");
        assert_int_equal(pz_response_field_count(&response), 1);
        assert_field(&response, 0, "a", "1");
        pz_response_free(&response);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    pz_response response;
    static const char *const lines[] = {"HTTP/1.1 200 OK\r\n", "A: 1\r\n", "B: 2\r\n", NULL};
    pz_response_init(&response, 4, 1000, 1);
    assert_false(feed(&response, lines));
    assert_int_equal(response.failure.kind, PZ_KIND_TOO_LARGE);
    assert_string_equal(response.failure.message, "the answer has more than 1 headers");
    pz_response_free(&response);
    pz_response_init(&response, 4, 28, 10);
    assert_false(feed(&response, lines));
    assert_int_equal(response.failure.kind, PZ_KIND_TOO_LARGE);
    assert_string_equal(response.failure.message, "the answer's headers have more than 28 bytes");
    pz_response_free(&response);
    pz_response_init(&response, 4, 29, 2);
    assert_true(feed(&response, lines));
    assert_true(pz_response_bytes(&response, "1234", 4));
    assert_false(pz_response_bytes(&response, "5", 1));
    assert_int_equal(response.failure.kind, PZ_KIND_TOO_LARGE);
    assert_string_equal(response.failure.message, "the answer has more than 4 bytes");
    pz_response_free(&response);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interim_answers_and_trailers_are_left_out),
        cmocka_unit_test(test_a_second_status_line_in_the_head_is_no_status),
        cmocka_unit_test(test_fields_without_name_or_value_are_survived),
        cmocka_unit_test(test_interim_answers_are_those_below_200),
        cmocka_unit_test(test_fields_are_trimmed_and_named_in_lower_case),
        cmocka_unit_test(test_a_line_that_begins_with_a_blank_comes_after_a_field),
        cmocka_unit_test(test_malformed_lines_are_refused),
        cmocka_unit_test(test_what_stands_behind_a_line_is_not_read),
        cmocka_unit_test(test_all_headers_count),
        cmocka_unit_test(test_a_lack_of_memory_is_no_fault_of_the_server),
        cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
