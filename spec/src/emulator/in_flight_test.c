/* The bound of what is under way at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emulator/in_flight.h"

static void test_more_than_the_bound_is_refused(void **state)
{
    (void)state;
    pz_in_flight bytes = 0;
    assert_int_equal(PZ_IN_FLIGHT_MAX_BYTES, 256 << 20);
    assert_true(pz_in_flight_take(&bytes, 1));
    assert_true(pz_in_flight_has_room(&bytes, PZ_IN_FLIGHT_MAX_BYTES - 1));
    assert_false(pz_in_flight_has_room(&bytes, PZ_IN_FLIGHT_MAX_BYTES));
    assert_false(pz_in_flight_take(&bytes, PZ_IN_FLIGHT_MAX_BYTES));
    assert_int_equal(bytes, 1); /* what was refused is not counted */
    assert_true(pz_in_flight_take(&bytes, PZ_IN_FLIGHT_MAX_BYTES - 1));
    assert_false(pz_in_flight_take(&bytes, 1));
    assert_false(pz_in_flight_has_room(&bytes, 1));
    assert_true(pz_in_flight_take(&bytes, 0));
    assert_true(pz_in_flight_has_room(&bytes, 0));
    pz_in_flight_give_back(&bytes, PZ_IN_FLIGHT_MAX_BYTES - 1);
    assert_int_equal(bytes, 1);
}

static void test_one_alone_always_has_room(void **state)
{
    (void)state;
    pz_in_flight bytes = 0;
    assert_true(pz_in_flight_has_room(&bytes, PZ_IN_FLIGHT_MAX_BYTES + 1));
    assert_true(pz_in_flight_take(&bytes, PZ_IN_FLIGHT_MAX_BYTES + 1));
    assert_false(pz_in_flight_take(&bytes, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_more_than_the_bound_is_refused),
        cmocka_unit_test(test_one_alone_always_has_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
