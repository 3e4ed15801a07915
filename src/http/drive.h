/* The inside of an engine: the transfers under way and their progress. Only engine.c includes this;
 * drive.c knows nothing of engine.c. */
#ifndef PZ_HTTP_DRIVE_H
#define PZ_HTTP_DRIVE_H

#include <sys/types.h>

#include "http/handles.h"
#include "http/lookups.h"
#include "http/poller.h"
#include "http/transfer.h"

#define PZ_ENGINE_ENDED_MAX 256 /* ended transfers whose numbers are remembered */

typedef struct pz_engine pz_engine;

struct pz_engine {
    pid_t pid;
    CURLM *multi;
    pz_poller *poller;
    pz_handles handles;
    pz_transfer *transfers; /* under way, the newest first */
    pz_transfer *enqueued;  /* the oldest of them that was not started */
    unsigned active;
    unsigned kept;        /* connections at most */
    bool sigpipe_ignored; /* when it was made */
    bool keeps_more;      /* when more are in flight */
    unsigned may_share;   /* of those under way: a connection with others, as HTTP/2 can */
    uint64_t timer_at;    /* libcurl's */
    uint64_t wake_at;     /* the descriptor becomes readable: see pz_engine_wake */
    uint64_t spare_until; /* transfers whose limits are over, while what arrived is read */
    uint64_t quiet_at;    /* when nothing has happened for so long that all are run: see run_all */
    pz_lookups lookups;
    unsigned aside; /* transfers that wait for a place among them */
    pz_pulse pulse;
    uint64_t last_number;                /* of a transfer */
    uint64_t ended[PZ_ENGINE_ENDED_MAX]; /* the numbers of those that ended and were not told of */
    unsigned ended_count;                /* more than there is room for: those beyond are lost */
};

/* Sets libcurl's callbacks of the multi handle. false: no memory. */
bool pz_drive_set_callbacks(pz_engine *engine);
/* A pz_handle_set_up whose data is the engine. */
CURLcode pz_drive_set_up_handle(pz_handle *handle, void *data);
/* More connections than libcurl may keep are closed when their transfers end. */
bool pz_drive_keep_connections(pz_engine *engine, unsigned count);

/* Takes a transfer that is prepared, to be started by the next run. */
void pz_drive_add(pz_engine *engine, pz_transfer *transfer);
/* Ends a transfer that is under way. */
void pz_drive_abort(pz_engine *engine, pz_transfer *transfer, const pz_failure *failure);

/* Tells libcurl that a socket is ready. */
void pz_drive_socket(pz_engine *engine, const pz_poller_event *event);
/* Does everything that is due now, and sets the timer for what is due later. Starts at most
 * `starts` of the enqueued transfers; the others are due at once. */
void pz_drive_run(pz_engine *engine, unsigned starts);
/* Call it before libcurl: extends the limits of transfers by the time in which the engine was not
 * driven. */
void pz_drive_forgive(pz_engine *engine);
/* Call it after a round of reading that began at `began`: ends the transfers whose limits are over.
 * `all_read` is false when more may have arrived. */
void pz_drive_judge(pz_engine *engine, uint64_t began, bool all_read);
uint64_t pz_drive_deadline(const pz_engine *engine);

#endif
