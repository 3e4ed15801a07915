/* Masks secrets in the answers of targets: a server that echoes its request would give them away.
 */
#ifndef PZ_EMULATOR_MASK_H
#define PZ_EMULATOR_MASK_H

#include "buffer.h"
#include "masking/known.h"

/* Adds HTTP Basic's encoding of both to the known secrets. False: no memory. */
bool pz_mask_add_basic(pz_known *known, const char *user, const char *password);

/* Puts "***" in the place of each secret. Without memory the text becomes empty. */
void pz_mask_apply(const pz_known *known, pz_buffer *text);

#endif
