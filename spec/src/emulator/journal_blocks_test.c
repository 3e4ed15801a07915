/* Where in which block the journal's entries stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/journal_blocks.h"

enum { FIRST_BYTES = 256 << 10, NEXT_BYTES = 2 << 20, MOST = 8192, SIZES = 1000 };

/* The largest that is not alone: sizes are rounded up. */
enum { SHARED_BYTES = (64 << 10) / sizeof(max_align_t) * sizeof(max_align_t) };

static struct taken {
    unsigned char *bytes;
    size_t size;
    pz_journal_block *owner;
} all[MOST];

/* Blocks begin with what malloc gives, so that their ends are known. */
static void take(pz_journal_block **current, size_t index, size_t size)
{
    struct taken *one = &all[index];
    one->size = size;
    one->bytes = pz_journal_block_take(current, size, &one->owner);
    assert_non_null(one->bytes);
    assert_int_equal((uintptr_t)one->bytes % _Alignof(max_align_t), 0);
    size_t end = (size_t)(one->bytes - (unsigned char *)one->owner) + size;
    assert_true(end <= (one->owner == all[0].owner ? FIRST_BYTES : NEXT_BYTES));
    memset(one->bytes, (int)index & 0xff, size);
}

static void test_small_ones_share_blocks_and_do_not_overlap(void **state)
{
    (void)state;
    pz_journal_block *current = NULL;
    size_t count = 0, blocks = 0;
    for (pz_journal_block *last = NULL; blocks < 3; count++) {
        assert_true(count < MOST);
        take(&current, count, 1 + count % SIZES);
        assert_ptr_equal(all[count].owner, current);
        blocks += current != last;
        last = current;
    }
    assert_true(count > 500);
    bool are_kept = true;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < all[i].size; k++)
            are_kept &= all[i].bytes[k] == (i & 0xff);
    assert_true(are_kept);
    for (size_t i = 0; i < count; i++)
        pz_journal_block_drop(all[i].owner);
    pz_journal_block_drop(current);
}

static void test_none_reaches_beyond_its_block(void **state)
{
    (void)state;
    pz_journal_block *current = NULL, *first, *owner;
    char *bytes = pz_journal_block_take(&current, sizeof(max_align_t), &first);
    for (owner = first; owner == first;) {
        assert_non_null(bytes);
        assert_true(bytes + sizeof(max_align_t) <= (char *)first + FIRST_BYTES);
        bytes = pz_journal_block_take(&current, sizeof(max_align_t), &owner);
        pz_journal_block_drop(owner); /* that of the current block is left */
    }
    pz_journal_block_drop(first);
    pz_journal_block_drop(current);
}

static void test_a_large_one_has_its_own_block(void **state)
{
    (void)state;
    pz_journal_block *current = NULL, *own;
    take(&current, 0, 1);
    pz_journal_block *shared = current;
    void *large = pz_journal_block_take(&current, 3 << 20, &own);
    assert_non_null(large);
    memset(large, 1, 3 << 20);
    assert_ptr_equal(current, shared);
    assert_ptr_not_equal(own, shared);
    pz_journal_block_drop(own);
    take(&current, 1, SHARED_BYTES);
    assert_ptr_equal(all[1].owner, shared);
    void *larger = pz_journal_block_take(&current, SHARED_BYTES + 1, &own);
    assert_non_null(larger);
    assert_ptr_not_equal(own, shared);
    pz_journal_block_drop(own);
    pz_journal_block_drop(all[0].owner);
    pz_journal_block_drop(all[1].owner);
    pz_journal_block_drop(current);
    pz_journal_block_drop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_ones_share_blocks_and_do_not_overlap),
        cmocka_unit_test(test_none_reaches_beyond_its_block),
        cmocka_unit_test(test_a_large_one_has_its_own_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
