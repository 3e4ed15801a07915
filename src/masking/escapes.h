/* The characters that may stand at a place of a text: as it is, or written as an escape of JSON and
 * JavaScript (\u002b, \x2b, \/), percent encoding (%2B, and + for a blank) or HTML (&#43;, &#x2b;,
 * &plus;), and as escapes of escapes. */
#ifndef PZ_MASKING_ESCAPES_H
#define PZ_MASKING_ESCAPES_H

#include <stdbool.h>
#include <stddef.h>

/* How often a text may have been written into another: JSON in JSON in a URL. */
enum { PZ_ESCAPES_DEPTH = 3 };

/* Most readings of one place that are told apart. */
enum { PZ_ESCAPES_READINGS = 16 };

typedef struct pz_reading {
    const char *next; /* behind what was read */
    unsigned char length;
    char bytes[8]; /* UTF-8; two characters where a pair of surrogates is read as no pair */
} pz_reading;

/* True if an escape may begin with this byte. */
static inline bool pz_escapes_begin(char c)
{
    return c == '\\' || c == '%' || c == '&' || c == '+';
}

/* The character of a simple escape at `at`; negative: use pz_escapes_read. */
int pz_escapes_glance(const char *at, const char *end);

/* The readings of the place `at`, which is before `end`; the first is the byte itself. Returns how
 * many there are, at most PZ_ESCAPES_READINGS. */
size_t pz_escapes_read(const char *at, const char *end, pz_reading *readings);

#endif
