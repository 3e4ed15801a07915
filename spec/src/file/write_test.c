/* What a Lua program can't see of a file that is written: that it is on the disk before it is
 * named, and its name after that. fsync(2) and others stand before the library's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

static char calls[16];   /* f: a file was flushed, n: named, d: a folder was flushed */
static int folder_errno; /* what flushing a folder fails with; 0: it does not */
static int file_errno;   /* likewise of a file */
static int naming_errno; /* likewise of renaming */
static char folder[] = "/tmp/personalize-write-XXXXXX";

static void note(char call)
{
    size_t length = strlen(calls);
    assert_true(length + 1 < sizeof calls);
    calls[length] = call;
    calls[length + 1] = '\0';
}

static int fail_with(int error)
{
    errno = error;
    return error == 0 ? 0 : -1;
}

int fsync(int fd)
{
    struct stat status;
    assert_int_equal(fstat(fd, &status), 0);
    note(S_ISDIR(status.st_mode) ? 'd' : 'f');
    return fail_with(S_ISDIR(status.st_mode) ? folder_errno : file_errno);
}

static bool is_cleared; /* another process clears the folder just before a file is renamed */

int renameat(int from, const char *old, int to, const char *new)
{
    int (*own)(int, const char *, int, const char *);
    *(void **)&own = dlsym(RTLD_NEXT, "renameat");
    note('n');
    pz_file_failure failure;
    if (is_cleared)
        assert_true(pz_file_clear_temporaries(folder, &failure));
    return naming_errno != 0 ? fail_with(naming_errno) : own(from, old, to, new);
}

/* What befalls the first temporary file: its name is taken, none may be made, another process that
 * clears has locked it, or has removed it before it was locked. */
static enum { NOTHING, TAKEN, REFUSED, LOCKED, REMOVED } mishap;
static bool keeps_mishap; /* it befalls all of them */
static int lock_errno;    /* what locking fails with; 0: it does not */
static int temporaries;   /* files that were made */

int openat(int within, const char *name, int flags, ...)
{
    int (*own)(int, const char *, int, ...);
    *(void **)&own = dlsym(RTLD_NEXT, "openat");
    if (!(flags & O_CREAT))
        return own(within, name, flags);
    temporaries++;
    if (mishap == REFUSED)
        return fail_with(EDQUOT);
    if (mishap == TAKEN) {
        mishap = keeps_mishap ? TAKEN : NOTHING;
        return fail_with(EEXIST);
    }
    int fd = own(within, name, flags, 0600);
    if (mishap == REMOVED) {
        mishap = NOTHING;
        assert_int_equal(unlinkat(within, name, 0), 0);
    }
    return fd;
}

int flock(int fd, int operation)
{
    int (*own)(int, int);
    *(void **)&own = dlsym(RTLD_NEXT, "flock");
    if (mishap == LOCKED) {
        mishap = NOTHING;
        return fail_with(EWOULDBLOCK);
    }
    if (lock_errno != 0)
        return fail_with(lock_errno);
    errno = EWOULDBLOCK; /* what an earlier call left says nothing */
    return own(fd, operation);
}

static int entropy_errno; /* what random bytes fail with; 0: they do not */
static int mode_errno;    /* likewise of a new mode */
static int close_errno;   /* likewise of closing a file that was written */
static bool writes_slowly;
static unsigned writes;

int getentropy(void *bytes, size_t length)
{
    int (*own)(void *, size_t);
    *(void **)&own = dlsym(RTLD_NEXT, "getentropy");
    return entropy_errno != 0 ? fail_with(entropy_errno) : own(bytes, length);
}

int fchmod(int fd, mode_t mode)
{
    int (*own)(int, mode_t);
    *(void **)&own = dlsym(RTLD_NEXT, "fchmod");
    return mode_errno != 0 ? fail_with(mode_errno) : own(fd, mode);
}

int close(int fd)
{
    int (*own)(int);
    struct stat status;
    *(void **)&own = dlsym(RTLD_NEXT, "close");
    bool fails = close_errno != 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    int result = own(fd);
    return fails ? fail_with(close_errno) : result;
}

