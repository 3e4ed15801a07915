/* Orders at their limits, which of them is picked, and how long they last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/faults.h"

/* ------------------------------------------------------------------ what makes sense */

static pz_fault_order order_of(size_t offset, double number)
{
    pz_fault_order order = pz_fault_nothing;
    order.delay = 0;
    *(double *)(void *)((char *)&order + offset) = number;
    return order;
}

static void assert_takes(size_t offset, double number)
{
    const pz_fault_order order = order_of(offset, number);
    assert_null(pz_fault_check(&order));
}

static void assert_refuses(size_t offset, double number, const char *expected)
{
    const pz_fault_order order = order_of(offset, number);
    const char *problem = pz_fault_check(&order);
    assert_non_null(problem);
    assert_memory_equal(problem, expected, strlen(expected));
}

#define TAKES(member, number) assert_takes(offsetof(pz_fault_order, member), number)
#define REFUSES(member, number) assert_refuses(offsetof(pz_fault_order, member), number, #member)

static void test_numbers_have_limits(void **state)
{
    (void)state;
    TAKES(times, 1);
    TAKES(times, INT32_MAX);
    REFUSES(times, 0);
    REFUSES(times, 1.5);
    REFUSES(times, INT32_MAX + 1.0);
    TAKES(probability, 0.001);
    TAKES(probability, 1);
    REFUSES(probability, 0);
    REFUSES(probability, 1.001);
    TAKES(status, 200);
    TAKES(status, 599);
    REFUSES(status, 199);
    REFUSES(status, 600);
    REFUSES(status, 200.5);
    TAKES(delay, 0);
    TAKES(delay, 3600);
    REFUSES(delay, 3600.5);
    REFUSES(delay, -0.5);
    TAKES(truncate, 0);
    TAKES(truncate, INT32_MAX);
    REFUSES(truncate, INT32_MAX + 1.0);
}

static void test_headers_hold_no_controls(void **state)
{
    (void)state;
    static const char *const good[] = {"", "Wed, 21 Oct 2026 07:28:00 GMT", "!~", "\x80\xff"};
    static const char *const bad[] = {"a\x7f", "a\x1f", "a\tb", "a\r", "\n"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        pz_fault_order order = pz_fault_nothing;
        order.retry_after = order.content_type = good[i];
        assert_null(pz_fault_check(&order));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pz_fault_order order = pz_fault_nothing;
        order.retry_after = bad[i];
        assert_string_equal(pz_fault_check(&order), "retry_after must be a header's value");
        order.retry_after = "1";
        order.content_type = bad[i];
        assert_string_equal(pz_fault_check(&order), "content_type must be a header's value");
    }
}

static void test_one_thing_must_go_wrong(void **state)
{
    (void)state;
    pz_fault_order order = pz_fault_nothing;
    order.path = order.method = order.content_type = "x";
    order.times = order.probability = order.after = 1;
    order.reset = 0;
    const pz_fault_order nothing = order;
    assert_memory_equal(pz_fault_check(&nothing), "one of status", 13);
#define ALONE(member, value)                                                                       \
    order = nothing;                                                                               \
    order.member = value;                                                                          \
    assert_null(pz_fault_check(&order))
    ALONE(status, 500);
    ALONE(delay, 1);
    ALONE(reset, 1);
    ALONE(truncate, 0);
    ALONE(body, "");
    ALONE(retry_after, "1");
}

/* ------------------------------------------------------------------ which one it is */

static pz_fault_order failing(const char *method, const char *path, double status)
{
    pz_fault_order order = pz_fault_nothing;
    order.method = method;
    order.path = path;
    order.status = status;
    return order;
}

/* The status of the fault that befalls a call; 0: there is none. */
static int picked(pz_faults *faults, const char *method, const char *path)
{
    pz_fault *fault = pz_faults_pick(faults, method, path);
    int status = fault == NULL ? 0 : (int)fault->order.status;
    pz_fault_release(fault);
    return status;
}

static void add(pz_faults *faults, pz_fault_order order)
{
    assert_int_equal(pz_faults_add(faults, &order), PZ_FAULTS_OK);
}

static void test_method_and_path_are_compared(void **state)
{
    (void)state;
    pz_faults *faults = pz_faults_new();
    pz_fault_order order = failing("PUT", "/a/b*", 500);
    order.times = 100;
    add(faults, order);
    assert_int_equal(picked(faults, "PUT", "/a/b"), 500);
    assert_int_equal(picked(faults, "PUT", "/a/bc"), 500);
    assert_int_equal(picked(faults, "PUT", "/a/"), 0);
    assert_int_equal(picked(faults, "PUT", "/a/c"), 0);
    assert_int_equal(picked(faults, "GET", "/a/b"), 0);
    add(faults, failing(NULL, "/a/", 501));
    assert_int_equal(picked(faults, "GET", "/a/b"), 0);
    assert_int_equal(picked(faults, "GET", "/a"), 0);
    assert_int_equal(picked(faults, "GET", "/a/"), 501);
    add(faults, failing("GET", "*", 502));
    assert_int_equal(picked(faults, "GET", "/"), 502);
    add(faults, failing("GET", NULL, 503));
    assert_int_equal(picked(faults, "GET", "/"), 503);
    assert_int_equal(picked(faults, "GET", "/"), 0);
    pz_faults_free(faults);
}

