/* What the calls below /_emulator/ have in common. */
#ifndef PZ_EMULATOR_CONTROL_H
#define PZ_EMULATOR_CONTROL_H

#include <stdbool.h>

#include "emulator/call.h"

void pz_control_done(pz_call *call); /* {"done": true} */
void pz_control_refuse(pz_call *call, const char *problem);

/* The body as JSON into a new document. NULL: the answer says why, and there is no document. */
pz_json_value *pz_control_body(pz_call *call, pz_json_document **document);
/* NULL: no memory. */
pz_json_value *pz_control_new_number(pz_json_document *document, double number);
/* False: it is not a number of 0 or more. */
bool pz_control_number(const pz_json_value *value, double *number);

#endif
