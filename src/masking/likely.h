/* Finds texts that look like credentials in a text of unknown format: the value after a
 * credential's name, user information of URLs, "Bearer ...", private keys in PEM, tokens with
 * well-known beginnings, and the URLs of webhooks that need no other key. "${key}" is a reference
 * and no credential. */
#ifndef PZ_MASKING_LIKELY_H
#define PZ_MASKING_LIKELY_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

/* Called with each credential that was masked. */
typedef void pz_likely_found(void *context, const char *value, size_t length);

/* Appends the text to `out` with "***" in place of each credential. `found` may be NULL. */
void pz_likely_hide(const char *text, size_t length, pz_buffer *out, pz_likely_found *found,
                    void *context);

/* True if a value is one "${...}" and nothing else. */
bool pz_likely_is_reference(const char *value, size_t length);

#endif
