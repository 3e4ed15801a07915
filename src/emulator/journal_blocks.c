/* Counts the references to each block. */
#include "emulator/journal_blocks.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { FIRST_BYTES = 256 << 10, NEXT_BYTES = 2 << 20, PAGE_BYTES = 4096 };

struct pz_journal_block {
    atomic_uint references; /* one for each entry in it, and one while it is current */
    size_t used;
    size_t size;
    max_align_t bytes[];
};

/* Asks the system for all pages at once, where it can (Linux 5.14). */
static void provide_pages(void *memory, size_t size)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t first = ((uintptr_t)memory + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    uintptr_t end = ((uintptr_t)memory + size) / PAGE_BYTES * PAGE_BYTES;
    madvise((char *)memory + (first - (uintptr_t)memory), end - first, MADV_POPULATE_WRITE);
#else
    (void)memory;
    (void)size;
#endif
}

static pz_journal_block *init_block(pz_journal_block *block, size_t size)
{
    if (block == NULL)
        return NULL;
    atomic_init(&block->references, 1);
    block->used = 0;
    block->size = size - sizeof *block;
    return block;
}

/* Makes a block for entries that follow each other. The first one is small, enough for an emulator
 * with few calls; each further one is a huge page, where the system has these. */
static pz_journal_block *next_block(bool is_first)
{
    if (is_first) {
        pz_journal_block *first = malloc(FIRST_BYTES);
        if (first != NULL)
            provide_pages(first, FIRST_BYTES);
        return init_block(first, FIRST_BYTES);
    }
    pz_journal_block *next = aligned_alloc(NEXT_BYTES, NEXT_BYTES);
#ifdef MADV_HUGEPAGE
    if (next != NULL)
        madvise(next, NEXT_BYTES, MADV_HUGEPAGE);
#endif
    return init_block(next, NEXT_BYTES);
}

void *pz_journal_block_take(pz_journal_block **current, size_t size, pz_journal_block **owner)
{
    size_t whole = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (whole > FIRST_BYTES / 4) { /* a block of its own */
        size_t with_block = sizeof(pz_journal_block) + whole;
        *owner = init_block(malloc(with_block), with_block);
        return *owner == NULL ? NULL : (*owner)->bytes;
    }
    if (*current == NULL || whole > (*current)->size - (*current)->used) {
        pz_journal_block *next = next_block(*current == NULL);
        if (next == NULL)
            return NULL;
        pz_journal_block_drop(*current);
        *current = next;
    }
    *owner = *current;
    atomic_fetch_add(&(*owner)->references, 1);
    void *taken = (char *)(*owner)->bytes + (*owner)->used;
    (*owner)->used += whole;
    return taken;
}

void pz_journal_block_drop(pz_journal_block *owner)
{
    if (owner != NULL && atomic_fetch_sub(&owner->references, 1) == 1)
        free(owner);
}
