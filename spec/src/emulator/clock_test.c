/* The times of changes: each later than the one before, and no further from the present than that
 * takes. And the last moment that a clock shows, and deadlines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <dlfcn.h>
#include <time.h>

#include <cmocka.h>

#include "emulator/clock.h"

static time_t real_seconds; /* 0: what is true */

int clock_gettime(clockid_t which, struct timespec *time)
{
    int (*own)(clockid_t, struct timespec *);
    *(void **)&own = dlsym(RTLD_NEXT, "clock_gettime");
    int result = own(which, time);
    if (which == CLOCK_REALTIME && real_seconds != 0)
        *time = (struct timespec){.tv_sec = real_seconds, .tv_nsec = 500000000};
    return result;
}

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

/* A time_t of 32 bits ends in 2038, and years of four digits in 9999. */
static void ends_where_time_does(void **state)
{
    const bool is_wide = sizeof(time_t) > 4;
    const long long last = is_wide ? 253402300799 : INT32_MAX;
    pz_clock clock = {0};
    char text[PZ_TIMESTAMP_SIZE], later[PZ_TIMESTAMP_SIZE], date[PZ_HTTP_DATE_SIZE];
    (void)state;
    real_seconds = (time_t)(last - 100);
    assert_false(pz_clock_advance(&clock, PZ_CLOCK_MAX_SECONDS));
    assert_false(pz_clock_advance(&clock, 100.5));
    assert_true(pz_clock_advance(&clock, 100));
    assert_false(pz_clock_advance(&clock, 1));
    pz_clock_timestamp(&clock, text);
    assert_string_equal(text, is_wide ? "9999-12-31T23:59:59.500Z" : "2038-01-19T03:14:07.500Z");
    pz_clock_timestamp_after(&clock, text, later);
    assert_true(strcmp(later, text) > 0);
    real_seconds++; /* it goes on no further */
    pz_clock_timestamp(&clock, text);
    pz_clock_http_date(&clock, date);
    assert_string_equal(text, is_wide ? "9999-12-31T23:59:59.999Z" : "2038-01-19T03:14:07.999Z");
    assert_string_equal(date, is_wide ? "Fri, 31 Dec 9999 23:59:59 GMT"
                                      : "Tue, 19 Jan 2038 03:14:07 GMT");
    real_seconds = 0;
}

static void sets_deadlines_in_the_present(void **state)
{
    static const struct {
        long milliseconds;
        time_t seconds; /* from then */
        long nanoseconds;
    } cases[] = {{0, 0, 500000000}, {250, 0, 750000000}, {500, 1, 0}, {2750, 3, 250000000}};
    (void)state;
    real_seconds = 1700000000;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct timespec until = pz_clock_deadline(cases[i].milliseconds);
        assert_int_equal(until.tv_sec - real_seconds, cases[i].seconds);
        assert_int_equal(until.tv_nsec, cases[i].nanoseconds);
    }
    real_seconds = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_later_each_time),
        cmocka_unit_test(is_the_present_after_a_time_far_ahead),
        cmocka_unit_test(ends_where_time_does),
        cmocka_unit_test(sets_deadlines_in_the_present),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
