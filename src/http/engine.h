/* Drives any number of transfers at a time with libcurl's multi interface, without ever blocking
 * the caller: one epoll descriptor, readable when there is something to do, and `tick`.
 *
 * An engine belongs to the process that made it. A copy that a fork made must not touch the
 * sockets, which both processes would read from: there, everything answers "closed". */
#ifndef PZ_HTTP_ENGINE_H
#define PZ_HTTP_ENGINE_H

#include <stdint.h>

#include "http/transfer.h"

#define PZ_ENGINE_CONNECTIONS 64 /* kept alive, unless told otherwise or more are in flight */

typedef struct pz_engine pz_engine;

/* `max_connections` are kept alive at most; 0: as many as were in flight at a time, and no fewer
 * than PZ_ENGINE_CONNECTIONS. NULL: `failure` says why. */
pz_engine *pz_engine_new(long max_connections, pz_failure *failure);
/* Cancels what is under way. The engine is gone, in a forked copy merely left alone. */
void pz_engine_free(pz_engine *engine);

bool pz_engine_is_foreign(const pz_engine *engine); /* made in another process */
int pz_engine_fd(const pz_engine *engine);
unsigned pz_engine_active(const pz_engine *engine);

/* The next tick, or run_due, starts the transfer and all others that were enqueued meanwhile:
 * requests that leave together cost less than as many that leave one by one. The engine holds a
 * reference while it is under way. false: `failure` says why, and nothing will be started. */
bool pz_engine_enqueue(pz_engine *engine, pz_transfer *transfer, const pz_request *request,
                       pz_failure *failure);
/* Ends a transfer of this engine that is under way, with kind "cancelled". */
void pz_engine_cancel(pz_engine *engine, pz_transfer *transfer);

/* Handles all events that are ready. `wait_ms` > 0 waits at most this long for one, 0 does not
 * wait; a signal ends the wait early. */
void pz_engine_tick(pz_engine *engine, int wait_ms);
/* Runs due timers and starts enqueued transfers, without a look at sockets. True if a transfer
 * ended. */
bool pz_engine_run_due(pz_engine *engine);
/* Makes the descriptor readable, at once or after a while, also with nothing in flight. There is
 * one such time: another replaces it, and the first run after it clears it. */
void pz_engine_wake(pz_engine *engine, uint64_t after_ns);
/* The number of a transfer that ended since the last time, each once. 0: none; UINT64_MAX: too many
 * to remember, look at all of them. */
uint64_t pz_engine_take_ended(pz_engine *engine);
/* Milliseconds until a timer needs a tick; -1: no timer. */
int64_t pz_engine_timeout(const pz_engine *engine);

#endif
