/* Picks the outputs of a connection from the answer to its call. */
#ifndef PZ_EMULATOR_OUTPUTS_H
#define PZ_EMULATOR_OUTPUTS_H

#include "json/document.h"

/* An array with one object for each mapping: "label", "outputReference", "type" as they are, and
 * "value", or "problem" where it is not there, not of that type, or too much; values stay the
 * body's, which is the document's. `body` NULL: the answer was not JSON. NULL: no memory. */
pz_json_value *pz_outputs_pick(pz_json_document *document, const pz_json_value *mappings,
                               pz_json_value *body);

#endif
