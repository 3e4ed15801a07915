/* Decides which web pages may call the emulator: a foreign page can send requests to any port of
 * this machine, and its host name can resolve to this machine. */
#ifndef PZ_EMULATOR_ORIGIN_H
#define PZ_EMULATOR_ORIGIN_H

#include <stdbool.h>

#include "emulator/call.h"

/* Refuses a call whose Host is not this machine, the address listened on or public_url, and one
 * that another site's page sent. True: the reply says why. */
bool pz_origin_refuses(pz_call *call);

#endif
