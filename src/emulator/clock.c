#include "emulator/clock.h"

#include <stdio.h>
#include <time.h>

double pz_clock_monotonic(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void pz_clock_timestamp(char text[PZ_TIMESTAMP_SIZE])
{
    struct timespec time;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &time);
    gmtime_r(&time.tv_sec, &utc);
    size_t length = strftime(text, PZ_TIMESTAMP_SIZE, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + length, PZ_TIMESTAMP_SIZE - length, ".%03ldZ", time.tv_nsec / 1000000);
}
