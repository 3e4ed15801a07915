/* The reply of testConnection: the outcome of the call that a connection describes. The service's
 * own format is not published; this one is the emulator's. */
#ifndef PZ_EMULATOR_REPLY_OF_TARGET_H
#define PZ_EMULATOR_REPLY_OF_TARGET_H

#include <stdbool.h>

#include "emulator/reply.h"
#include "emulator/target_call.h"
#include "emulator/target_parts.h"

/* There was an answer:
 *   {"status", "headers", "body", "outputs", "durationMs", "request": {"method", "url"}}
 * body is JSON where the answer was JSON, else a string; "truncated": true if it was too long.
 * "notes" name the parts in which FreeMarker was sent as it is. */
void pz_reply_of_target_result(pz_reply *reply, const pz_target *target, const pz_target_call *call,
                               double seconds);

/* There was none: {"error": {"stage", "message"}, "durationMs", "request"}; stage is
 * "configuration", "token", "connect" or "answer". */
void pz_reply_of_target_failure(pz_reply *reply, const pz_target *target, const char *stage,
                                const char *message, double seconds);

/* True if the target answered, also where the answer was cut off at the bound. */
bool pz_target_has_answered(const pz_target_call *call);
const char *pz_target_stage(const pz_target_call *call);
const char *pz_target_message(const pz_target_call *call);

#endif
