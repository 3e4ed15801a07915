/* Places for name look-ups: no more than there are, one that was abandoned comes back late,
 * and where nearly all were, one goes through each second. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/lookups.h"

static void gives_each_place_once(void **state)
{
    (void)state;
    pz_lookups lookups = {0};
    assert_int_equal(PZ_LOOKUPS_MOST, pz_lookups_free(&lookups, 1));
    for (int place = 1; place <= PZ_LOOKUPS_MOST; place++)
        assert_int_equal(place, pz_lookups_take(&lookups, 1));
    assert_int_equal(0, pz_lookups_take(&lookups, 1));
    assert_int_equal(0, pz_lookups_free(&lookups, 1));
    assert_true(pz_lookups_free_at(&lookups) == PZ_NEVER);
    pz_lookups_end(&lookups, 7);
    assert_int_equal(1, pz_lookups_free(&lookups, 1));
    assert_int_equal(7, pz_lookups_take(&lookups, 1));
}

static void keeps_the_place_of_an_abandoned_one(void **state)
{
    (void)state;
    pz_lookups lookups = {0};
    const uint64_t now = 5 * PZ_NS_PER_S, back = now + 30 * PZ_NS_PER_S;
    for (int place = 1; place <= PZ_LOOKUPS_MOST; place++)
        pz_lookups_take(&lookups, now);
    pz_lookups_abandon(&lookups, 3, now);
    assert_true(pz_lookups_free_at(&lookups) == back);
    assert_int_equal(0, pz_lookups_free(&lookups, back - 1));
    assert_int_equal(1, pz_lookups_free(&lookups, back));
    assert_int_equal(0, pz_lookups_take(&lookups, back - 1));
    assert_int_equal(3, pz_lookups_take(&lookups, back));
}

/* All places are held by look-ups that were abandoned at `now`. */
static pz_lookups all_abandoned(uint64_t taken_at, uint64_t now)
{
    pz_lookups lookups = {0};
    for (int place = 1; place <= PZ_LOOKUPS_MOST; place++)
        assert_int_equal(place, pz_lookups_take(&lookups, taken_at));
    for (int place = 1; place <= PZ_LOOKUPS_MOST; place++)
        pz_lookups_abandon(&lookups, place, now);
    return lookups;
}

static void lets_one_through_each_second_while_all_are_abandoned(void **state)
{
    (void)state;
    const uint64_t began = 5 * PZ_NS_PER_S, second = PZ_NS_PER_S;
    pz_lookups lookups = all_abandoned(began, began + second / 2);
    assert_int_equal(PZ_LOOKUPS_MOST, pz_lookups_abandoned(&lookups, began + second));
    assert_true(pz_lookups_free_at(&lookups) == began + second);
    assert_int_equal(0, pz_lookups_free(&lookups, began + second - 1));
    assert_int_equal(0, pz_lookups_take(&lookups, began + second - 1));
    assert_int_equal(1, pz_lookups_free(&lookups, began + second));
    assert_int_equal(1, pz_lookups_take(&lookups, began + second));
    assert_int_equal(0, pz_lookups_take(&lookups, began + second));
    assert_int_equal(PZ_LOOKUPS_MOST - 1, pz_lookups_abandoned(&lookups, began + second));
    /* another one, though that one is not through */
    assert_true(pz_lookups_free_at(&lookups) == began + 2 * second);
    assert_int_equal(2, pz_lookups_take(&lookups, began + 2 * second));
    /* it ended, so the name server answers again */
    pz_lookups_end(&lookups, 2);
    assert_int_equal(1, pz_lookups_free(&lookups, began + 2 * second));
    assert_int_equal(2, pz_lookups_take(&lookups, began + 2 * second));
    assert_int_equal(0, pz_lookups_abandoned(&lookups, began + 31 * second));
}

static void takes_over_no_more_than_half_of_the_places(void **state)
{
    (void)state;
    const uint64_t second = PZ_NS_PER_S;
    pz_lookups lookups = all_abandoned(second, second);
    uint64_t now = second;
    for (int i = 0; i < PZ_LOOKUPS_MOST / 2; i++)
        assert_int_not_equal(0, pz_lookups_take(&lookups, now += second));
    assert_int_equal(0, pz_lookups_take(&lookups, now += second));
    assert_true(pz_lookups_free_at(&lookups) == 31 * second);
    pz_lookups_abandon(&lookups, 1, now);
    assert_int_equal(11, pz_lookups_take(&lookups, now)); /* the oldest */
}

/* The threads of those whose places were taken over go on for what is left of the 30 seconds. */
static void has_no_more_threads_than_20_and_30(void **state)
{
    (void)state;
    enum { MOST = 2000 };
    uint64_t ends[MOST];
    int begun = 0;
    pz_lookups lookups = {0};
    for (uint64_t now = PZ_NS_PER_S; now < 150 * PZ_NS_PER_S; now += PZ_NS_PER_S / 10) {
        for (int place; (place = pz_lookups_take(&lookups, now)) != 0; begun++) {
            assert_true(begun < MOST);
            ends[begun] = now + PZ_LOOKUPS_ABANDONED_NS;
            pz_lookups_abandon(&lookups, place, now);
        }
        int threads = 0;
        for (int i = 0; i < begun; i++)
            threads += ends[i] > now;
        assert_true(threads <= 20 + 30);
    }
    assert_true(begun >= 20 + 140);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_each_place_once),
        cmocka_unit_test(keeps_the_place_of_an_abandoned_one),
        cmocka_unit_test(lets_one_through_each_second_while_all_are_abandoned),
        cmocka_unit_test(takes_over_no_more_than_half_of_the_places),
        cmocka_unit_test(has_no_more_threads_than_20_and_30),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
