/* Masks known secrets anywhere in a text, however they are escaped. */
#ifndef PZ_MASKING_KNOWN_H
#define PZ_MASKING_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/* Shorter texts are not masked, because that would make every message unreadable. */
enum { PZ_KNOWN_MIN_BYTES = 4 };

/* A shorter secret may be an ordinary word, so it is masked only as a whole value. */
enum { PZ_KNOWN_WORD_BYTES = 8 };

/* The most bytes of all secrets together. */
enum { PZ_KNOWN_MAX_BYTES = 64 << 20 };

typedef struct pz_known_node pz_known_node;

typedef struct pz_known {
    pz_known_node *nodes; /* a tree of the secrets' bytes; the first node is the root */
    uint32_t count, room;
    uint32_t roots[256];                /* nodes by first byte; 0: no secret begins with it */
    unsigned char pairs[256 * 256 / 8]; /* a bit for each two bytes: a secret begins with them */
} pz_known;

void pz_known_init(pz_known *known);
void pz_known_free(pz_known *known); /* may be called again */

/* Adds a secret; ignores one that is too short. False: no memory. */
bool pz_known_add(pz_known *known, const char *secret, size_t length);

/* Appends the text to `out` with "***" in place of each secret, and stops after about `most` bytes,
 * but not within a secret. Returns true if all of the text was written; check `out->failure` for
 * memory. The start of a secret, from PZ_KNOWN_MIN_BYTES on, is masked too where "..." follows. */
bool pz_known_hide(const pz_known *known, const char *text, size_t length, size_t most,
                   pz_buffer *out);

/* The same for a text that lacks its end: the start of a secret at its end is masked. */
bool pz_known_hide_cut(const pz_known *known, const char *text, size_t length, size_t most,
                       pz_buffer *out);

#endif