static void test_times_count_with_a_probability_too(void **state)
{
    (void)state;
    pz_faults *faults = pz_faults_new();
    pz_fault_order order = failing(NULL, NULL, 500);
    order.probability = 1;
    order.times = 2;
    add(faults, order);
    assert_int_equal(picked(faults, "GET", "/"), 500);
    assert_int_equal(picked(faults, "GET", "/"), 500);
    assert_int_equal(picked(faults, "GET", "/"), 0);
    order.times = pz_fault_nothing.times;
    add(faults, order);
    for (int i = 0; i < 100; i++)
        assert_int_equal(picked(faults, "GET", "/"), 500);
    pz_faults_free(faults);
}

static void test_texts_are_copied(void **state)
{
    (void)state;
    char texts[5][8] = {"GET", "/a", "1", "b\0c", "text/x"};
    pz_faults *faults = pz_faults_new();
    pz_fault_order order = failing(texts[0], texts[1], 500);
    order.retry_after = texts[2];
    order.body = texts[3];
    order.body_length = 3;
    order.content_type = texts[4];
    add(faults, order);
    memset(texts, 'x', sizeof texts);
    pz_fault *fault = pz_faults_pick(faults, "GET", "/a");
    assert_non_null(fault);
    assert_string_equal(fault->order.retry_after, "1");
    assert_int_equal(fault->order.body_length, 3);
    assert_memory_equal(fault->order.body, "b\0c", 4);
    assert_string_equal(fault->order.content_type, "text/x");
    pz_fault_release(fault);
    pz_faults_free(faults);
}

static void test_what_is_not_carried_out(void **state)
{
    (void)state;
    pz_fault fault = {.order = failing(NULL, NULL, 500)};
    assert_true(pz_fault_replaces_call(&fault));
    fault.order.after = 0;
    assert_true(pz_fault_replaces_call(&fault));
    fault.order.after = 1;
    assert_false(pz_fault_replaces_call(&fault));
    fault.order = pz_fault_nothing;
    fault.order.delay = 1;
    assert_false(pz_fault_replaces_call(&fault));
    fault.order.reset = 0;
    assert_false(pz_fault_replaces_call(&fault));
    fault.order.reset = 1;
    assert_true(pz_fault_replaces_call(&fault));
    assert_false(pz_fault_replaces_call(NULL));
}

/* ------------------------------------------------------------------ how many there are */

static void test_room_comes_back_with_those_that_end(void **state)
{
    (void)state;
    pz_faults *faults = pz_faults_new();
    pz_fault_order order = failing(NULL, NULL, 500);
    for (int i = 0; i < PZ_FAULTS_MAX; i++)
        add(faults, order);
    assert_int_equal(pz_faults_add(faults, &order), PZ_FAULTS_FULL);
    assert_int_equal(picked(faults, "GET", "/"), 500);
    add(faults, order);
    assert_int_equal(pz_faults_add(faults, &order), PZ_FAULTS_FULL);
    pz_faults_clear(faults);
    assert_int_equal(picked(faults, "GET", "/"), 0);
    for (int i = 0; i < PZ_FAULTS_MAX; i++)
        add(faults, order);
    assert_int_equal(pz_faults_add(faults, &order), PZ_FAULTS_FULL);
    pz_faults_free(faults);
}

static void test_open_orders_are_shown_as_they_are(void **state)
{
    (void)state;
    pz_fault *shown[3] = {NULL};
    double left[3] = {0};
    pz_faults *faults = pz_faults_new();
    pz_fault_order order = failing(NULL, NULL, 500);
    order.times = 3;
    add(faults, order);
    order.times = pz_fault_nothing.times;
    order.probability = 1;
    add(faults, order);
    add(faults, failing(NULL, NULL, 502));
    assert_int_equal(picked(faults, "GET", "/"), 500);
    assert_int_equal(pz_faults_take(faults, shown, left, 2), 2);
    assert_null(shown[2]);
    pz_fault_release(shown[0]);
    pz_fault_release(shown[1]);
    assert_int_equal(pz_faults_take(faults, shown, left, 3), 3);
    pz_faults_free(faults); /* what was taken stays */
    assert_true(left[0] == 2 && left[1] == -1 && left[2] == 1);
    assert_int_equal(shown[0]->hits, 1);
    assert_int_equal(shown[1]->hits, 0);
    assert_true(shown[2]->order.status == 502);
    for (size_t i = 0; i < 3; i++)
        pz_fault_release(shown[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_have_limits),
        cmocka_unit_test(test_headers_hold_no_controls),
        cmocka_unit_test(test_one_thing_must_go_wrong),
        cmocka_unit_test(test_method_and_path_are_compared),
        cmocka_unit_test(test_times_count_with_a_probability_too),
        cmocka_unit_test(test_texts_are_copied),
        cmocka_unit_test(test_what_is_not_carried_out),
        cmocka_unit_test(test_room_comes_back_with_those_that_end),
        cmocka_unit_test(test_open_orders_are_shown_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
