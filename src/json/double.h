/* Converts between doubles and decimals, independent of the locale. */
#ifndef PZ_JSON_DOUBLE_H
#define PZ_JSON_DOUBLE_H

#include <stdint.h>

/* Returns the double nearest to digits * 10^exponent, which may be zero or infinity. */
double pz_double_from_decimal(uint64_t digits, int64_t exponent);

/* Finds the shortest digits * 10^exponent that reads back as `positive` (finite, above zero), and
 * of several the nearest. `digits` has no trailing zeros. */
void pz_double_shortest(double positive, uint64_t *digits, int *exponent);

#endif
