/* What of a text in the journal is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/journal_text.h"

static void assert_text(const pz_emulator_options *options, const char *text, const char *expected)
{
    pz_buffer out;
    pz_buffer_init(&out, 1000);
    pz_journal_text(options, text, strlen(text), &out);
    pz_buffer_append_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    pz_buffer_free(&out);
}

static void assert_shown(const char *text, const char *expected)
{
    const pz_emulator_options options = {.journal_secrets = false};
    const pz_emulator_options open = {.journal_secrets = true};
    assert_text(&options, text, expected);
    assert_text(&open, text, text);
}

static void test_members_are_masked_by_their_names(void **state)
{
    (void)state;
    assert_shown("{\"clientId\":\"me\",\"clientSecret\":\"s\", \"token\":12}",
                 "{\"clientId\":\"me\",\"clientSecret\":\"***\",\"token\":\"***\"}");
    assert_shown("[[{\"a\":{\"password\":\"s\"}}]]", "[[{\"a\":{\"password\":\"***\"}}]]");
}

static void test_pairs_are_masked_by_the_names_that_they_hold(void **state)
{
    (void)state;
    assert_shown("{\"name\":\"X-Api-Key\",\"value\":\"s\"}",
                 "{\"name\":\"X-Api-Key\",\"value\":\"***\"}");
    assert_shown(
        "{\"key\":\"api_key\",\"value\":\"s\",\"exampleValue\":\"s\",\"label\":\"l\"}",
        "{\"key\":\"api_key\",\"value\":\"***\",\"exampleValue\":\"***\",\"label\":\"l\"}");
    assert_shown("{\"name\":\"Accept\",\"value\":\"v\"}", "{\"name\":\"Accept\",\"value\":\"v\"}");
    assert_shown("{\"key\":\"city\",\"exampleValue\":\"Dublin\"}",
                 "{\"key\":\"city\",\"exampleValue\":\"Dublin\"}");
}

static void test_what_holds_no_secret_is_shown(void **state)
{
    (void)state;
    static const char harmless[] = "{\"password\":\"\",\"token\":null,\"secret\":true,"
                                   "\"apiKey\":\"${key}\",\"cookie\":{\"a\":\"b\"}}";
    assert_shown(harmless, harmless);
    assert_shown("{ \"a\" : 1.50,\n\"b\" : [] }", "{ \"a\" : 1.50,\n\"b\" : [] }");
    assert_shown("", "");
}

static void test_texts_are_masked_by_their_look(void **state)
{
    (void)state;
    assert_shown("{ \"text\" : [\"Bearer abcdef0123456789\"] }", "{\"text\":[\"Bearer ***\"]}");
    assert_shown("{\"client_secret\":\"s\",\"broken", "{\"client_secret\":\"***\",\"broken");
    assert_shown("{\"text\":\"password=abc\"}",
                 "{\"text\":\"password=***\"}"); /* as long as it was */
    assert_shown("a=b&client_secret=hush", "a=b&client_secret=***");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_are_masked_by_their_names),
        cmocka_unit_test(test_pairs_are_masked_by_the_names_that_they_hold),
        cmocka_unit_test(test_what_holds_no_secret_is_shown),
        cmocka_unit_test(test_texts_are_masked_by_their_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
