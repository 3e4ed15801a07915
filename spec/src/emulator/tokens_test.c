/* Tokens live up to their end, and as they were given out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/tokens.h"

static bool is_live(pz_tokens *tokens, double now, const char *token)
{
    return pz_tokens_live(tokens, now, token, strlen(token));
}

static void test_a_token_lives_up_to_its_end(void **state)
{
    (void)state;
    char token[PZ_TOKEN_SIZE], other[PZ_TOKEN_SIZE];
    pz_tokens *tokens = pz_tokens_new();
    assert_true(pz_tokens_issue(tokens, 100, 10, token));
    assert_true(pz_tokens_issue(tokens, 100, 20, other));
    assert_true(is_live(tokens, 109.5, token));
    assert_false(is_live(tokens, 110, token));
    assert_true(is_live(tokens, 110, other));
    for (size_t i = 0; i < PZ_TOKEN_SIZE - 1; i++) {
        char changed[PZ_TOKEN_SIZE];
        memcpy(changed, other, sizeof changed);
        changed[i] ^= 1;
        assert_false(is_live(tokens, 100, changed));
    }
    pz_tokens_clear(tokens);
    assert_false(is_live(tokens, 100, other));
    pz_tokens_free(tokens);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_token_lives_up_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
