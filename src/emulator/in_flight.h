/* The memory that requests and answers under way may take together. */
#ifndef PZ_EMULATOR_IN_FLIGHT_H
#define PZ_EMULATOR_IN_FLIGHT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes of bodies, of arriving requests and of answers that clients have not fetched yet. A further
 * body is refused with 503, but one body alone always has room. */
static const size_t PZ_IN_FLIGHT_MAX_BYTES = (size_t)256 << 20;

typedef atomic_size_t pz_in_flight;

static inline bool pz_in_flight_take(pz_in_flight *in_flight, size_t bytes)
{
    size_t before = atomic_fetch_add(in_flight, bytes);
    if (before == 0 || bytes == 0 || before + bytes <= PZ_IN_FLIGHT_MAX_BYTES)
        return true;
    atomic_fetch_sub(in_flight, bytes);
    return false;
}

static inline bool pz_in_flight_has_room(pz_in_flight *in_flight, size_t bytes)
{
    size_t now = atomic_load(in_flight);
    return now == 0 || bytes == 0 || now + bytes <= PZ_IN_FLIGHT_MAX_BYTES;
}

static inline void pz_in_flight_give_back(pz_in_flight *in_flight, size_t bytes)
{
    atomic_fetch_sub(in_flight, bytes);
}

#endif
