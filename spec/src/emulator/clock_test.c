/* The times of changes: each later than the one before, and no further from the present than that
 * takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/clock.h"

static void is_later_each_time(void **state)
{
    (void)state;
    pz_clock clock = {0};
    char before[PZ_TIMESTAMP_SIZE] = "", after[PZ_TIMESTAMP_SIZE];
    for (int i = 0; i < 100; i++) {
        pz_clock_timestamp_after(&clock, before, after);
        assert_true(strcmp(after, before) > 0);
        assert_int_equal(strlen("2025-07-02T14:04:58.347Z"), strlen(after));
        memcpy(before, after, sizeof before);
    }
    /* 100 in some milliseconds are at most 100 ms ahead */
    pz_clock_advance(&clock, 0.2);
    char now[PZ_TIMESTAMP_SIZE];
    pz_clock_timestamp(&clock, now);
    assert_true(strcmp(now, before) > 0);
}

static void is_the_present_after_a_time_far_ahead(void **state)
{
    (void)state;
    pz_clock clock = {0};
    char before[PZ_TIMESTAMP_SIZE], now[PZ_TIMESTAMP_SIZE], after[PZ_TIMESTAMP_SIZE];
    pz_clock_advance(&clock, 3600);
    pz_clock_timestamp(&clock, before);
    pz_clock_reset(&clock);
    pz_clock_timestamp(&clock, now);
    pz_clock_timestamp_after(&clock, before, after);
    assert_true(strcmp(after, now) >= 0);
    assert_true(strcmp(after, before) < 0);
    char later[PZ_TIMESTAMP_SIZE];
    pz_clock_timestamp(&clock, later);
    assert_true(strcmp(after, later) <= 0);              /* no step towards it was taken */
    pz_clock_timestamp_after(&clock, "tomorrow", after); /* what is no time is not compared with */
    assert_true(strcmp(after, now) >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_later_each_time),
        cmocka_unit_test(is_the_present_after_a_time_far_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
