/* What testConnection answers: what happened to the call that a connection describes. The service's
 * own format is not published; this one is the emulator's. */
#ifndef PZ_EMULATOR_TEST_ANSWER_H
#define PZ_EMULATOR_TEST_ANSWER_H

#include "emulator/answer.h"
#include "emulator/described.h"
#include "emulator/outbound.h"

/* There was an answer:
 *   {"status", "headers", "body", "outputs", "durationMs", "request": {"method", "url"}}
 * body is JSON where the answer was JSON, else a string; "truncated": true if it was too long. */
void pz_test_answer_result(pz_answer *answer, const pz_described *described,
                           const pz_outbound_call *call, double seconds);

/* There was none: {"error": {"stage", "message"}, "durationMs", "request"}; stage is
 * "configuration", "token", "connect" or "answer". */
void pz_test_answer_failure(pz_answer *answer, const pz_described *described, const char *stage,
                            const char *message, double seconds);

/* Whether something came back after all: an answer that was cut off at the bound counts. */
int pz_test_has_answer(const pz_outbound_call *call);
const char *pz_test_stage(const pz_outbound_call *call);
const char *pz_test_message(const pz_outbound_call *call);

#endif
