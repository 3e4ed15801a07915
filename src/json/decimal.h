/* Compares numbers of any length by value. */
#ifndef PZ_JSON_DECIMAL_H
#define PZ_JSON_DECIMAL_H

#include <stddef.h>

/* Compares two JSON numbers; returns -1, 0 or 1. Reads the digits in place, so a huge exponent
 * costs nothing. */
int pz_json_decimal_compare(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
