/* UTF-8 as in RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef PZ_JSON_UTF8_H
#define PZ_JSON_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Returns the length (2 to 4) of the sequence at `at`, whose first byte is not ASCII; 0: invalid.
 */
size_t pz_utf8_sequence(const char *at, const char *end);

/* Writes the code point (no surrogate, at most U+10FFFF) and returns its length (1 to 4). */
size_t pz_utf8_encode(uint32_t code_point, char *out);

#endif
