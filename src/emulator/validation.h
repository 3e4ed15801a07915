/* Checks a definition as the service would. Every problem is listed, not only the first. */
#ifndef PZ_EMULATOR_VALIDATION_H
#define PZ_EMULATOR_VALIDATION_H

#include "emulator/emulator.h"
#include "emulator/reply.h"
#include "json/document.h"

/* False: the answer is a 400 that lists each problem as "path: what is wrong". A strict emulator
 * refuses members that are not published. */
bool pz_validate(const pz_emulator *emulator, pz_reply *reply, const pz_json_value *connection);

/* https://, or http:// to this machine, or to the emulator itself under the name that others have
 * for it. */
bool pz_is_safe_url(const pz_emulator *emulator, const char *url);

#endif
