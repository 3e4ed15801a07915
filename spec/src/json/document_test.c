/* Documents: what goes in comes out, byte for byte, and objects of any size behave. */
#include "json/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the three above first */
#include <cmocka.h>

static pz_json_document *document;

static int set_up(void **state)
{
    (void)state;
    document = pz_json_document_new();
    return document == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    pz_json_document_free(document);
    return 0;
}

/* The text lies in memory of exactly its length, so that a sanitizer sees any step beyond. */
static pz_json_value *parse(const char *text, size_t length, pz_json_error *error)
{
    char *exact = malloc(length != 0 ? length : 1);
    assert_non_null(exact);
    memcpy(exact, text, length);
    pz_json_value *value = pz_json_document_parse(document, exact, length, 64, error);
    if (value == NULL)
        assert_non_null(error->message);
    free(exact);
    return value;
}

static void assert_written(const pz_json_value *value, int pretty, const char *expected)
{
    pz_buffer out;
    pz_buffer_init(&out, 1 << 24);
    pz_json_write(value, pretty, &out);
    pz_buffer_append_byte(&out, '\0');
    assert_int_equal(out.failure, PZ_BUFFER_OK);
    assert_string_equal(out.bytes, expected);
    pz_buffer_free(&out);
}

static void assert_becomes(const char *text, const char *expected)
{
    pz_json_error error;
    assert_written(parse(text, strlen(text), &error), 0, expected);
}

static void assert_refused(const char *text, size_t offset)
{
    pz_json_error error;
    assert_null(parse(text, strlen(text), &error));
    assert_int_equal(error.offset, offset);
}

static void keeps_what_it_reads(void **state)
{
    (void)state;
    assert_becomes(" { \"b\" : [ ] , \"a\" : { } } ", "{\"b\":[],\"a\":{}}");
    assert_becomes("[1,1.0,-0,1e400,100000000000000000000000001]",
                   "[1,1.0,-0,1e400,100000000000000000000000001]");
    assert_becomes("[true,false,null,\"\"]", "[true,false,null,\"\"]");
    assert_becomes("\"\\u00e9\\ud83d\\ude00\\n\\u0001\\/\"",
                   "\"\xC3\xA9\xF0\x9F\x98\x80\\n\\u0001/\"");
    assert_becomes("\"a long enough plain text, then \\\" and \xE2\x82\xAC, then more of it\"",
                   "\"a long enough plain text, then \\\" and \xE2\x82\xAC, then more of it\"");
}

static void keeps_nul_in_strings(void **state)
{
    (void)state;
    pz_json_error error;
    size_t length;
    pz_json_value *value = parse("\"a\\u0000b\"", 10, &error);
    const char *text = pz_json_text(value, &length);
    assert_int_equal(length, 3);
    assert_memory_equal(text, "a\0b", 4);
    assert_written(value, 0, "\"a\\u0000b\"");
}

static void indents_by_two(void **state)
{
    (void)state;
    pz_json_error error;
    const char *text = "{\"a\":[1,{\"b\":[]}],\"c\":{}}";
    assert_written(parse(text, strlen(text), &error), 1,
                   "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
}

static void last_of_two_members_stands_where_the_first_stood(void **state)
{
    (void)state;
    assert_becomes("{\"a\":1,\"b\":2,\"a\":[3]}", "{\"a\":[3],\"b\":2}");
}

static void says_where(void **state)
{
    (void)state;
    pz_json_error error;
    assert_null(parse("{\n  \"a\": 1,\n  \"b\": tru\n}", 24, &error));
    assert_int_equal(error.offset, 19);
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 8);
    assert_false(error.too_deep);
    assert_refused("", 0);
    assert_refused("[1,]", 3);
    assert_refused("[1 2]", 3);
    assert_refused("{\"a\"}", 4);
    assert_refused("{\"a\":1,}", 7);
    assert_refused("[1] x", 4);
    assert_refused("01", 0);
    assert_refused("\"\\ud800\"", 1);
    assert_refused("\"\xC0\x80\"", 1);
    assert_refused("\xEF\xBB\xBF{}", 0);
    assert_null(pz_json_document_parse(document, NULL, 0, 64, &error));
    assert_int_equal(error.no_memory, 0);
}

static void nul_is_no_value(void **state)
{
    (void)state;
    pz_json_error error;
    assert_null(parse("[\0]", 3, &error));
    assert_null(parse("1\0", 2, &error));
    assert_int_equal(error.offset, 1);
}

static void bounds_nesting(void **state)
{
    (void)state;
    pz_json_error error;
    char text[130];
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    assert_non_null(parse(text + 1, 128, &error));
    assert_null(parse(text, 130, &error));
    assert_true(error.too_deep);
    assert_int_equal(error.offset, 64);
}

