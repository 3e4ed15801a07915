/* The inside of an engine, for the two files that are it: engine.c and drive.c. */
#ifndef PZ_HTTP_DRIVE_H
#define PZ_HTTP_DRIVE_H

#include <sys/types.h>

#include "http/engine.h"
#include "http/handles.h"
#include "http/poller.h"

struct pz_engine {
    pid_t pid;
    CURLM *multi;
    pz_poller *poller;
    pz_handles handles;
    pz_transfer *transfers; /* under way */
    unsigned active;
    unsigned kept;       /* connections at most */
    int sigpipe_ignored; /* when it was made */
    int keeps_more;      /* when more are in flight */
    unsigned may_share;  /* of those under way: a connection with others, as HTTP/2 can */
    uint64_t timer_at;   /* libcurl's */
    uint64_t stall_at;   /* the earliest of the transfers', or before it */
    uint64_t quiet_at;   /* when nothing has happened for so long that all are run: see run_all */
    uint64_t now;        /* when libcurl was called last */
    int socket_is_ready;
    uint64_t last_number;                /* of a transfer */
    uint64_t ended[PZ_ENGINE_ENDED_MAX]; /* the numbers of those that ended and were not told of */
    unsigned ended_count;                /* more than there is room for: those beyond are lost */
};

int pz_drive_apply(pz_engine *engine); /* sets libcurl's callbacks; false: no memory */
/* Does everything that is due now, and sets the timer for what is due later. */
void pz_drive_run(pz_engine *engine);
uint64_t pz_drive_deadline(const pz_engine *engine);

/* The engine lets go of a transfer that is done, or was never begun. */
void pz_engine_unlink(pz_engine *engine, pz_transfer *transfer);

#endif
