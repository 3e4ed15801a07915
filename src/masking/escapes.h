/* Reads the characters that a place of a text may mean: the byte itself, or an escape of JSON and
 * JavaScript (\u002b, \x2b, \/), percent encoding (%2B, and + for a blank) or HTML (&#43;, &#x2b;,
 * &plus;), and escapes of escapes. */
#ifndef PZ_MASKING_ESCAPES_H
#define PZ_MASKING_ESCAPES_H

#include <stdbool.h>
#include <stddef.h>

/* The most levels of escapes: a text may be JSON in JSON in a URL. */
enum { PZ_ESCAPES_DEPTH = 3 };

/* The most readings of one place. */
enum { PZ_ESCAPES_READINGS = 16 };

typedef struct pz_reading {
    const char *next; /* the end of the reading */
    unsigned char length;
    char bytes[8]; /* one byte, or one character in UTF-8 */
} pz_reading;

/* True if an escape may begin with this byte. */
static inline bool pz_escapes_begin(char c)
{
    return c == '\\' || c == '%' || c == '&' || c == '+';
}

/* Returns the character of a simple escape at `at`; negative: use pz_escapes_read. */
int pz_escapes_glance(const char *at, const char *end);

/* Finds the readings of the place `at`, which is before `end`; the first is the byte itself.
 * Returns their number, at most PZ_ESCAPES_READINGS. */
size_t pz_escapes_read(const char *at, const char *end, pz_reading *readings);

#endif
