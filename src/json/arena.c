/* Allocates from a chain of blocks, each up to twice as large as the one before, or as large as a
 * single request needs. */
#include "json/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define FIRST_BLOCK 2048
#define LARGEST_BLOCK ((size_t)256 * 1024)
#define ALIGNMENT alignof(max_align_t)

struct pz_arena_block {
    struct pz_arena_block *older;
    alignas(max_align_t) char bytes[];
};

static bool add_block(pz_arena *arena, size_t least)
{
    size_t size = arena->size == 0                  ? FIRST_BLOCK
                  : arena->size < LARGEST_BLOCK / 2 ? arena->size * 2
                                                    : LARGEST_BLOCK;
    if (size < least)
        size = least;
    if (size > SIZE_MAX - sizeof(struct pz_arena_block))
        return false;
    struct pz_arena_block *block = malloc(sizeof *block + size);
    if (block == NULL)
        return false;
    block->older = arena->block;
    arena->block = block;
    arena->size = size;
    arena->used = 0;
    arena->total += size;
    return true;
}

void *pz_arena_alloc(pz_arena *arena, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT)
        return NULL;
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    bool fits = arena->block != NULL && size <= arena->size - arena->used;
    if (!fits && !add_block(arena, size))
        return NULL;
    char *memory = arena->block->bytes + arena->used;
    arena->used += size;
    return memory;
}

void pz_arena_free(pz_arena *arena)
{
    while (arena->block != NULL) {
        struct pz_arena_block *older = arena->block->older;
        free(arena->block);
        arena->block = older;
    }
    arena->used = arena->size = arena->total = 0;
}
