/* Takes credentials out of text that goes to people: logs, errors, a REPL. */
#ifndef PZ_MASKING_REDACT_H
#define PZ_MASKING_REDACT_H

#include <stddef.h>

/* Copies `text` with *** for the user info of whatever looks like a URL and for the values of query
 * parameters whose names are those of credentials. The text may be a broken URL, or have several
 * in it. `out` gets at most `size` bytes (at least 4), NUL included; "..." stands for what had no
 * room. Returns the length. */
size_t pz_redact(const char *text, size_t length, char *out, size_t size);

/* Where the word ends that begins at `word`. `before` is the quote that stood before it, or NUL:
 * once the word looks like a URL, only the quote that closes this one ends it. */
const char *pz_redact_word_end(const char *word, const char *end, char before);

/* The '@' behind the user information of an authority; NULL when there is none. */
const char *pz_redact_user_info_end(const char *authority, const char *end);

#endif
