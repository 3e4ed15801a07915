/* Inputs in URLs, forms, JSON and texts of tested connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "emulator/mask.h"
#include "emulator/template.h"

static pz_json_value *inputs_of(pz_json_document *document, const char *mappings)
{
    pz_json_error error;
    const pz_json_value *value =
        pz_json_document_parse(document, mappings, strlen(mappings), 9, &error);
    assert_non_null(value);
    return pz_template_inputs(document, value);
}

static const char mappings[] =
    "[{\"key\":\"a\",\"exampleValue\":\"x \\\"y\\\\\\n\"},{\"key\":\"n\",\"exampleValue\":1.50},"
    "{\"key\":\"a\",\"exampleValue\":\"second\"},{\"key\":\"none\"},{\"exampleValue\":\"z\"},"
    "{\"key\":\"list\",\"exampleValue\":[1]}]";

static void assert_filled(enum pz_template_kind kind, const char *text, const char *expected)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *inputs = inputs_of(document, mappings);
    char missing[8] = "left";
    pz_buffer out;
    pz_buffer_init(&out, 1000);
    assert_int_equal(pz_json_count(inputs), 4);
    assert_true(pz_template_fill(kind, text, inputs, &out, missing, sizeof missing));
    assert_string_equal(missing, "");
    pz_buffer_append_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    pz_buffer_free(&out);
    pz_json_document_free(document);
}

static void test_values_are_encoded_for_where_they_stand(void **state)
{
    (void)state;
    assert_filled(PZ_TEMPLATE_URL, "/${a}?${n}", "/x%20%22y%5C%0A?1.50");
    assert_filled(PZ_TEMPLATE_FORM, "b=${a}", "b=x%20%22y%5C%0A");
    assert_filled(PZ_TEMPLATE_TEXT, "b ${a}${none}${list}.", "b x \"y\\\n.");
    assert_filled(PZ_TEMPLATE_JSON, "{\"b\":\"${a}\",\"c\":${n},\"d\":${a}}",
                  "{\"b\":\"x \\\"y\\\\\\u000a\",\"c\":1.50,\"d\":x \"y\\\n}");
    assert_filled(PZ_TEMPLATE_JSON, "\"\\\"${a}\" ${n}", "\"\\\"x \\\"y\\\\\\u000a\" 1.50");
    assert_filled(PZ_TEMPLATE_JSON, "\"\\\\\"${a}", "\"\\\\\"x \"y\\\n");
}

static void test_freemarker_stays_and_its_inputs_are_filled(void **state)
{
    (void)state;
    assert_filled(PZ_TEMPLATE_TEXT, "${b.c}${n}${other}<#if d>", "${b.c}1.50${other}<#if d>");
    assert_filled(PZ_TEMPLATE_TEXT, "${{n}} ${", "${{n}} ${");
    assert_filled(PZ_TEMPLATE_URL, "/ ${b!\"é <\"}?${n}#{c}#d", "/ ${b!\"é%20<\"}?1.50%23{c}#d");
    assert_true(pz_template_text_is_freemarker("${b.c}"));
    assert_false(pz_template_text_is_freemarker("${b}"));
}

static void test_what_is_missing_is_named(void **state)
{
    (void)state;
    pz_json_document *document = pz_json_document_new();
    pz_json_value *inputs = inputs_of(document, mappings);
    char missing[8] = "left";
    pz_buffer out;
    pz_buffer_init(&out, 10);
    assert_false(
        pz_template_fill(PZ_TEMPLATE_TEXT, "${n}${abcdefghi}${b}", inputs, &out, missing, 8));
    assert_string_equal(missing, "abcdefg");
    assert_false(pz_template_fill(PZ_TEMPLATE_TEXT, "${n}${n}${n}", inputs, &out, missing, 8));
    assert_string_equal(missing, ""); /* the bound */
    pz_buffer_free(&out);
    pz_json_document_free(document);
}

static void assert_masked(const char *text, const char *expected)
{
    static pz_known known;
    pz_known_init(&known);
    assert_true(pz_mask_add_basic(&known, "user", "pa"));
    assert_true(pz_mask_add_basic(&known, "user", "pas"));
    assert_true(pz_mask_add_basic(&known, "user", "\xff\xff\xff\xfe"));
    pz_buffer out;
    pz_buffer_init(&out, 100);
    pz_buffer_append_text(&out, text);
    pz_mask_apply(&known, &out);
    assert_int_equal(out.length, strlen(expected));
    if (out.length > 0)
        assert_memory_equal(out.bytes, expected, out.length);
    pz_buffer_free(&out);
    pz_known_free(&known);
}

static void test_credentials_of_basic_are_masked(void **state)
{
    (void)state;
    assert_masked("Basic dXNlcjpwYQ== dXNlcjpwYXM=", "Basic *** ***");
    assert_masked("dXNlcjr////+", "***");
    assert_masked("", "");
    assert_masked("dXNlcjpwYg==", "dXNlcjpwYg==");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_encoded_for_where_they_stand),
        cmocka_unit_test(test_freemarker_stays_and_its_inputs_are_filled),
        cmocka_unit_test(test_what_is_missing_is_named),
        cmocka_unit_test(test_credentials_of_basic_are_masked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
