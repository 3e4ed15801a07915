/* Doubles to decimals and back: exact, shortest, over the whole range. */
#include "json/double.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the ones above first */
#include <cmocka.h>

static uint64_t next_random(void)
{
    static uint64_t state = UINT64_C(88172645463325252);
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static double from_bits(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static int count_digits(uint64_t digits)
{
    int count = 0;
    for (; digits != 0; digits /= 10)
        count++;
    return count;
}

/* The fewest digits with which the C library's nearest text reads back. */
static int fewest_digits(double number)
{
    char text[64];
    for (int precision = 1; precision < 17; precision++) {
        snprintf(text, sizeof text, "%.*e", precision - 1, number);
        if (strtod(text, NULL) == number)
            return precision;
    }
    return 17;
}

static void check(double number)
{
    uint64_t digits;
    int exponent = 0;
    char text[64];
    pz_double_shortest(number, &digits, &exponent);
    snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, exponent);
    assert_true(strtod(text, NULL) == number);
    assert_true(pz_double_from_decimal(digits, exponent) == number);
    assert_true(digits % 10 != 0);
    assert_true(count_digits(digits) <= fewest_digits(number));
}

static void any_bits_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < 60000; i++) {
        double number = from_bits(next_random() >> 1);
        if (isfinite(number) && number > 0)
            check(number);
    }
}

static void subnormals_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < 10000; i++)
        check(from_bits((next_random() >> (12 + next_random() % 52)) | 1));
}

static void powers_of_two_come_back(void **state)
{
    (void)state;
    for (int exponent = -1074; exponent < 1024; exponent++)
        check(ldexp(1.0, exponent));
}

static void short_decimals_are_found(void **state)
{
    (void)state;
    for (int i = 0; i < 100000; i++) {
        uint64_t digits = next_random() % 1000000000 + 1, found;
        int places = (int)(next_random() % 8), exponent = 0;
        char text[64];
        snprintf(text, sizeof text, "%" PRIu64 "e-%d", digits, places);
        pz_double_shortest(strtod(text, NULL), &found, &exponent);
        for (; digits % 10 == 0; digits /= 10)
            places--;
        assert_int_equal(found, digits);
        assert_int_equal(exponent, -places);
    }
}

static void decimals_are_rounded_as_the_library_does(void **state)
{
    (void)state;
    for (int i = 0; i < 100000; i++) {
        uint64_t digits = next_random() >> (next_random() % 60);
        int exponent = (int)(next_random() % 700) - 350;
        char text[64];
        snprintf(text, sizeof text, "%" PRIu64 "e%d", digits, exponent);
        assert_true(pz_double_from_decimal(digits, exponent) == strtod(text, NULL));
    }
    assert_true(pz_double_from_decimal(1, INT64_C(1) << 60) == HUGE_VAL);
    assert_true(pz_double_from_decimal(1, -(INT64_C(1) << 60)) == 0);
    assert_true(pz_double_from_decimal(0, INT64_C(1) << 60) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bits_come_back),
        cmocka_unit_test(subnormals_come_back),
        cmocka_unit_test(powers_of_two_come_back),
        cmocka_unit_test(short_decimals_are_found),
        cmocka_unit_test(decimals_are_rounded_as_the_library_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
