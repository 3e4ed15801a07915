/* The HTTP call that a connection describes: from its members to what goes out. */
#ifndef PZ_EMULATOR_TARGET_H
#define PZ_EMULATOR_TARGET_H

#include "emulator/emulator.h"
#include "emulator/target_parts.h"

/* Free it afterwards in any case. False: `problem` says why. */
bool pz_target_read(pz_target *target, const pz_emulator *emulator, pz_json_document *document,
                    const pz_json_value *connection);
void pz_target_free(pz_target *target);

#endif
