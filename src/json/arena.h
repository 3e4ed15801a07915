/* Memory that is freed all at once. */
#ifndef PZ_JSON_ARENA_H
#define PZ_JSON_ARENA_H

#include <stddef.h>

typedef struct pz_arena {
    struct pz_arena_block *block; /* the newest; links to the older ones */
    size_t used, size;            /* of the newest block */
    size_t total;                 /* bytes of all blocks */
} pz_arena;

void *pz_arena_alloc(pz_arena *arena, size_t size); /* aligned for anything; NULL: no memory */
void pz_arena_free(pz_arena *arena);                /* a zeroed arena is an empty one */

#endif
