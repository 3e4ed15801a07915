/* Parses the tokens of numbers, and converts them to integers and doubles. Nothing here depends on
 * the locale: the C library never gets a decimal point. */
#ifndef PZ_JSON_NUMBER_H
#define PZ_JSON_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json/scan.h"

/* Larger exponents are cut to this, so that sums of exponents fit into 64 bits. */
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

/* `at` is at a minus or a digit. Returns the end of the token, or NULL and a fault. */
const char *pz_json_scan_number(const char *at, const char *end, pz_json_number *number,
                                pz_json_fault *fault);

/* False: the value is not an integer that fits. */
bool pz_json_number_integer(const pz_json_number *number, int64_t *integer);

/* Converts to the nearest double. False: the shortest text of that double has another value than
 * the token, so the number would change. */
bool pz_json_number_double(const pz_json_number *number, double *result);

#endif