static void finds_members_in_large_objects(void **state)
{
    (void)state;
    pz_json_value *object = pz_json_new_object(document);
    char name[32];
    int64_t integer;
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "member %d", i);
        assert_true(pz_json_set(document, object, name, pz_json_new_integer(document, i)));
    }
    for (int i = 0; i < 3000; i += 3) {
        snprintf(name, sizeof name, "member %d", i);
        if (i % 100 == 0)
            pz_json_remove(object, name);
        else
            assert_true(pz_json_set(document, object, name, pz_json_new_integer(document, -i)));
    }
    assert_int_equal(pz_json_count(object), 2990);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "member %d", i);
        int removed = i % 300 == 0;
        assert_int_equal(pz_json_integer(pz_json_get(object, name), &integer), !removed);
        if (!removed)
            assert_int_equal(integer, i % 3 == 0 ? -i : i);
    }
    const char *first;
    size_t length;
    assert_non_null(pz_json_member(object, 0, &first, &length));
    assert_string_equal(first, "member 1");
    assert_int_equal(length, 8);
}

static void makes_numbers(void **state)
{
    (void)state;
    pz_json_value *list = pz_json_new_array(document);
    assert_true(pz_json_append(document, list, pz_json_new_integer(document, INT64_MIN)));
    assert_true(pz_json_append(document, list, pz_json_new_integer(document, INT64_MAX)));
    assert_written(list, 0, "[-9223372036854775808,9223372036854775807]");
    assert_false(pz_json_append(document, list, NULL));
}

static void tells_integers_by_value(void **state)
{
    (void)state;
    pz_json_error error;
    int64_t integer = 7;
    assert_true(pz_json_integer(parse("1e3", 3, &error), &integer));
    assert_int_equal(integer, 1000);
    assert_true(pz_json_integer(parse("-9223372036854775808", 20, &error), &integer));
    assert_true(integer == INT64_MIN);
    assert_false(pz_json_integer(parse("9223372036854775808", 19, &error), &integer));
    assert_false(pz_json_integer(parse("1.5", 3, &error), &integer));
    assert_false(pz_json_integer(parse("1e999999999999999999999", 23, &error), &integer));
    assert_true(pz_json_integer(parse("0e999999999999999999999", 23, &error), &integer));
    assert_int_equal(integer, 0);
}

static void copies_between_documents(void **state)
{
    (void)state;
    pz_json_error error;
    const char *text = "{\"a\":[1,{\"b\":\"x\"},[]],\"c\":null}";
    pz_json_document *other = pz_json_document_new();
    pz_json_value *copy =
        pz_json_copy(other, pz_json_document_parse(document, text, strlen(text), 9, &error));
    pz_json_document_free(document);
    document = other;
    assert_written(copy, 0, text);
}

static bool is_odd(const char *name, size_t length)
{
    return (name[length - 1] - '0') % 2 == 1;
}

static void removes_many_in_one_go(void **state)
{
    (void)state;
    for (int count = 4; count <= 400; count *= 10) {
        char name[16];
        int64_t integer;
        pz_json_value *object = pz_json_new_object(document);
        for (int i = 0; i < count; i++) {
            snprintf(name, sizeof name, "m%d", i);
            assert_true(pz_json_set(document, object, name, pz_json_new_integer(document, i)));
        }
        pz_json_remove_where(object, is_odd);
        assert_int_equal(pz_json_count(object), count / 2);
        for (int i = 0; i < count; i++) {
            snprintf(name, sizeof name, "m%d", i);
            assert_int_equal(pz_json_integer(pz_json_get(object, name), &integer), i % 2 == 0);
            if (i % 2 == 0)
                assert_int_equal(integer, i);
        }
        assert_true(pz_json_set(document, object, "m1", pz_json_new_null(document)));
        assert_int_equal(pz_json_count(object), count / 2 + 1);
    }
    pz_json_remove_where(NULL, is_odd);
}

static void answers_for_what_is_not_there(void **state)
{
    (void)state;
    size_t length = 9;
    int64_t integer;
    assert_int_equal(pz_json_type_of(NULL), PZ_JSON_NULL);
    assert_false(pz_json_is(NULL, PZ_JSON_NULL));
    assert_null(pz_json_text(NULL, &length));
    assert_int_equal(length, 0);
    assert_false(pz_json_integer(NULL, &integer));
    assert_int_equal(pz_json_count(NULL), 0);
    assert_null(pz_json_item(NULL, 0));
    assert_null(pz_json_get(NULL, "a"));
    assert_null(pz_json_member(NULL, 0, NULL, NULL));
    pz_json_remove(NULL, "a");
}

static void never_writes_invalid_utf8(void **state)
{
    (void)state;
    assert_written(pz_json_new_text(document, "a\xFF\"\xC3\xA9"), 0,
                   "\"a\xEF\xBF\xBD\\\"\xC3\xA9\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keeps_what_it_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keeps_nul_in_strings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(indents_by_two, set_up, tear_down),
        cmocka_unit_test_setup_teardown(last_of_two_members_stands_where_the_first_stood, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(says_where, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nul_is_no_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bounds_nesting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finds_members_in_large_objects, set_up, tear_down),
        cmocka_unit_test_setup_teardown(makes_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_integers_by_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(copies_between_documents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(removes_many_in_one_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_for_what_is_not_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(never_writes_invalid_utf8, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
