/* Files that change or fail while they are read. read(2) and realpath(3) stand before the
 * library's. */
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
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

static char folder[] = "/tmp/personalize-read-XXXXXX";
static char path[64];
static unsigned reads;
static int read_errno;    /* what the first read fails with; 0: it does not */
static const char *added; /* what others append to the file before each read */

static void append(const char *text)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

ssize_t read(int fd, void *bytes, size_t length)
{
    ssize_t (*own)(int, void *, size_t);
    *(void **)&own = dlsym(RTLD_NEXT, "read");
    if (reads++ == 0 && read_errno != 0) {
        errno = read_errno;
        return -1;
    }
    if (added != NULL)
        append(added);
    return own(fd, bytes, length);
}

/* Reads a file of this text, with room for so many bytes. NULL: it fails with `error`. */
static void assert_read(const char *text, size_t room, const char *expected, int error)
{
    pz_buffer out;
    pz_file_failure failure = {.error = 0};
    pz_buffer_init(&out, room);
    unlink(path);
    append(text);
    reads = 0;
    bool done = pz_file_read(folder, "a", &out, &failure);
    assert_int_equal(done, expected != NULL);
    assert_int_equal(failure.error, error);
    if (done) {
        assert_int_equal(out.length, strlen(expected));
        assert_memory_equal(out.bytes, expected, out.length);
    }
    pz_buffer_free(&out);
}

static void test_a_file_needs_a_byte_more_and_two_reads(void **state)
{
    (void)state;
    assert_read("12345", 6, "12345", 0);
    assert_int_equal(reads, 2);
    assert_read("12345", 5, NULL, EFBIG);
    assert_int_equal(reads, 1);
}

static void test_no_room_is_made_for_what_is_not_there(void **state)
{
    (void)state;
    char text[301];
    memset(text, 'x', 300);
    text[300] = '\0';
    unlink(path);
    append(text);
    pz_buffer out;
    pz_file_failure failure;
    pz_buffer_init(&out, 10000);
    assert_true(pz_file_read(folder, "a", &out, &failure));
    assert_int_equal(out.length, 300);
    assert_int_equal(out.capacity, 512);
    pz_buffer_free(&out);
}

static void test_one_that_is_too_large_is_not_read(void **state)
{
    (void)state;
    assert_read("12345", 4, NULL, EFBIG);
    assert_int_equal(reads, 0);
}

static void test_a_signal_is_no_failure_anything_else_is(void **state)
{
    (void)state;
    read_errno = EINTR;
    assert_read("12345", 100, "12345", 0);
    assert_int_equal(reads, 3);
    read_errno = EIO;
    assert_read("12345", 100, NULL, EIO);
    assert_int_equal(reads, 1);
    read_errno = 0;
}

static void test_one_that_grows_meanwhile_is_read_up_to_the_bound(void **state)
{
    (void)state;
    added = "x";
    assert_read("", 5000, NULL, EFBIG); /* there is always one more */
    added = "xx";
    assert_read("", 5, NULL, EFBIG);
    added = NULL;
}

static char *in_folder(const char *name)
{
    static char joined[2][64];
    static unsigned next;
    char *path_there = joined[next++ % 2];
    return strcat(strcat(strcpy(path_there, folder), "/"), name);
}

/* Others put a link to another folder in the place of one that was just found to be no link. */
static unsigned paths_found, swapped_after; /* 0: never */

char *realpath(const char *given, char *found)
{
    char *(*own)(const char *, char *);
    *(void **)&own = dlsym(RTLD_NEXT, "realpath");
    char *real = own(given, found);
    if (++paths_found == swapped_after) {
        assert_int_equal(rename(in_folder("root/inner"), in_folder("root/moved")), 0);
        assert_int_equal(symlink("../other", in_folder("root/inner")), 0);
    }
    return real;
}

static void make_file(const char *name, const char *text)
{
    int fd = open(in_folder(name), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static unsigned count_open(void)
{
    unsigned count = 0;
    for (int fd = 0; fd < 100; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static void assert_below(const char *root, const char *name, const char *expected)
{
    pz_buffer out;
    pz_file_failure failure = {.error = 0};
    pz_buffer_init(&out, 100);
    unsigned before = count_open();
    bool done = pz_file_read_below(in_folder(root), name, &out, &failure);
    assert_int_equal(count_open(), before);
    assert_int_equal(done, expected != NULL);
    if (done) {
        assert_int_equal(out.length, strlen(expected));
        assert_memory_equal(out.bytes, expected, out.length);
    } else {
        assert_true(failure.error == ENOTDIR || failure.error == ELOOP || failure.error == EMLINK);
        assert_int_equal(out.length, 0);
    }
    pz_buffer_free(&out);
}

static void test_a_link_that_comes_meanwhile_leads_nowhere(void **state)
{
    (void)state;
    assert_int_equal(mkdir(in_folder("root"), 0700), 0);
    assert_int_equal(mkdir(in_folder("root/inner"), 0700), 0);
    assert_int_equal(mkdir(in_folder("root/inner/most"), 0300), 0); /* it need not be readable */
    assert_int_equal(mkdir(in_folder("other"), 0700), 0);
    assert_int_equal(mkdir(in_folder("other/most"), 0700), 0);
    make_file("root/inner/most/a", "inside");
    make_file("other/most/a", "outside");
    assert_below("root", "inner/most/a", "inside");
    assert_below("root/inner/most", "a", "inside");
    bool is_asked = paths_found > 0; /* some builds ask another function */
    paths_found = 0;
    swapped_after = 2; /* the folder's own path and the file's */
    if (is_asked)
        assert_below("root", "inner/most/a", NULL);
    else
        assert_int_equal(rename(in_folder("root/inner"), in_folder("root/moved")), 0);
    swapped_after = 0;
    unlink(in_folder("root/inner"));
    unlink(in_folder("root/moved/most/a"));
    unlink(in_folder("other/most/a"));
    rmdir(in_folder("root/moved/most"));
    rmdir(in_folder("root/moved"));
    rmdir(in_folder("root"));
    rmdir(in_folder("other/most"));
    assert_int_equal(rmdir(in_folder("other")), 0);
    if (!is_asked)
        skip();
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return 1;
    strcat(strcpy(path, folder), "/a");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_needs_a_byte_more_and_two_reads),
        cmocka_unit_test(test_no_room_is_made_for_what_is_not_there),
        cmocka_unit_test(test_one_that_is_too_large_is_not_read),
        cmocka_unit_test(test_a_signal_is_no_failure_anything_else_is),
        cmocka_unit_test(test_one_that_grows_meanwhile_is_read_up_to_the_bound),
        cmocka_unit_test(test_a_link_that_comes_meanwhile_leads_nowhere),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
