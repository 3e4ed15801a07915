/* Numbers of any length, compared by what they are worth. */
#ifndef PZ_JSON_DECIMAL_H
#define PZ_JSON_DECIMAL_H

#include <stddef.h>

/* Both texts are JSON numbers. Below, at or above zero, as strcmp does. Looks at digits in place:
 * an exponent of a billion costs nothing. */
int pz_json_decimal_compare(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
