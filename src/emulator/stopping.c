/* Opens the pipe, writes the one byte, and sleeps by polling. */
#include "emulator/stopping.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <unistd.h>

#include "emulator/clock.h"

enum { SLEEP_MAX_SECONDS = 3600 }; /* at a time: poll takes milliseconds as an int */

bool pz_stopping_open(pz_stopping *stopping)
{
    int ends[2];
    *stopping = (pz_stopping){-1, -1};
    if (pipe(ends) != 0)
        return false;
    *stopping = (pz_stopping){ends[0], ends[1]};
    return fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

void pz_stopping_close(pz_stopping *stopping)
{
    if (stopping->reading >= 0) {
        close(stopping->reading);
        close(stopping->writing);
    }
    *stopping = (pz_stopping){-1, -1};
}

void pz_stopping_begin(pz_stopping *stopping)
{
    while (stopping->writing >= 0 && write(stopping->writing, "", 1) < 0 && errno == EINTR)
        ;
}

static bool wait_for_byte(const pz_stopping *stopping, double seconds)
{
    struct pollfd begun = {.fd = stopping->reading, .events = POLLIN};
    int ms = (int)ceil((seconds < SLEEP_MAX_SECONDS ? seconds : SLEEP_MAX_SECONDS) * 1000);
    return poll(&begun, 1, ms) > 0;
}

bool pz_stopping_sleep(const pz_stopping *stopping, double seconds)
{
    double until = pz_clock_monotonic() + seconds;
    double left = seconds;
    while (left > 0) {
        if (wait_for_byte(stopping, left))
            return false;
        left = until - pz_clock_monotonic();
    }
    return true;
}
