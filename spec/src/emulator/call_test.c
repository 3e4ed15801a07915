/* What a call holds of the memory that all calls may have together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/call.h"

static pz_emulator emulator;

static void begin(pz_call *call)
{
    *call = (pz_call){.emulator = &emulator};
    pz_reply_init(&call->reply, &emulator.clock);
}

static void test_a_reply_is_held_once(void **state)
{
    (void)state;
    pz_call call;
    begin(&call);
    pz_buffer_reserve(&call.reply.body, 4096);
    pz_buffer_append_text(&call.reply.body, "body");
    for (int i = 0; i < 2; i++) {
        pz_call_hold_reply(&call);
        assert_int_equal(call.in_flight, 4); /* the rest of its memory was given back */
        assert_int_equal(emulator.in_flight, 4);
    }
    assert_int_equal(call.reply.body.capacity, 4);
    assert_memory_equal(call.reply.body.bytes, "body", 4);
    pz_in_flight_give_back(&emulator.in_flight, call.in_flight);
    pz_reply_free(&call.reply);
}

static void test_a_reply_without_room_is_refused(void **state)
{
    (void)state;
    pz_call call;
    begin(&call);
    pz_buffer_append_text(&call.reply.body, "body");
    assert_true(pz_in_flight_take(&emulator.in_flight, PZ_IN_FLIGHT_MAX_BYTES - 3));
    pz_call_hold_reply(&call);
    assert_true(call.has_no_room);
    assert_true(call.reply.closes);
    assert_int_equal(call.reply.status, 503);
    assert_int_equal(call.in_flight, 0);
    assert_int_equal(emulator.in_flight, PZ_IN_FLIGHT_MAX_BYTES - 3);
    assert_false(pz_call_may_hold(&call, 1)); /* from now on, whatever room there is */
    pz_in_flight_give_back(&emulator.in_flight, PZ_IN_FLIGHT_MAX_BYTES - 3);
    assert_false(pz_call_may_hold(&call, 1));
    assert_int_equal(emulator.in_flight, 0);
    pz_reply_free(&call.reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reply_is_held_once),
        cmocka_unit_test(test_a_reply_without_room_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
