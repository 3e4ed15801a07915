/* Texts are masked within their bounds, wherever they are cut: nothing behind them is looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "masking/escapes.h"
#include "masking/known.h"
#include "masking/likely.h"
#include "masking/names.h"
#include "masking/redact.h"
#include "support/guarded.h"

static const char *const texts[] = {
    "password: s3cret",
    "\"password\": \"s3\\\"cret\", \"pin\": -12345 , \"a\":1",
    "{\\\"token\\\":\\\"s3cret\\\"}",
    "Authorization: Bearer abc123.x-y_z, a",
    "Authorization: Digest a=\"b\", c=d",
    "Cookie: session=s3cret; a=b",
    "Bearer abc123.x-y_z==",
    "<ns:Password a='b'>s3cret</ns:Password>",
    "<add key=\"ApiKey\" value=\"s3cret\"/>",
    "{\"name\": \"X-Api-Key\" , \"value\" : \"s3cret\"}",
    "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
    "eyJhbGci.eyJzdWIi.c2ln",
    "ghp_012345678901234567890123.a.b",
    "https://user:pa/ss@host/?a=b&token=s3cret#c",
    "https://h/?next=https://user:pass@host2&a=https://hooks.slack.com/x",
    "//user@[::1]:80/?key=1;d",
    "user:pass@proxy:3128",
    "https://hooks.slack.com/services/T0/B0/x?a",
    "https://api.telegram.org/botx",
    "$token := 's3cret' => ${a} token=${b}",
    "token.lua:12: tokens: 512",
    "12%2b3456789 12\\u002b3456789 12\\u{2b}3456789 12\\ud83d\\ude00 12&#x2b;3456789",
    "12&plus;3456789 12&amp;plus;3456789 %5Cu002b &l &lt &gt; & + \\ \\n \\x2b \\",
    "n=wrong&  wrong\twrong \"wrong\"",
    "%6",
    "",
};

enum { TEXTS = sizeof texts / sizeof *texts };

static void test_secrets_that_are_known(void **state)
{
    (void)state;
    static pz_known known;
    static const char *const secrets[] = {"12+3456789", "wrong", "s3cret", "12\xf0\x9f\x98\x80",
                                          "\n ab"};
    pz_known_init(&known);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        assert_true(pz_known_add(&known, secrets[i], strlen(secrets[i])));
    for (size_t i = 0; i < TEXTS; i++)
        for (size_t length = 0; length <= strlen(texts[i]); length++) {
            pz_buffer out;
            pz_buffer_init(&out, 4096);
            assert_true(pz_known_hide(&known, guarded(texts[i], length), length, SIZE_MAX, &out));
            assert_int_equal(out.failure, PZ_BUFFER_OK);
            pz_buffer_free(&out);
        }
    pz_known_free(&known);
    pz_known_free(&known); /* again */
}

static void test_secrets_that_were_cut(void **state)
{
    (void)state;
    static pz_known known;
    static const char *const cut[] = {
        "12+3...",        "12%2b3%2e%2E.", "12+345\xe2\x80\xa6", "12+345 [&hellip;",
        "12+3456\\u2026", "12+3456%34%3",  "12+34&#53;&#x3",     "12+34&amp;#5",
        "12+3456\\\\u00", "12+3%E2%80%A6",
    };
    pz_known_init(&known);
    assert_true(pz_known_add(&known, "12+3456789", 10));
    for (size_t i = 0; i < sizeof cut / sizeof *cut; i++)
        for (size_t length = 0; length <= strlen(cut[i]); length++) {
            pz_buffer out;
            pz_buffer_init(&out, 4096);
            assert_true(pz_known_hide_cut(&known, guarded(cut[i], length), length, SIZE_MAX, &out));
            bool is_hidden = out.length >= 3 && memcmp(out.bytes, "***", 3) == 0;
            assert_true(is_hidden || length < strlen(cut[i]));
            pz_buffer_free(&out);
        }
    pz_known_free(&known);
}

