/* Places for name look-ups, where libcurl gives each a thread of its own. A look-up that was
 * abandoned goes on in its thread, and nobody says when it ends: it keeps its place for as long as
 * the C library's resolver usually tries. */
#ifndef PZ_HTTP_LOOKUPS_H
#define PZ_HTTP_LOOKUPS_H

#include <stdint.h>

#include "http/clock.h"

#define PZ_LOOKUPS_MOST 20 /* as many as libcurl has threads for them from 8.20 on */
/* 5 s for each of three name servers, twice: see resolv.conf(5). */
#define PZ_LOOKUPS_ABANDONED_NS (30 * PZ_NS_PER_S)

typedef struct pz_lookups {
    uint64_t until[PZ_LOOKUPS_MOST]; /* 0: free; PZ_NEVER: until the look-up ends */
} pz_lookups;

/* How many places are free. */
static inline unsigned pz_lookups_free(const pz_lookups *lookups, uint64_t now)
{
    unsigned count = 0;
    for (int i = 0; i < PZ_LOOKUPS_MOST; i++)
        count += lookups->until[i] <= now;
    return count;
}

/* When one is, if no look-up ends before. */
static inline uint64_t pz_lookups_free_at(const pz_lookups *lookups)
{
    uint64_t earliest = PZ_NEVER;
    for (int i = 0; i < PZ_LOOKUPS_MOST; i++) {
        if (lookups->until[i] < earliest)
            earliest = lookups->until[i];
    }
    return earliest;
}

/* Takes a place: from 1 on; 0 if none is free. */
static inline int pz_lookups_take(pz_lookups *lookups, uint64_t now)
{
    for (int i = 0; i < PZ_LOOKUPS_MOST; i++) {
        if (lookups->until[i] <= now) {
            lookups->until[i] = PZ_NEVER;
            return i + 1;
        }
    }
    return 0;
}

/* The look-up ended, or its thread may go on for a while from `now`. */
static inline void pz_lookups_end(pz_lookups *lookups, int place)
{
    lookups->until[place - 1] = 0;
}

static inline void pz_lookups_abandon(pz_lookups *lookups, int place, uint64_t now)
{
    lookups->until[place - 1] = now + PZ_LOOKUPS_ABANDONED_NS;
}

#endif
