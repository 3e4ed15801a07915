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

static void test_lists_and_objects_of_credentials_are_masked_whole(void **state)
{
    (void)state;
    assert_shown("{\"clientSecret\":[\"s\"],\"apiKey\":{\"v\":\"s\"},\"password\":[[]]}",
                 "{\"clientSecret\":\"***\",\"apiKey\":\"***\",\"password\":\"***\"}");
    assert_shown("[{\"name\":\"X-Api-Key\",\"value\":[\"s\"]}]",
                 "[{\"name\":\"X-Api-Key\",\"value\":\"***\"}]");
    assert_shown("{\"pin\":[\"s\"],\"session\":[1]}", "{\"pin\":\"***\",\"session\":\"***\"}");
    assert_shown("{\"auth\":[{\"authType\":\"X\",\"secret\":[\"s\"]}]}",
                 "{\"auth\":[{\"authType\":\"X\",\"secret\":\"***\"}]}");
    static const char harmless[] = "{\"apiKey\":[],\"token\":{},\"pin\":[],\"auth\":{\"a\":[1]},"
                                   "\"cookie\":[{\"a\":\"b\"}]}";
    assert_shown(harmless, harmless);
}

static void test_json_in_a_string_is_masked_as_such(void **state)
{
    (void)state;
    assert_shown("{\"requestBody\":\" {\\\"token\\\": [\\\"s\\\"]}\"}",
                 "{\"requestBody\":\"{\\\"token\\\":\\\"***\\\"}\"}");
    assert_shown("[\"[{\\\"key\\\":\\\"w0rds\\\"}]\"]", "[\"[{\\\"key\\\":\\\"***\\\"}]\"]");
    static const char harmless[] = "{ \"requestBody\": \"{ \\\"token\\\": \\\"${token}\\\" }\" }";
    assert_shown(harmless, harmless);
}

static void test_an_unpublished_auth_is_masked_where_that_is_an_option(void **state)
{
    (void)state;
    static const char text[] = "{\"auth\":{\"authType\":\"CUSTOM\",\"foo\":\"s\",\"bar\":{\"v\":1},"
                               "\"empty\":\"\",\"clientId\":\"me\"},\"foo\":\"f\"}";
    static const char published[] = "{\"auth\":{\"authType\":\"oauth\",\"foo\":\"f\"}}";
    const pz_emulator_options options = {.mask_unknown_auth = true};
    assert_shown(text, text);
    assert_text(&options, text,
                "{\"auth\":{\"authType\":\"CUSTOM\",\"foo\":\"***\",\"bar\":\"***\","
                "\"empty\":\"\",\"clientId\":\"me\"},\"foo\":\"f\"}");
    assert_text(&options, published, published);
}

static void assert_header(const char *name, const char *value, const char *expected)
{
    const pz_emulator_options closed = {.journal_secrets = false};
    const pz_emulator_options open = {.journal_secrets = true};
    const pz_journal_header header = {name, value};
    pz_buffer out;
    pz_buffer_init(&out, 1000);
    pz_journal_header_text(&closed, &header, &out);
    pz_buffer_append_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    out.length = 0;
    pz_journal_header_text(&open, &header, &out);
    pz_buffer_append_byte(&out, '\0');
    assert_string_equal(out.bytes, value);
    pz_buffer_free(&out);
}

static void test_headers_are_masked_by_their_names_and_their_look(void **state)
{
    (void)state;
    assert_header("x-api-key", "s", "***");
    assert_header("x-auth-token", "s", "***");
    assert_header("x-auth", "s", "***");
    assert_header("cookie", "a=b", "***");
    assert_header("x-api-key", "${key}", "${key}");
    assert_header("x-api-key", "", "");
    assert_header("authorization", "Bearer ***", "Bearer ***");
    assert_header("proxy-authorization", "***", "***");
    assert_header("accept", "*/*", "*/*");
    assert_header("x-forwarded", "Bearer abcdef0123456789", "Bearer ***");
    assert_header("referer", "http://a.example/?api_key=s3", "http://a.example/?api_key=***");
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
        cmocka_unit_test(test_lists_and_objects_of_credentials_are_masked_whole),
        cmocka_unit_test(test_json_in_a_string_is_masked_as_such),
        cmocka_unit_test(test_an_unpublished_auth_is_masked_where_that_is_an_option),
        cmocka_unit_test(test_headers_are_masked_by_their_names_and_their_look),
        cmocka_unit_test(test_texts_are_masked_by_their_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
