/* Tells an event loop that it is time to tick: one small thread waits on an engine's descriptor and
 * sends one byte to a unix socket that the event loop reads. libcurl stays on the loop's thread.
 *
 * One byte per arm: the descriptor is watched once each time that `pz_waker_arm` asks for it. */
#ifndef PZ_HTTP_WAKER_H
#define PZ_HTTP_WAKER_H

#include <stdbool.h>

#include "http/failure.h"

typedef struct pz_waker pz_waker;

/* Makes a socket in a folder of this user alone, for the event loop to connect to. NULL: `failure`
 * says why. */
pz_waker *pz_waker_new(int engine_fd, pz_failure *failure);
const char *pz_waker_path(const pz_waker *waker);
/* Takes the loop's connection, which must come from this process; the path is gone afterwards, and
 * the thread runs. false: `failure` says why. */
bool pz_waker_accept(pz_waker *waker, pz_failure *failure);
/* One byte as soon as the engine has something to do. */
bool pz_waker_arm(pz_waker *waker);
/* One byte at once, from the loop itself: what it brings about is done in the loop's next turn. */
bool pz_waker_poke(pz_waker *waker);
/* Ends the thread, then closes everything; in a forked copy neither. */
void pz_waker_free(pz_waker *waker);

#endif
