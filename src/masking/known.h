/* Known secrets, hidden wherever they stand in a text and however they are escaped there. */
#ifndef PZ_MASKING_KNOWN_H
#define PZ_MASKING_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/* A shorter text is no secret: hiding it would make every message unreadable. */
enum { PZ_KNOWN_MIN_BYTES = 4 };

/* One shorter than this may be an ordinary word: it is hidden where it stands as a value. */
enum { PZ_KNOWN_WORD_BYTES = 8 };

/* Most bytes that the secrets may have together. */
enum { PZ_KNOWN_MAX_BYTES = 64 << 20 };

typedef struct pz_known_node pz_known_node;

typedef struct pz_known {
    pz_known_node *nodes; /* a tree of the secrets' bytes; the root is the first */
    uint32_t count, room;
    uint32_t roots[256];                /* by the first byte; 0: no secret begins so */
    unsigned char pairs[256 * 256 / 8]; /* whether a secret begins with two bytes */
} pz_known;

void pz_known_init(pz_known *known);
void pz_known_free(pz_known *known); /* may be called again */

/* Adds a secret; one that is too short is passed over. False: no memory. */
bool pz_known_add(pz_known *known, const char *secret, size_t length);

/* Appends the text to `out` with "***" in the place of each secret, and stops when that made `most`
 * bytes: a secret that the cut would divide is not divided. Returns whether all of the text was
 * written; `out->failure` tells of memory. */
bool pz_known_hide(const pz_known *known, const char *text, size_t length, size_t most,
                   pz_buffer *out);

#endif
