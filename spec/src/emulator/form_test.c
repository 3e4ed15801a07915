/* Forms and queries, taken apart and put together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "emulator/form.h"

/* The fields as "[name|value]"; "malformed". */
static void assert_fields(const char *text, size_t length, const char *expected)
{
    pz_form form;
    char all[200] = "";
    enum pz_form_result result = pz_form_parse(&form, text, length);
    for (size_t i = 0; result == PZ_FORM_OK && i < form.count; i++) {
        strcat(strcat(all, "["), form.fields[i].name);
        strcat(strcat(strcat(all, "|"), form.fields[i].value), "]");
    }
    assert_string_equal(result == PZ_FORM_MALFORMED ? "malformed" : all, expected);
    pz_form_free(&form);
    assert_null(form.fields);
    assert_int_equal(form.count, 0);
}

static void assert_text(const char *text, const char *expected)
{
    assert_fields(text, strlen(text), expected);
}

static void test_fields(void **state)
{
    (void)state;
    assert_text("", "");
    assert_text("a", "[a|]");
    assert_text("a=", "[a|]");
    assert_text("=b", "[|b]");
    assert_text("a=b=c", "[a|b=c]");
    assert_text("&&a=b&&c=d&", "[a|b][c|d]");
    assert_text("a+b=c+d%20e", "[a b|c d e]");
    assert_text("%41%7a=%7E%c3%BC%0a%20", "[Az|~\xc3\xbc\n ]");
    assert_fields("a=bc", 3, "[a|b]");
}

static void test_what_is_none(void **state)
{
    (void)state;
    static const char *const broken[] = {"a=%",   "a=%4",    "%4=a",  "a=%g1", "a=%1g", "%=a",
                                         "a=%00", "a=b&c=%", "a=%/1", "a=%1:", "a=%@1", "a=%1`"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_text(broken[i], "malformed");
    assert_fields("a\0b", 3, "malformed");
}

static void test_the_last_of_a_name_counts(void **state)
{
    (void)state;
    pz_form form;
    assert_int_equal(pz_form_parse(&form, "z=0&a=1&b=2&a=3", 15), PZ_FORM_OK);
    assert_string_equal(pz_form_get(&form, "a"), "3");
    assert_string_equal(pz_form_get(&form, "b"), "2");
    assert_string_equal(pz_form_get(&form, "z"), "0");
    assert_null(pz_form_get(&form, "c"));
    pz_form_free(&form);
}

static void test_what_is_added_is_escaped(void **state)
{
    (void)state;
    pz_buffer out;
    pz_buffer_init(&out, 10000);
    pz_form_add(&out, "a b", "c&d=");
    pz_form_add(&out, "e", "");
    pz_buffer_append_byte(&out, '\0');
    assert_string_equal(out.bytes, "a%20b=c%26d%3D&e=");
    pz_buffer_free(&out);
    char text[600];
    for (size_t length = 255; length <= sizeof text; length += length == 258 ? 342 : 1) {
        memset(text, '%', length);
        text[length - 1] = 'z'; /* pieces are escaped one after the other */
        pz_form_escape(&out, text, length);
        assert_int_equal(out.length, 3 * (length - 1) + 1);
        assert_memory_equal(out.bytes + out.length - 7, "%25%25z", 7);
        pz_buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_what_is_none),
        cmocka_unit_test(test_the_last_of_a_name_counts),
        cmocka_unit_test(test_what_is_added_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
