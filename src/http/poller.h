/* Waits for libcurl's sockets and for one timer. There are two kinds, of which one is compiled:
 * poller_epoll.c (Linux), whose one descriptor is readable when there is work, and poller_poll.c
 * (anywhere), which has none: then the caller looks again at intervals. */
#ifndef PZ_HTTP_POLLER_H
#define PZ_HTTP_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "http/failure.h"

typedef struct pz_poller pz_poller;

/* Sockets reported at a time: few to a caller that does not wait, since an event loop has other
 * work; many to a caller that waits. */
enum { PZ_POLLER_FEW = 8, PZ_POLLER_MOST = 32 };

/* The events that a socket is watched for, and those that it is ready for. */
enum { PZ_POLLER_IN = 1, PZ_POLLER_OUT = 2, PZ_POLLER_ERROR = 4 };

typedef struct pz_poller_event {
    int fd;
    unsigned ready; /* PZ_POLLER_IN and so on */
} pz_poller_event;

/* NULL: `failure` says why. */
pz_poller *pz_poller_new(pz_failure *failure);
void pz_poller_free(pz_poller *poller);

/* Readable when there is something to do; -1: this kind has none. */
int pz_poller_fd(const pz_poller *poller);

/* Sockets that are opened and closed here are watched with fewer system calls. */
int pz_poller_open_socket(pz_poller *poller, int family, int type, int protocol);
void pz_poller_close_socket(pz_poller *poller, int fd);

/* Watches a socket for `what` (PZ_POLLER_IN, PZ_POLLER_OUT, or both); 0: no more. */
bool pz_poller_watch(pz_poller *poller, int fd, unsigned what);

/* Ends a wait at `deadline`, on the clock of pz_clock_now, or before. */
void pz_poller_arm(pz_poller *poller, uint64_t deadline, uint64_t now);

/* Waits at most `wait_ms` for sockets; 0: does not wait. Returns how many of `events` (there is
 * room for PZ_POLLER_MOST) are ready, and sets `are_all` when no others are; negative: a signal
 * came. */
int pz_poller_wait(pz_poller *poller, pz_poller_event *events, int wait_ms, bool *are_all);

#endif
