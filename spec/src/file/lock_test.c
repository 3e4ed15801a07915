/* What a folder's lock makes of what flock(2) fails with, which stands before the library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "file/file.h"

static int flock_errno;
static char folder[] = "/tmp/personalize-lock-XXXXXX";

int flock(int fd, int operation)
{
    (void)fd;
    (void)operation;
    errno = flock_errno;
    return flock_errno == 0 ? 0 : -1;
}

static pz_file_lock_result acquire(int error, pz_file_failure *failure)
{
    pz_file_lock lock = {.within = -1, .fd = -1};
    flock_errno = error;
    pz_file_lock_result result = pz_file_lock_acquire(&lock, folder, "lock", "spec", failure);
    flock_errno = 0;
    pz_file_lock_release(&lock);
    return result;
}

static void assert_empty(void)
{
    pz_buffer out;
    pz_file_failure failure;
    pz_buffer_init(&out, 1000);
    assert_true(pz_file_list(folder, &out, &failure));
    assert_int_equal(out.length, 0);
    pz_buffer_free(&out);
}

static void test_a_lock_is_held_and_gone_afterwards(void **state)
{
    (void)state;
    pz_file_failure failure;
    assert_int_equal(acquire(0, &failure), PZ_FILE_LOCK_HELD);
    assert_empty();
}

static void test_file_systems_without_locks_are_told_from_failures(void **state)
{
    (void)state;
    static const int without[] = {ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL, EBADF};
    pz_file_failure failure;
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        assert_int_equal(acquire(without[i], &failure), PZ_FILE_LOCK_UNSUPPORTED);
        assert_empty(); /* a file that locks nothing is not left */
    }
    assert_int_equal(acquire(EIO, &failure), PZ_FILE_LOCK_FAILED);
    assert_int_equal(failure.error, EIO);
}

/* Somebody removes the file of a lock that is held, and another process takes the lock. */
static void test_the_file_of_another_holder_is_left_to_it(void **state)
{
    (void)state;
    pz_file_failure failure;
    pz_file_lock one = {.within = -1, .fd = -1}, other = one, none = one;
    flock_errno = 0;
    assert_int_equal(pz_file_lock_acquire(&one, folder, "lock", "one", &failure),
                     PZ_FILE_LOCK_HELD);
    assert_true(pz_file_remove(folder, "lock", &failure));
    assert_int_equal(pz_file_lock_acquire(&other, folder, "lock", "other", &failure),
                     PZ_FILE_LOCK_HELD);
    pz_file_lock_release(&one);
    flock_errno = EWOULDBLOCK; /* the other one has it */
    pz_file_lock_result result = pz_file_lock_acquire(&none, folder, "lock", "none", &failure);
    flock_errno = 0;
    assert_int_equal(result, PZ_FILE_LOCK_BUSY);
    assert_non_null(strstr(failure.message, ", other"));
    pz_file_lock_release(&other);
    assert_empty();
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
    (void)state;
    pz_file_failure failure;
    pz_file_remove(folder, "lock", &failure);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_lock_is_held_and_gone_afterwards),
        cmocka_unit_test(test_file_systems_without_locks_are_told_from_failures),
        cmocka_unit_test(test_the_file_of_another_holder_is_left_to_it),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
