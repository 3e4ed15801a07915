/* Requests whose headers leave open what they mean, or where they end: another reader on the way
 * may have taken them for something else. They are refused before anything else is looked at. */
#ifndef PZ_EMULATOR_FRAMING_H
#define PZ_EMULATOR_FRAMING_H

#include <stdbool.h>

#include "emulator/call.h"

/* Its body must not be read: nobody knows where it ends. */
bool pz_framing_has_no_end(pz_call *call);
/* True: the answer says why. */
bool pz_framing_refuses(pz_call *call);

#endif
