/* Scans number tokens, and converts them to integers and doubles. */
#include "json/number.h"

#include <float.h>
#include <stdbool.h>

#include "json/double.h"

#define MOST_DIGITS 19 /* the most digits that a uint64_t always holds */

static bool is_digit(const char *at, const char *end)
{
    return at < end && *at >= '0' && *at <= '9';
}

static const char *refuse(pz_json_fault *fault, const char *at, const char *message)
{
    fault->message = message;
    fault->at = at;
    return NULL;
}

/* Scans digits. Those beyond MOST_DIGITS change the exponent instead of `digits`. */
static const char *scan_digits(const char *at, const char *end, pz_json_number *number,
                               int *significant, bool in_fraction)
{
    for (; is_digit(at, end); at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (*significant < MOST_DIGITS) {
            number->digits = number->digits * 10 + digit;
            *significant += number->digits != 0;
            number->exponent -= in_fraction;
        } else {
            number->longer = number->longer || digit != 0;
            number->exponent += !in_fraction;
        }
    }
    return at;
}

/* `at` is after the "e". */
static const char *scan_exponent(const char *at, const char *end, pz_json_number *number,
                                 pz_json_fault *fault)
{
    bool negative = at < end && *at == '-';
    int64_t exponent = 0;
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (!is_digit(at, end))
        return refuse(fault, at, "a digit is missing in an exponent");
    for (; is_digit(at, end); at++) {
        exponent = exponent * 10 + (*at - '0');
        if (exponent > PZ_JSON_EXPONENT_LIMIT)
            exponent = PZ_JSON_EXPONENT_LIMIT;
    }
    number->exponent += negative ? -exponent : exponent;
    return at;
}

const char *pz_json_scan_number(const char *at, const char *end, pz_json_number *number,
                                pz_json_fault *fault)
{
    int significant = 0;
    *number = (pz_json_number){.plain = true, .negative = *at == '-'};
    at += number->negative;
    if (!is_digit(at, end))
        return refuse(fault, at, "a digit is missing in a number");
    if (*at == '0' && is_digit(at + 1, end))
        return refuse(fault, at, "a number starts with a needless zero");
    at = scan_digits(at, end, number, &significant, false);
    if (at < end && *at == '.') {
        number->plain = false;
        if (!is_digit(at + 1, end))
            return refuse(fault, at + 1, "a digit is missing after a decimal point");
        at = scan_digits(at + 1, end, number, &significant, true);
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        number->plain = false;
        at = scan_exponent(at + 1, end, number, fault);
    }
    return at;
}

bool pz_json_number_integer(const pz_json_number *number, int64_t *integer)
{
    uint64_t digits = number->digits;
    int64_t exponent = number->exponent;
    if (number->longer)
        return false;
    for (; exponent < 0 && digits != 0; exponent++, digits /= 10) {
        if (digits % 10 != 0)
            return false;
    }
    for (; exponent > 0 && digits != 0; exponent--, digits *= 10) {
        if (digits > UINT64_MAX / 10)
            return false;
    }
    if (digits > (uint64_t)INT64_MAX + (number->negative ? 1 : 0))
        return false;
    *integer = number->negative ? (int64_t)(0 - digits) : (int64_t)digits;
    return true;
}

/* Any 15 digits survive the conversion to a (normal) double and back; 16 and 17 only sometimes. */
bool pz_json_number_double(const pz_json_number *number, double *result)
{
    const uint64_t always_survives = UINT64_C(1000000000000000); /* 10^15 */
    uint64_t digits = number->digits, shortest_digits;
    int64_t exponent = number->exponent;
    int shortest_exponent;
    double value;
    if (number->longer)
        return false;
    for (; digits >= always_survives && digits % 10 == 0; digits /= 10)
        exponent++;
    value = pz_double_from_decimal(digits, exponent);
    *result = number->negative ? -value : value;
    if (digits == 0 || (digits < always_survives && value >= DBL_MIN && value <= DBL_MAX))
        return true;
    if (!(value > 0 && value <= DBL_MAX))
        return false;
    for (; digits % 10 == 0; digits /= 10)
        exponent++;
    pz_double_shortest(value, &shortest_digits, &shortest_exponent);
    return digits == shortest_digits && exponent == shortest_exponent;
}
