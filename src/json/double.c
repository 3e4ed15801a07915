/* Converts between doubles and decimals. The C library does the hard cases, but gets only digits
 * and an exponent: a decimal point would depend on the locale. */
#include "json/double.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* All of these are exact, so one multiplication or division by them rounds only once. */
static const double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#define MOST_EXACT_POWER 22
#define MOST_EXACT_INTEGER (UINT64_C(1) << 53)

/* False on 32 bit x86: results have 64 bits there, and are rounded again when they are stored. */
#define ROUNDS_ONCE (FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1)

double pz_double_from_decimal(uint64_t digits, int64_t exponent)
{
    if (digits == 0)
        return 0.0;
    if (ROUNDS_ONCE && digits <= MOST_EXACT_INTEGER && exponent >= -MOST_EXACT_POWER &&
        exponent <= MOST_EXACT_POWER)
        return exponent < 0 ? (double)digits / power_of_ten[-exponent]
                            : (double)digits * power_of_ten[exponent];
    if (exponent > 400)
        return HUGE_VAL;
    if (exponent < -400)
        return 0.0;
    char text[48];
    snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, (int)exponent);
    return strtod(text, NULL);
}

/* Finds the `precision` digits nearest to `positive`. Skips the locale's decimal point in the
 * library's text. */
static void nearest_digits(double positive, int precision, uint64_t *digits, int *exponent)
{
    char text[64];
    const char *at = text;
    *digits = 0;
    snprintf(text, sizeof text, "%.*e", precision - 1, positive);
    for (; *at != 'e' && *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9')
            *digits = *digits * 10 + (uint64_t)(*at - '0');
    }
    *exponent = (*at == 'e' ? (int)strtol(at + 1, NULL, 10) : 0) - (precision - 1);
}

/* Finds numbers with few decimals (prices, coordinates, seconds) without the library. Below 10^15
 * both operands of the division are exact. So a candidate that divides back to the number is its
 * only form with 15 digits or less. */
static bool short_decimal(double positive, uint64_t *digits, int *exponent)
{
    for (int places = 0; places <= 6; places++) {
        double scaled = positive * power_of_ten[places];
        if (scaled >= 1e15)
            return false;
        uint64_t candidate = (uint64_t)(scaled + 0.5);
        if (candidate != 0 && (double)candidate / power_of_ten[places] == positive) {
            *digits = candidate;
            *exponent = -places;
            return true;
        }
    }
    return false;
}

static void find_shortest(double positive, uint64_t *digits, int *exponent)
{
    int fraction_exponent;
    /* Below a power of two doubles are closer together. So the nearest digits may miss the number,
     * while the next ones above do not. */
    bool lopsided = frexp(positive, &fraction_exponent) == 0.5;
    if (short_decimal(positive, digits, exponent))
        return;
    for (int precision = positive < DBL_MIN ? 1 : 15; precision <= 17; precision++) {
        nearest_digits(positive, precision, digits, exponent);
        if (pz_double_from_decimal(*digits, *exponent) == positive)
            return;
        if (lopsided && pz_double_from_decimal(*digits + 1, *exponent) == positive) {
            ++*digits;
            return;
        }
    }
}

void pz_double_shortest(double positive, uint64_t *digits, int *exponent)
{
    find_shortest(positive, digits, exponent);
    for (; *digits % 10 == 0 && *digits != 0; *digits /= 10)
        ++*exponent;
}