/* A byte at a time, and each second time none, for a signal came. */
ssize_t write(int fd, const void *bytes, size_t length)
{
    ssize_t (*own)(int, const void *, size_t);
    *(void **)&own = dlsym(RTLD_NEXT, "write");
    if (!writes_slowly)
        return own(fd, bytes, length);
    return writes++ % 2 == 0 ? fail_with(EINTR) : own(fd, bytes, 1);
}

static bool write_text(const char *text, pz_file_failure *failure)
{
    calls[0] = '\0';
    *failure = (pz_file_failure){.error = 0};
    return pz_file_write(folder, "a", text, strlen(text), 0666, failure);
}

static void assert_text(const char *expected)
{
    pz_buffer out;
    pz_file_failure failure;
    pz_buffer_init(&out, 100);
    assert_true(pz_file_read(folder, "a", &out, &failure));
    assert_int_equal(out.length, strlen(expected));
    assert_memory_equal(out.bytes, expected, out.length);
    pz_buffer_free(&out);
}

/* Nothing is left beside the file. */
static void assert_alone(void)
{
    pz_buffer out;
    pz_file_failure failure;
    pz_buffer_init(&out, 1000);
    assert_true(pz_file_list(folder, &out, &failure));
    assert_int_equal(out.length, strlen("fa") + 1);
    assert_string_equal(out.bytes, "fa");
    pz_buffer_free(&out);
}

static void test_a_file_is_on_the_disk_before_its_name_is(void **state)
{
    (void)state;
    pz_file_failure failure;
    assert_true(write_text("new", &failure));
    assert_string_equal(calls, "fnd");
    assert_text("new");
    assert_alone();
}

static void test_what_is_not_on_the_disk_is_not_named(void **state)
{
    (void)state;
    pz_file_failure failure;
    assert_true(write_text("before", &failure));
    file_errno = EIO;
    assert_false(write_text("after", &failure));
    file_errno = 0;
    assert_int_equal(failure.error, EIO);
    assert_string_equal(calls, "f");
    assert_text("before");
    assert_alone();
    naming_errno = EROFS;
    assert_false(write_text("after", &failure));
    naming_errno = 0;
    assert_int_equal(failure.error, EROFS);
    assert_string_equal(calls, "fn");
    assert_text("before");
    assert_alone();
}

static void test_a_folder_that_cannot_be_flushed_is_no_failure_one_that_fails_is(void **state)
{
    (void)state;
    pz_file_failure failure;
    folder_errno = EINVAL;
    assert_true(write_text("one", &failure));
    folder_errno = EIO;
    assert_false(write_text("other", &failure));
    folder_errno = 0;
    assert_int_equal(failure.error, EIO);
    assert_text("other"); /* it is in place all the same */
    assert_alone();
}

static void test_a_temporary_file_that_is_lost_is_made_anew(void **state)
{
    (void)state;
    pz_file_failure failure;
    temporaries = 0;
    assert_true(write_text("zero", &failure));
    assert_int_equal(temporaries, 1);
    assert_int_equal(mishap, NOTHING);
    mishap = TAKEN;
    temporaries = 0;
    assert_true(write_text("one", &failure));
    assert_int_equal(temporaries, 2);
    mishap = REMOVED;
    assert_true(write_text("two", &failure));
    assert_int_equal(temporaries, 4);
    assert_text("two");
    assert_alone();
}

