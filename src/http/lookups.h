/* Places for name look-ups, where libcurl gives each a thread of its own. A look-up that was
 * abandoned goes on in its thread, and nobody says when it ends: it keeps its place for as long as
 * the C library's resolver usually tries. While such look-ups hold most places, one of their places
 * is taken over each second, for they may have ended long ago: so a name server that answers again
 * is noticed, and there are no more than 20 + 30 threads. */
#ifndef PZ_HTTP_LOOKUPS_H
#define PZ_HTTP_LOOKUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "http/clock.h"

#define PZ_LOOKUPS_MOST 20 /* as many as libcurl has threads for them from 8.20 on */
/* 5 s for each of three name servers, twice: see resolv.conf(5). */
#define PZ_LOOKUPS_ABANDONED_SECONDS 30
#define PZ_LOOKUPS_ABANDONED_NS (PZ_LOOKUPS_ABANDONED_SECONDS * PZ_NS_PER_S)
#define PZ_LOOKUPS_TAKE_OVER_NS PZ_NS_PER_S

typedef struct pz_lookups {
    uint64_t until[PZ_LOOKUPS_MOST]; /* 0: free; PZ_NEVER: until the look-up ends */
    uint64_t taken_at;               /* when a place was taken last */
} pz_lookups;

/* The place that is free first, or was abandoned first. */
static inline int pz_lookups_earliest(const pz_lookups *lookups)
{
    int earliest = 0;
    for (int i = 1; i < PZ_LOOKUPS_MOST; i++) {
        if (lookups->until[i] < lookups->until[earliest])
            earliest = i;
    }
    return earliest;
}

/* How many look-ups were abandoned and may go on. */
static inline unsigned pz_lookups_abandoned(const pz_lookups *lookups, uint64_t now)
{
    unsigned count = 0;
    for (int i = 0; i < PZ_LOOKUPS_MOST; i++)
        count += lookups->until[i] > now && lookups->until[i] != PZ_NEVER;
    return count;
}

/* When a place may be taken, if no look-up ends before. */
static inline uint64_t pz_lookups_free_at(const pz_lookups *lookups)
{
    uint64_t free_at = lookups->until[pz_lookups_earliest(lookups)];
    uint64_t over_at = lookups->taken_at + PZ_LOOKUPS_TAKE_OVER_NS;
    bool may_take_over = pz_lookups_abandoned(lookups, 0) > PZ_LOOKUPS_MOST / 2;
    return may_take_over && over_at < free_at ? over_at : free_at;
}

/* How many places may be taken. */
static inline unsigned pz_lookups_free(const pz_lookups *lookups, uint64_t now)
{
    unsigned count = 0;
    for (int i = 0; i < PZ_LOOKUPS_MOST; i++)
        count += lookups->until[i] <= now;
    return count == 0 && pz_lookups_free_at(lookups) <= now ? 1 : count;
}

/* Takes a place: from 1 on; 0 if there is none. */
static inline int pz_lookups_take(pz_lookups *lookups, uint64_t now)
{
    if (pz_lookups_free_at(lookups) > now)
        return 0;
    int place = pz_lookups_earliest(lookups);
    lookups->until[place] = PZ_NEVER;
    lookups->taken_at = now;
    return place + 1;
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
