/* Refuses requests whose headers leave open their meaning or their end: a proxy on the way may have
 * read them otherwise. That comes before any other check. */
#ifndef PZ_EMULATOR_FRAMING_H
#define PZ_EMULATOR_FRAMING_H

#include <stdbool.h>

#include "emulator/call.h"

/* True if the end of the body is not certain: it must not be read. */
bool pz_framing_has_no_end(pz_call *call);
/* True: the answer says why. */
bool pz_framing_refuses(pz_call *call);

#endif
