/* Numbers as JSON writes them: a token taken apart, and what it is worth to a computer. Nothing
 * here depends on the locale: no decimal point ever goes through the C library. */
#ifndef PZ_JSON_NUMBER_H
#define PZ_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/scan.h"

/* Exponents beyond this count as this; it keeps sums of exponents within 64 bits. */
#define PZ_JSON_EXPONENT_LIMIT INT64_C(100000000000000000)

/* The token's value is digits * 10^exponent, unless `longer`: then digits after the first nineteen
 * significant ones were not all zero. */
typedef struct pz_json_number {
    uint64_t digits;
    int64_t exponent;
    bool longer;
    bool negative;
    bool plain; /* written with neither fraction nor exponent */
} pz_json_number;

/* `at` is at a minus or a digit. */
const char *pz_json_scan_number(const char *at, const char *end, pz_json_number *number,
                                pz_json_fault *fault);

/* False: the value is not an integer that fits. */
bool pz_json_number_integer(const pz_json_number *number, int64_t *integer);

/* The nearest double. False: the shortest text for that double is worth something else than the
 * token, so a double would not give back what it was given. */
bool pz_json_number_double(const pz_json_number *number, double *result);

#endif
