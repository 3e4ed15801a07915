/* Reads the clock that can be moved, and writes times as ISO 8601 has them. */
#include "emulator/clock.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LATER_MAX_MS = 1000 };

double pz_clock_monotonic(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct timespec pz_clock_deadline(long milliseconds)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_sec += milliseconds / 1000;
    time.tv_nsec += milliseconds % 1000 * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static long long milliseconds_of(struct timespec time)
{
    return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The last moment that a time_t can hold and whose year has four digits. A time_t of 32 bits ends
 * in 2038. */
static long long last_moment(void)
{
    const long long seconds = sizeof(time_t) > 4 ? 253402300799 : INT32_MAX;
    return seconds * 1000 + 999;
}

/* How far the clock may be ahead. */
static long long most_ahead(void)
{
    const long long most = PZ_CLOCK_MAX_SECONDS * 1000LL * PZ_CLOCK_MAX_MOVES;
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    long long left = last_moment() - milliseconds_of(time);
    return left < most ? left : most;
}

bool pz_clock_advance(pz_clock *clock, double seconds)
{
    const long long most = most_ahead();
    long long added = (long long)(seconds * 1000);
    long long ahead = atomic_load(&clock->ahead_ms);
    do {
        if (ahead > most - added)
            return false;
    } while (!atomic_compare_exchange_weak(&clock->ahead_ms, &ahead, ahead + added));
    return true;
}

void pz_clock_reset(pz_clock *clock)
{
    atomic_store(&clock->ahead_ms, 0);
}

double pz_clock_seconds(const pz_clock *clock)
{
    return pz_clock_monotonic() + (double)atomic_load(&clock->ahead_ms) / 1000;
}

static struct tm now(const pz_clock *clock, int later_ms, int *ms)
{
    struct timespec time;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &time);
    long long since_epoch = milliseconds_of(time) + atomic_load(&clock->ahead_ms) + later_ms;
    if (since_epoch > last_moment())
        since_epoch = last_moment(); /* there it stands */
    time_t seconds = (time_t)(since_epoch / 1000);
    *ms = (int)(since_epoch % 1000);
    gmtime_r(&seconds, &utc);
    return utc;
}

static void write_timestamp(const pz_clock *clock, int later_ms, char text[PZ_TIMESTAMP_SIZE])
{
    int ms;
    struct tm utc = now(clock, later_ms, &ms);
    size_t length = strftime(text, PZ_TIMESTAMP_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + length, PZ_TIMESTAMP_SIZE - length, ".%03dZ", ms);
}

void pz_clock_timestamp(const pz_clock *clock, char text[PZ_TIMESTAMP_SIZE])
{
    write_timestamp(clock, 0, text);
}

/* Times in this form are in the order of their texts. */
void pz_clock_timestamp_after(const pz_clock *clock, const char *before,
                              char text[PZ_TIMESTAMP_SIZE])
{
    write_timestamp(clock, LATER_MAX_MS, text);
    bool can_be_later = strcmp(text, before) > 0;
    int later = 0;
    do
        write_timestamp(clock, later, text);
    while (can_be_later && later++ < LATER_MAX_MS && strcmp(text, before) <= 0);
}

/* Written by hand: strftime's names are the locale's. */
void pz_clock_http_date(const pz_clock *clock, char text[PZ_HTTP_DATE_SIZE])
{
    static const char days[] = "SunMonTueWedThuFriSat";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int ms;
    struct tm utc = now(clock, 0, &ms);
    size_t length = 0;
    text[0] = '\0';
    length += (size_t)snprintf(text, PZ_HTTP_DATE_SIZE, "%.3s, %02d %.3s ", days + 3 * utc.tm_wday,
                               utc.tm_mday, months + 3 * utc.tm_mon);
    strftime(text + length, PZ_HTTP_DATE_SIZE - length, "%Y %H:%M:%S GMT", &utc);
}
