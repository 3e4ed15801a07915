/* The times that the emulator states. Its clock can be moved; its waits and measurements do not
 * follow.
 */
#ifndef PZ_EMULATOR_CLOCK_H
#define PZ_EMULATOR_CLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum {
    PZ_TIMESTAMP_SIZE = 32,
    PZ_HTTP_DATE_SIZE = 32,
    PZ_CLOCK_MAX_SECONDS = 1000000000, /* the furthest move */
    PZ_CLOCK_MAX_MOVES = 200,          /* the bound of all moves, times that */
};

double pz_clock_monotonic(void); /* seconds; only differences mean something */
/* The moment in that many milliseconds, for pthread_cond_timedwait. */
struct timespec pz_clock_deadline(long milliseconds);

typedef struct pz_clock {
    atomic_llong ahead_ms; /* of the system's */
} pz_clock;

/* `seconds` is from 0 to PZ_CLOCK_MAX_SECONDS. False: that would be too far in all, or beyond what
 * a time_t can hold or years of four digits. */
bool pz_clock_advance(pz_clock *clock, double seconds);
void pz_clock_reset(pz_clock *clock);

/* Seconds of the moved clock; only differences mean something. */
double pz_clock_seconds(const pz_clock *clock);
/* The time of day as the service writes it: 2025-07-02T14:04:58.347Z. */
void pz_clock_timestamp(const pz_clock *clock, char text[PZ_TIMESTAMP_SIZE]);
/* The same, but later than `before`, if that is at most a second ahead. */
void pz_clock_timestamp_after(const pz_clock *clock, const char *before,
                              char text[PZ_TIMESTAMP_SIZE]);
/* The same as HTTP writes it: Wed, 02 Jul 2025 14:04:58 GMT. */
void pz_clock_http_date(const pz_clock *clock, char text[PZ_HTTP_DATE_SIZE]);

#endif
