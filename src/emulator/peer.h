/* Who is at the other end of a call. */
#ifndef PZ_EMULATOR_PEER_H
#define PZ_EMULATOR_PEER_H

#include <stdbool.h>

#include "emulator/call.h"

enum { PZ_PEER_SIZE = 64 };

void pz_peer_name(pz_call *call, char name[PZ_PEER_SIZE]); /* its IP address */
bool pz_peer_is_local(pz_call *call);                      /* this machine */
/* Ends the connection at once: the peer's next read fails with a reset. */
void pz_peer_reset(pz_call *call);

#endif
