/* Counts what is taken of each block. */
#include "emulator/journal_blocks.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { BLOCK_BYTES = 256 << 10, PAGE_BYTES = 4096 };

struct pz_journal_block {
    atomic_uint references; /* of what is taken of it, and one while it is current */
    size_t used;
    size_t size;
    max_align_t bytes[];
};

/* Has the system provide the pages now, where it can (Linux 5.14). */
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

static pz_journal_block *new_block(size_t size)
{
    pz_journal_block *block = malloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    atomic_init(&block->references, 1);
    block->used = 0;
    block->size = size;
    return block;
}

void *pz_journal_block_take(pz_journal_block **current, size_t size, pz_journal_block **owner)
{
    size_t whole = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (whole > BLOCK_BYTES / 4) { /* a block of its own */
        *owner = new_block(whole);
        return *owner == NULL ? NULL : (*owner)->bytes;
    }
    if (*current == NULL || whole > (*current)->size - (*current)->used) {
        pz_journal_block *next = new_block(BLOCK_BYTES);
        if (next == NULL)
            return NULL;
        provide_pages(next, sizeof *next + BLOCK_BYTES);
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
