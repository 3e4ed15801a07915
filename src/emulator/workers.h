/* The threads that serve clients: each accepts a connection, serves it to its end and takes the
 * next one. Starting a thread takes longer than answering a call. */
#ifndef PZ_EMULATOR_WORKERS_H
#define PZ_EMULATOR_WORKERS_H

#include <stdbool.h>

#include "emulator/clients.h"
#include "emulator/libmicrohttpd.h"
#include "emulator/stopping.h"

typedef struct pz_workers pz_workers;
typedef struct pz_worker pz_worker;

/* Makes the HTTP server of one worker: it has no thread and no listening socket, and calls
 * pz_worker_notice() with the worker. NULL: it could not be made. */
typedef struct MHD_Daemon *(*pz_daemon_maker)(void *context, pz_worker *worker);

/* Starts the first worker. The listening socket stays the caller's. NULL: no memory, no thread or
 * no daemon. */
pz_workers *pz_workers_start(const pz_stopping *stopping, pz_clients *clients, int listening,
                             pz_daemon_maker make, void *context);
/* Disconnects every client and joins the threads, after the emulator's stop has begun. */
void pz_workers_stop(pz_workers *workers); /* NULL is fine */

/* For MHD_OPTION_NOTIFY_CONNECTION. */
void pz_worker_notice(void *worker, struct MHD_Connection *connection, void **client,
                      enum MHD_ConnectionNotificationCode code);

#endif
