/* Is this a definition that the service would take? Every problem is told, not only the first. */
#ifndef PZ_EMULATOR_VALIDATION_H
#define PZ_EMULATOR_VALIDATION_H

#include "emulator/answer.h"
#include "json/document.h"

/* False: the answer is a 400 that lists each problem as "path: what is wrong". `strict` refuses
 * members that are not published. */
int pz_answer_validation(pz_answer *answer, const pz_json_value *connection, int strict);

/* https://, or http:// to this machine itself. */
int pz_is_safe_url(const char *url);

#endif
