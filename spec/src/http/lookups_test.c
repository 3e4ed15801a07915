/* Places for name look-ups: no more than there are, and one that was abandoned comes back late. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_each_place_once),
        cmocka_unit_test(keeps_the_place_of_an_abandoned_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