/* Hides in what follows the first bytes of a text. */
static void assert_hidden_behind(size_t before, const char *text, const char *expected)
{
    static pz_known known;
    pz_buffer out;
    pz_known_init(&known);
    assert_true(pz_known_add(&known, "wrong", 5));
    pz_buffer_init(&out, 100);
    assert_true(pz_known_hide(&known, text + before, strlen(text) - before, SIZE_MAX, &out));
    assert_int_equal(out.length, strlen(expected));
    assert_memory_equal(out.bytes, expected, out.length);
    pz_buffer_free(&out);
    pz_known_free(&known);
}

static void test_what_stands_before_a_text_is_not_its_part(void **state)
{
    (void)state;
    assert_hidden_behind(2, "x   wrong", "  ***");
    assert_hidden_behind(0, "x  wrong", "x  wrong");
    assert_hidden_behind(2, "%3Dwrong&", "Dwrong&");
    assert_hidden_behind(0, "%3Dwrong&", "%3D***&");
}

static void count_found(void *context, const char *value, size_t length)
{
    assert_true(length > 0 && value != NULL);
    ++*(size_t *)context;
}

static void test_what_looks_like_credentials(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXTS; i++)
        for (size_t length = 0; length <= strlen(texts[i]); length++) {
            pz_buffer out;
            size_t found = 0;
            pz_buffer_init(&out, 4096);
            pz_likely_hide(guarded(texts[i], length), length, &out, count_found, &found);
            bool is_as_it_was =
                out.length == length && memcmp(out.bytes ? out.bytes : "", texts[i], length) == 0;
            assert_true(is_as_it_was == (found == 0));
            pz_buffer_free(&out);
        }
}

static void test_urls(void **state)
{
    (void)state;
    char out[1024];
    for (size_t i = 0; i < TEXTS; i++)
        for (size_t length = 0; length <= strlen(texts[i]); length++) {
            size_t written = pz_redact(guarded(texts[i], length), length, out, sizeof out);
            assert_int_equal(written, strlen(out));
        }
}

static void test_what_is_written_is_within_its_room(void **state)
{
    (void)state;
    static const char text[] = "a\xc3\xbc https://user:pass@host/?key=1";
    char out[64];
    for (size_t size = 4; size < sizeof out; size++) {
        memset(out, 'x', sizeof out);
        size_t length = pz_redact(text, strlen(text), out, size);
        assert_true(length < size && out[length] == '\0');
        for (size_t i = length + 1; i < sizeof out; i++)
            assert_int_equal(out[i], 'x');
        assert_true(length < 5 || memcmp(out + length - 4, "\xc3...", 4) != 0);
    }
    assert_int_equal(pz_redact(text, strlen(text), out, 6), 4);
    assert_string_equal(out, "a..."); /* half a character would have had room */
    assert_int_equal(pz_redact(text, strlen(text), out, 7), 6);
    assert_string_equal(out, "a\xc3\xbc...");
    assert_int_equal(pz_redact("\xc3\xbc", 2, out, 5), 3);
    assert_string_equal(out, "...");
    assert_int_equal(pz_redact("abcd", 4, out, 8), 4); /* four bytes are kept for a cut */
    assert_string_equal(out, "abcd");
    assert_int_equal(pz_redact("abcde", 5, out, 8), 7);
    assert_string_equal(out, "abcd...");
}

static void test_names_and_references(void **state)
{
    (void)state;
    assert_int_equal(pz_name_kind_of(guarded("token", 5), 5), PZ_NAME_CREDENTIAL);
    assert_int_equal(pz_name_kind_of(guarded("toke%6e", 6), 6), PZ_NAME_PLAIN);
    assert_int_equal(pz_name_kind_of(guarded("key%", 4), 4), PZ_NAME_WEAK);
    assert_true(pz_likely_is_reference(guarded("${a}", 4), 4));
    static const char *const others[] = {"${}",   "${a",   "$a}",   "a{b}",     "${a}b",
                                         "${{a}", "${a}}", "${a{}", "${a}${b}", "${"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t length = strlen(others[i]);
        assert_false(pz_likely_is_reference(guarded(others[i], length), length));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secrets_that_are_known),
        cmocka_unit_test(test_secrets_that_were_cut),
        cmocka_unit_test(test_what_stands_before_a_text_is_not_its_part),
        cmocka_unit_test(test_what_looks_like_credentials),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_what_is_written_is_within_its_room),
        cmocka_unit_test(test_names_and_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
