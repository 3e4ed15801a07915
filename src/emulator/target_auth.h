/* How a test call authenticates itself. */
#ifndef PZ_EMULATOR_TARGET_AUTH_H
#define PZ_EMULATOR_TARGET_AUTH_H

#include <stdbool.h>

#include "emulator/emulator.h"
#include "emulator/target_parts.h"

/* Reads the connection's auth, but for secrets. False: `problem` says why. */
bool pz_target_read_auth(pz_target *target, const pz_emulator *emulator);
/* Adds the members of auth that are headers or parameters, secrets too. False: likewise. */
bool pz_target_add_credentials(pz_target *target);

#endif
