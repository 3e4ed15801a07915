/* Compares decimals as texts, without converting them. */
#include "json/decimal.h"

#include <stdint.h>

#include "json/number.h"

/* The value is 0.DIGITS * 10^magnitude; the first digit is not zero. */
typedef struct decimal {
    int sign; /* -1, 0 for zero, 1 */
    int64_t magnitude;
    const char *at, *end; /* the remaining digits, which may include a point */
} decimal;

/* Takes the next digit; after the last one, zeros. */
static int next_digit(decimal *number)
{
    if (number->at < number->end && *number->at == '.')
        number->at++;
    return number->at < number->end ? *number->at++ - '0' : 0;
}

static decimal take_apart(const char *text, size_t length)
{
    decimal number = {.sign = *text == '-' ? -1 : 1, .at = text + length, .end = text + length};
    pz_json_number parts;
    pz_json_fault fault;
    pz_json_scan_number(text, number.end, &parts, &fault);
    if (parts.digits == 0)
        number.sign = 0;
    for (const char *at = text; at < number.end; at++) {
        if (*at == 'e' || *at == 'E')
            number.end = at;
        else if (number.at > at && *at >= '1' && *at <= '9')
            number.at = at;
    }
    number.magnitude = parts.exponent;
    for (uint64_t digits = parts.digits; digits != 0; digits /= 10)
        number.magnitude++;
    return number;
}

int pz_json_decimal_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    decimal left = take_apart(a, a_length), right = take_apart(b, b_length);
    if (left.sign != right.sign)
        return left.sign < right.sign ? -1 : 1;
    if (left.sign == 0)
        return 0;
    if (left.magnitude != right.magnitude)
        return left.magnitude < right.magnitude ? -left.sign : left.sign;
    while (left.at < left.end || right.at < right.end) {
        int difference = next_digit(&left) - next_digit(&right);
        if (difference != 0)
            return difference < 0 ? -left.sign : left.sign;
    }
    return 0;
}
