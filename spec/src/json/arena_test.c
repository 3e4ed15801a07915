/* Memory of a document: aligned, in blocks that grow, and none where there can be none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include "json/arena.h"

static void test_pieces_are_aligned_and_apart(void **state)
{
    (void)state;
    pz_arena arena = {0};
    char *pieces[100];
    for (size_t i = 0; i < 100; i++) {
        pieces[i] = pz_arena_alloc(&arena, i);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        memset(pieces[i], (int)i, i);
    }
    for (size_t i = 0; i < 100; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_equal(pieces[i][k], i);
    pz_arena_free(&arena);
}

static void test_blocks_double_up_to_a_size(void **state)
{
    (void)state;
    pz_arena arena = {0};
    assert_non_null(pz_arena_alloc(&arena, 1));
    assert_int_equal(arena.size, 2048);
    assert_int_equal(arena.used, alignof(max_align_t));
    for (size_t expected = 2048; expected < 256 * 1024; expected *= 2) {
        assert_int_equal(arena.size, expected);
        assert_non_null(pz_arena_alloc(&arena, arena.size - arena.used)); /* it fits in */
        assert_int_equal(arena.size, expected);
        assert_non_null(pz_arena_alloc(&arena, 1));
    }
    assert_int_equal(arena.size, 256 * 1024);
    assert_non_null(pz_arena_alloc(&arena, 256 * 1024));
    assert_int_equal(arena.size, 256 * 1024);
    assert_non_null(pz_arena_alloc(&arena, 1000 * 1024));
    assert_int_equal(arena.size, 1000 * 1024);
    assert_non_null(pz_arena_alloc(&arena, 1));
    assert_int_equal(arena.size, 256 * 1024);
    pz_arena_free(&arena);
    assert_null(arena.block);
    assert_int_equal(arena.size, 0);
    assert_int_equal(arena.used, 0);
    assert_non_null(pz_arena_alloc(&arena, 1)); /* it may be used anew */
    assert_int_equal(arena.size, 2048);
    assert_non_null(pz_arena_alloc(&arena, 200 * 1024));
    assert_int_equal(arena.size, 200 * 1024);
    assert_non_null(pz_arena_alloc(&arena, 1));
    assert_int_equal(arena.size, 256 * 1024);
    pz_arena_free(&arena);
}

static void test_the_bytes_of_all_blocks_are_known(void **state)
{
    (void)state;
    pz_arena arena = {0};
    assert_non_null(pz_arena_alloc(&arena, 1));
    assert_int_equal(arena.total, 2048);
    assert_non_null(pz_arena_alloc(&arena, 1000 * 1024));
    assert_int_equal(arena.total, 2048 + 1000 * 1024);
    assert_null(pz_arena_alloc(&arena, SIZE_MAX));
    assert_int_equal(arena.total, 2048 + 1000 * 1024);
    pz_arena_free(&arena);
    assert_int_equal(arena.total, 0);
}

static void test_there_is_no_piece_as_large_as_memory(void **state)
{
    (void)state;
    pz_arena arena = {0};
    assert_non_null(pz_arena_alloc(&arena, 1));
    assert_null(pz_arena_alloc(&arena, SIZE_MAX));
    assert_null(pz_arena_alloc(&arena, SIZE_MAX - alignof(max_align_t) + 1));
    assert_null(pz_arena_alloc(&arena, SIZE_MAX - alignof(max_align_t)));
    assert_int_equal(arena.size, 2048);
    assert_int_equal(arena.used, alignof(max_align_t));
    pz_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_aligned_and_apart),
        cmocka_unit_test(test_blocks_double_up_to_a_size),
        cmocka_unit_test(test_the_bytes_of_all_blocks_are_known),
        cmocka_unit_test(test_there_is_no_piece_as_large_as_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
