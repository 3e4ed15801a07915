/* UUIDs of version 4 are made, and others accepted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "emulator/identifier.h"

static void assert_is_uuid4(const char *text)
{
    assert_int_equal(strlen(text), 36);
    for (int i = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23)
            assert_int_equal(text[i], '-');
        else
            assert_non_null(strchr("0123456789abcdef", text[i]));
    }
    assert_int_equal(text[14], '4');
    assert_non_null(strchr("89ab", text[19]));
    assert_true(pz_identifier_valid(text, 36));
}

/* Of many each place that may vary does. */
static void assert_varies(void make(char *))
{
    char first[PZ_IDENTIFIER_SIZE], next[PZ_IDENTIFIER_SIZE];
    bool varies[36] = {false};
    make(first);
    assert_is_uuid4(first);
    for (int round = 0; round < 100; round++) {
        make(next);
        assert_is_uuid4(next);
        assert_string_not_equal(first, next);
        for (int i = 0; i < 36; i++)
            varies[i] |= first[i] != next[i];
    }
    for (int i = 0; i < 36; i++)
        assert_int_equal(varies[i], first[i] != '-' && i != 14);
}

static void test_each_is_another(void **state)
{
    (void)state;
    assert_varies(pz_identifier_new);
    assert_varies(pz_identifier_request);
}

static void test_what_is_none(void **state)
{
    (void)state;
    static const char valid[] = "0123456A-89af-ABCD-EF01-23456789abcF";
    assert_true(pz_identifier_valid(valid, 36));
    assert_false(pz_identifier_valid(valid, 35));
    assert_false(pz_identifier_valid("0123456A-89af-ABCD-EF01-23456789abcFa", 36));
    assert_false(pz_identifier_valid("0123456A-89af-ABCD-EF01-23456789abcFa", 37));
    for (int i = 0; i < 36; i++) {
        static const char wrong[] = {'g', 'G', '/', ':', '@', '`', '\0'};
        for (size_t k = 0; k < sizeof wrong; k++) {
            char text[sizeof valid];
            memcpy(text, valid, sizeof text);
            text[i] = wrong[k];
            assert_false(pz_identifier_valid(text, 36));
            text[i] = valid[i] == '-' ? '0' : '-';
            assert_false(pz_identifier_valid(text, 36));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_is_another),
        cmocka_unit_test(test_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
