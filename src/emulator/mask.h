/* Secrets in what others sent back: a server that echoes what it got would give them away. */
#ifndef PZ_EMULATOR_MASK_H
#define PZ_EMULATOR_MASK_H

#include "buffer.h"

enum {
    PZ_MASK_MAX = 16,      /* texts to look for */
    PZ_MASK_MIN_BYTES = 4, /* shorter ones hide nothing and stand everywhere */
};

typedef struct pz_mask {
    size_t count;
    pz_buffer texts[PZ_MASK_MAX];
} pz_mask;

/* A zeroed mask is an empty one. */
void pz_mask_free(pz_mask *mask);

/* Looks for the text as it is, percent-encoded, and as JSON escapes it. False: no memory. */
int pz_mask_add(pz_mask *mask, const char *text);
/* Looks for HTTP Basic's form of both. */
int pz_mask_add_basic(pz_mask *mask, const char *user, const char *password);

/* Puts "***" in the place of each. */
void pz_mask_apply(pz_mask *mask, pz_buffer *bytes);

#endif
