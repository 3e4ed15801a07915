/* Secrets in what others sent back: a server that echoes what it got would give them away. */
#ifndef PZ_EMULATOR_MASK_H
#define PZ_EMULATOR_MASK_H

#include "buffer.h"
#include "masking/known.h"

/* Looks for HTTP Basic's form of both. False: no memory. */
bool pz_mask_add_basic(pz_known *known, const char *user, const char *password);

/* Puts "***" in the place of each secret. Without memory nothing is left of the text. */
void pz_mask_apply(const pz_known *known, pz_buffer *text);

#endif
