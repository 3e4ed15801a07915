/* How a buffer grows, where it ends, and what becomes of it after a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <stdlib.h>

#include "buffer.h"

/* Stands before the library's: memory can be short. */
static bool has_no_memory;

void *realloc(void *memory, size_t size)
{
    static void *(*own)(void *, size_t);
    if (own == NULL)
        *(void **)&own = dlsym(RTLD_NEXT, "realloc");
    return has_no_memory ? NULL : own(memory, size);
}

static pz_buffer filled(size_t bound, const char *text)
{
    pz_buffer buffer;
    pz_buffer_init(&buffer, bound);
    pz_buffer_append_text(&buffer, text);
    return buffer;
}

static void assert_holds(const pz_buffer *buffer, const char *expected)
{
    assert_int_equal(buffer->length, strlen(expected));
    assert_memory_equal(buffer->bytes, expected, buffer->length);
}

static void test_a_new_buffer_is_empty(void **state)
{
    (void)state;
    pz_buffer buffer;
    memset(&buffer, 0xff, sizeof buffer);
    pz_buffer_init(&buffer, 7);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.length, 0);
    assert_int_equal(buffer.capacity, 0);
    assert_int_equal(buffer.bound, 7);
    assert_int_equal(buffer.failure, PZ_BUFFER_OK);
    pz_buffer_append(&buffer, NULL, 0); /* nothing needs no room */
    assert_null(buffer.bytes);
}

static void test_it_grows_to_256_bytes_and_then_doubles(void **state)
{
    (void)state;
    pz_buffer buffer = filled(100000, "a");
    assert_int_equal(buffer.capacity, 256);
    assert_true(pz_buffer_reserve(&buffer, 255));
    assert_int_equal(buffer.capacity, 256);
    assert_true(pz_buffer_reserve(&buffer, 256));
    assert_int_equal(buffer.capacity, 512);
    assert_true(pz_buffer_reserve(&buffer, 3000));
    assert_int_equal(buffer.capacity, 4096);
    assert_holds(&buffer, "a");
    pz_buffer_free(&buffer);
}

static void test_it_holds_its_bound_and_not_a_byte_more(void **state)
{
    (void)state;
    pz_buffer buffer = filled(5, "1234");
    assert_int_equal(buffer.capacity, 5);
    pz_buffer_append_byte(&buffer, '5');
    assert_int_equal(buffer.failure, PZ_BUFFER_OK);
    pz_buffer_append_byte(&buffer, '6');
    assert_int_equal(buffer.failure, PZ_BUFFER_TOO_LARGE);
    assert_holds(&buffer, "12345");
    pz_buffer_free(&buffer);
    buffer = filled(300, "");
    assert_true(pz_buffer_reserve(&buffer, 257));
    assert_int_equal(buffer.capacity, 300);
    assert_false(pz_buffer_reserve(&buffer, 301));
    assert_int_equal(buffer.failure, PZ_BUFFER_TOO_LARGE);
    pz_buffer_free(&buffer);
}

static void test_a_failure_stays(void **state)
{
    (void)state;
    pz_buffer buffer = filled(SIZE_MAX, "a");
    has_no_memory = true;
    bool has_room = pz_buffer_reserve(&buffer, 1000);
    has_no_memory = false;
    assert_false(has_room);
    assert_int_equal(buffer.failure, PZ_BUFFER_NO_MEMORY);
    assert_false(pz_buffer_grow(&buffer, 1));
    assert_int_equal(buffer.capacity, 256);
    assert_holds(&buffer, "a");
    pz_buffer_free(&buffer);
    assert_int_equal(buffer.failure, PZ_BUFFER_NO_MEMORY);
}

static void test_more_than_there_is_of_memory_is_refused(void **state)
{
    (void)state;
    pz_buffer buffer = filled(SIZE_MAX, "a");
    assert_false(pz_buffer_reserve(&buffer, SIZE_MAX)); /* the sum would be 0 */
    assert_int_equal(buffer.failure, PZ_BUFFER_TOO_LARGE);
    pz_buffer_free(&buffer);
    buffer = filled(SIZE_MAX, "a");
    has_no_memory = true; /* doubling would pass the largest size, and never end */
    bool has_room = pz_buffer_reserve(&buffer, SIZE_MAX - 1);
    has_no_memory = false;
    assert_false(has_room);
    assert_int_equal(buffer.failure, PZ_BUFFER_NO_MEMORY);
    pz_buffer_free(&buffer);
}

static void test_it_is_cut_and_gives_back_the_rest(void **state)
{
    (void)state;
    pz_buffer buffer = filled(1000, "12345");
    pz_buffer_cut(&buffer, 6);
    assert_int_equal(buffer.capacity, 256);
    pz_buffer_cut(&buffer, 5);
    assert_int_equal(buffer.capacity, 256);
    has_no_memory = true;
    pz_buffer_cut(&buffer, 4);
    has_no_memory = false;
    assert_int_equal(buffer.capacity, 256);
    assert_holds(&buffer, "1234");
    pz_buffer_cut(&buffer, 3);
    assert_int_equal(buffer.capacity, 3);
    assert_holds(&buffer, "123");
    pz_buffer_append_byte(&buffer, '4');
    assert_holds(&buffer, "1234");
    pz_buffer_cut(&buffer, 0);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.length, 0);
    assert_int_equal(buffer.capacity, 0);
    pz_buffer_free(&buffer); /* again */
}

static void test_it_is_an_array_of_elements(void **state)
{
    (void)state;
    pz_buffer array;
    pz_buffer_init(&array, 1000);
    assert_true(pz_buffer_reserve_elements(&array, 0, 43, 8));
    assert_int_equal(array.length, 0);
    assert_int_equal(array.capacity, 512);
    assert_true(pz_buffer_reserve_elements(&array, 43, 82, 8));
    assert_int_equal(array.length, 344);
    assert_false(pz_buffer_reserve_elements(&array, 43, 83, 8));
    assert_int_equal(array.failure, PZ_BUFFER_TOO_LARGE);
    pz_buffer_free(&array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_buffer_is_empty),
        cmocka_unit_test(test_it_grows_to_256_bytes_and_then_doubles),
        cmocka_unit_test(test_it_holds_its_bound_and_not_a_byte_more),
        cmocka_unit_test(test_a_failure_stays),
        cmocka_unit_test(test_more_than_there_is_of_memory_is_refused),
        cmocka_unit_test(test_it_is_cut_and_gives_back_the_rest),
        cmocka_unit_test(test_it_is_an_array_of_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
