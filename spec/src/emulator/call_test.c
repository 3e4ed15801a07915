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

static void parse(pz_call *call, pz_json_document *document, bool has_room)
{
    pz_json_value *value = NULL;
    pz_json_error error;
    begin(call);
    pz_buffer_init(&call->body, 1 << 20);
    pz_buffer_append_text(&call->body, "[0,0,0]");
    assert_true(pz_call_parse(call, document, 9, &value, &error) == has_room);
    assert_true((value != NULL) == has_room);
    pz_buffer_free(&call->body);
}

static void test_parsed_bodies_are_counted_until_their_handlers_are_done(void **state)
{
    (void)state;
    pz_call calls[2];
    pz_json_document *documents[] = {pz_json_document_new(), pz_json_document_new()};
    parse(&calls[0], documents[0], true);
    size_t size = pz_json_document_size(documents[0]);
    assert_true(size > 0);
    assert_int_equal(emulator.documents, size);

    const size_t others = PZ_IN_FLIGHT_MAX_BYTES - 2 * size + 1;
    assert_true(pz_in_flight_take(&emulator.documents, others));
    parse(&calls[1], documents[1], false);
    assert_int_equal(calls[1].reply.status, 503);
    assert_int_equal(pz_json_document_size(documents[1]), 0); /* it was freed at once */
    assert_int_equal(emulator.documents, size + others);
    pz_reply_free(&calls[1].reply);

    pz_call_give_back_documents(&calls[0]);
    pz_call_give_back_documents(&calls[0]); /* only once */
    assert_int_equal(emulator.documents, others);
    parse(&calls[1], documents[1], true);
    pz_call_give_back_documents(&calls[1]);
    pz_in_flight_give_back(&emulator.documents, others);
    assert_int_equal(emulator.documents, 0);
    for (int i = 0; i < 2; i++) {
        pz_reply_free(&calls[i].reply);
        pz_json_document_free(documents[i]);
    }
}

static void make(pz_call *call)
{
    assert_int_not_equal(pthread_mutex_trylock(&emulator.large_lock), 0);
    pz_buffer_append_text(&call->reply.body, "body");
}

static void test_a_large_reply_is_made_alone_and_counted_before_the_next_one(void **state)
{
    (void)state;
    pz_call call;
    begin(&call);
    pz_call_make_alone(&call, make);
    assert_int_equal(emulator.in_flight, 4);
    assert_int_equal(pthread_mutex_trylock(&emulator.large_lock), 0);
    pthread_mutex_unlock(&emulator.large_lock);
    pz_in_flight_give_back(&emulator.in_flight, call.in_flight);
    pz_reply_free(&call.reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reply_is_held_once),
        cmocka_unit_test(test_a_reply_without_room_is_refused),
        cmocka_unit_test(test_parsed_bodies_are_counted_until_their_handlers_are_done),
        cmocka_unit_test(test_a_large_reply_is_made_alone_and_counted_before_the_next_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