static unsigned count_open(void)
{
    unsigned count = 0;
    for (int fd = 0; fd < 100; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* The one that another process locked stays: whoever locked it removes it. */
static void test_a_temporary_file_that_another_one_locked_is_left_to_it(void **state)
{
    (void)state;
    pz_file_failure failure;
    mishap = LOCKED;
    temporaries = 0;
    unsigned before = count_open();
    assert_true(write_text("three", &failure));
    assert_int_equal(count_open(), before);
    assert_int_equal(temporaries, 2);
    assert_text("three");
    assert_true(pz_file_clear_temporaries(folder, &failure));
    assert_alone();
}

static void test_a_file_system_without_locks_is_written_to(void **state)
{
    (void)state;
    pz_file_failure failure;
    lock_errno = ENOLCK;
    temporaries = 0;
    assert_true(write_text("four", &failure));
    lock_errno = 0;
    assert_int_equal(temporaries, 1);
    assert_text("four");
    assert_alone();
}

static void test_a_name_that_is_always_taken_is_tried_sixteen_times(void **state)
{
    (void)state;
    pz_file_failure failure;
    assert_true(write_text("before", &failure));
    keeps_mishap = true;
    mishap = TAKEN;
    temporaries = 0;
    bool done = write_text("after", &failure);
    keeps_mishap = false;
    assert_false(done);
    assert_int_equal(temporaries, 16);
    assert_int_equal(failure.error, EEXIST);
    mishap = REFUSED;
    temporaries = 0;
    done = write_text("after", &failure);
    mishap = NOTHING;
    assert_false(done);
    assert_int_equal(temporaries, 1); /* another name would fare no better */
    assert_int_equal(failure.error, EDQUOT);
    assert_text("before");
    assert_alone();
}

static void test_without_random_bytes_nothing_is_made(void **state)
{
    (void)state;
    pz_file_failure failure;
    temporaries = 0;
    entropy_errno = ENOSYS;
    bool done = write_text("after", &failure);
    entropy_errno = 0;
    assert_false(done);
    assert_int_equal(failure.error, ENOSYS);
    assert_int_equal(temporaries, 0);
}

static void test_every_byte_is_written_whatever_comes_between(void **state)
{
    (void)state;
    pz_file_failure failure;
    writes = 0;
    writes_slowly = true;
    bool done = write_text("in pieces", &failure);
    writes_slowly = false;
    assert_true(done);
    assert_int_equal(writes, 2 * strlen("in pieces"));
    assert_text("in pieces");
}

static void test_a_file_keeps_its_mode_or_is_not_replaced(void **state)
{
    (void)state;
    pz_file_failure failure;
    assert_true(write_text("before", &failure));
    mode_errno = EPERM;
    bool done = write_text("after", &failure);
    mode_errno = 0;
    assert_false(done);
    assert_int_equal(failure.error, EPERM);
    assert_text("before");
    assert_alone();
    assert_true(pz_file_remove(folder, "a", &failure));
    mode_errno = EPERM; /* a new one has its mode from the start */
    done = write_text("new", &failure);
    mode_errno = 0;
    assert_true(done);
    assert_text("new");
}

static void test_what_is_told_at_the_end_of_writing_is_a_failure_too(void **state)
{
    (void)state;
    pz_file_failure failure;
    assert_true(write_text("before", &failure));
    close_errno = EIO;
    bool done = write_text("after", &failure);
    assert_false(done);
    assert_int_equal(failure.error, EIO);
    file_errno = ENOSPC; /* the first failure is the one that is told */
    done = write_text("after", &failure);
    close_errno = file_errno = 0;
    assert_false(done);
    assert_int_equal(failure.error, ENOSPC);
    assert_text("before");
    assert_alone();
}

static void test_a_temporary_file_is_locked_until_it_is_renamed(void **state)
{
    (void)state;
    pz_file_failure failure;
    is_cleared = true;
    bool is_made = write_text("new", &failure);
    bool is_replaced = is_made && write_text("newer", &failure);
    is_cleared = false;
    assert_true(is_made);
    assert_true(is_replaced);
    assert_text("newer");
    assert_alone();
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
    pz_file_remove(folder, "a", &failure);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_is_on_the_disk_before_its_name_is),
        cmocka_unit_test(test_what_is_not_on_the_disk_is_not_named),
        cmocka_unit_test(test_a_folder_that_cannot_be_flushed_is_no_failure_one_that_fails_is),
        cmocka_unit_test(test_a_temporary_file_that_is_lost_is_made_anew),
        cmocka_unit_test(test_a_temporary_file_that_another_one_locked_is_left_to_it),
        cmocka_unit_test(test_a_file_system_without_locks_is_written_to),
        cmocka_unit_test(test_a_name_that_is_always_taken_is_tried_sixteen_times),
        cmocka_unit_test(test_without_random_bytes_nothing_is_made),
        cmocka_unit_test(test_every_byte_is_written_whatever_comes_between),
        cmocka_unit_test(test_a_file_keeps_its_mode_or_is_not_replaced),
        cmocka_unit_test(test_what_is_told_at_the_end_of_writing_is_a_failure_too),
        cmocka_unit_test(test_a_temporary_file_is_locked_until_it_is_renamed),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
