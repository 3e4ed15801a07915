/* Masks credentials in text for people: logs, errors, a REPL. */
#ifndef PZ_MASKING_REDACT_H
#define PZ_MASKING_REDACT_H

#include <stddef.h>

/* Copies `text`, and masks the user info of URLs and the values of query parameters with names of
 * credentials. The text may be a broken URL or contain several. `out` gets at most `size` bytes (at
 * least 4), NUL included; "..." marks a cut. Returns the length. */
size_t pz_redact(const char *text, size_t length, char *out, size_t size);

/* Returns the end of the word that begins at `word`. `before` is the quote before it, or NUL: once
 * the word looks like a URL, only the quote that closes this one ends it. */
const char *pz_redact_word_end(const char *word, const char *end, char before);

/* Returns the '@' after the user info of an authority; NULL: none. */
const char *pz_redact_user_info_end(const char *authority, const char *end);

#endif
