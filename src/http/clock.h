/* The monotonic clock in nanoseconds: the unit of every deadline of the engine. */
#ifndef PZ_HTTP_CLOCK_H
#define PZ_HTTP_CLOCK_H

#include <stdint.h>
#include <time.h>

#define PZ_NS_PER_MS UINT64_C(1000000)
#define PZ_NS_PER_S UINT64_C(1000000000)
#define PZ_NEVER UINT64_MAX

static inline uint64_t pz_clock_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * PZ_NS_PER_S + (uint64_t)time.tv_nsec;
}

#endif
