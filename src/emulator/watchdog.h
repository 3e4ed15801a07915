/* Slow senders: who has not sent a whole request in time is disconnected, however busily bytes
 * trickle in. libmicrohttpd's own time limit is only for silence. */
#ifndef PZ_EMULATOR_WATCHDOG_H
#define PZ_EMULATOR_WATCHDOG_H

#include "emulator/timers.h"

typedef struct pz_watchdog pz_watchdog;

/* One connection, from its beginning to its end. */
typedef struct pz_watched pz_watched;

/* The timers must be stopped before the watchdog is freed. */
pz_watchdog *pz_watchdog_start(pz_timers *timers, double seconds); /* NULL: no memory */
void pz_watchdog_free(pz_watchdog *watchdog);

pz_watched *pz_watchdog_add(pz_watchdog *watchdog, int socket);      /* NULL: no memory */
void pz_watchdog_remove(pz_watchdog *watchdog, pz_watched *watched); /* NULL is fine */

/* Whether the client has the word; when it gets it, its time begins. */
void pz_watchdog_expect(pz_watchdog *watchdog, pz_watched *watched, int expecting);

#endif
