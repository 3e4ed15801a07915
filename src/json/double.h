/* Between doubles and decimals, both ways, independent of the locale. */
#ifndef PZ_JSON_DOUBLE_H
#define PZ_JSON_DOUBLE_H

#include <stdint.h>

/* The double nearest to digits * 10^exponent: maybe zero, maybe infinity. */
double pz_double_from_decimal(uint64_t digits, int64_t exponent);

/* The shortest digits * 10^exponent that reads back as `positive` (finite, above zero); of several
 * the nearest. No trailing zeros in `digits`. */
void pz_double_shortest(double positive, uint64_t *digits, int *exponent);

#endif
