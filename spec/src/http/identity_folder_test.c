/* How libcurl is told that an authority in a folder has changed, which the folder does not tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "http/identity.h"
#include "libcurl.h"
#include "support/built_authorities.h"

/* Stands before the library's. */
static time_t seconds = 1000;

int clock_gettime(clockid_t clock, struct timespec *result)
{
    (void)clock;
    *result = (struct timespec){.tv_sec = seconds};
    return 0;
}

static char folder[] = "/tmp/personalize-identity-folder-XXXXXX";

static const char *entry(const char *name)
{
    static char path[sizeof folder + 32];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_entry(const char *name, const char *text)
{
    int fd = open(entry(name), O_WRONLY | O_TRUNC | O_CREAT, 0600);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static unsigned number_of(pz_identities *identities, const char *ca_path)
{
    pz_request request = {.ca_path = ca_path};
    unsigned number = 0;
    assert_true(pz_identities_apply(identities, &request, &number));
    return number;
}

static void make_folder(void)
{
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(folder));
}

/* The folder's own times stay as they are. */
static void test_an_authority_that_changes_in_its_folder_counts(void **state)
{
    (void)state;
    make_folder();
    write_entry("target", "one");
    write_entry("0a1b2c3d.0", "one");
    write_entry("ABCDEF01.12", "two");
    assert_int_equal(symlink("target", entry("0a1b2c3d.1")), 0);
    assert_int_equal(symlink("/none/f", entry("0a1b2c3d.2")), 0);
    pz_identities identities;
    pz_identities_init(&identities);
    unsigned numbers[7] = {number_of(&identities, folder), number_of(&identities, folder)};
    write_entry("0a1b2c3d.0", "other");
    numbers[2] = number_of(&identities, folder);
    write_entry("ABCDEF01.12", "another");
    numbers[3] = number_of(&identities, folder);
    write_entry("target", "what the link leads to");
    numbers[4] = number_of(&identities, folder);
    numbers[5] = number_of(&identities, folder);
    unlink(entry("0a1b2c3d.0"));
    numbers[6] = number_of(&identities, folder);
    pz_identities_free(&identities);
    unlink(entry("target"));
    unlink(entry("0a1b2c3d.1"));
    unlink(entry("0a1b2c3d.2"));
    unlink(entry("ABCDEF01.12"));
    rmdir(folder);
    const unsigned expected[7] = {1, 1, 2, 3, 4, 4, 5};
    assert_memory_equal(numbers, expected, sizeof expected);
}

static void test_what_no_library_reads_in_a_folder_does_not_count(void **state)
{
    (void)state;
    static const char *const names[] = {"ca.pem", "0a1b2c3d", "0a1b2c3d.r0", "0a1b2c3.0"};
    enum { NAMES = sizeof names / sizeof *names };
    bool finds_by_hash = pz_libcurl_finds_by_hash();
    make_folder();
    pz_identities identities;
    pz_identities_init(&identities);
    for (int i = 0; i < NAMES; i++)
        write_entry(names[i], "one");
    assert_int_equal(number_of(&identities, folder), 1);
    unsigned last = 1;
    for (int i = 0; i < NAMES; i++) {
        write_entry(names[i], "other");
        last = number_of(&identities, folder);
    }
    pz_identities_free(&identities);
    for (int i = 0; i < NAMES; i++)
        unlink(entry(names[i]));
    rmdir(folder);
    assert_int_equal(last, finds_by_hash ? 1 : 1 + NAMES);
}

/* To look at hundreds of files takes longer than a call. */
static void test_a_large_folder_is_looked_into_once_a_second(void **state)
{
    (void)state;
    char name[16];
    make_folder();
    for (unsigned i = 0; i <= PZ_IDENTITY_FEW_ENTRIES; i++) {
        snprintf(name, sizeof name, "%08x.0", i);
        write_entry(name, "one");
    }
    pz_identities identities;
    pz_identities_init(&identities);
    unsigned numbers[6] = {number_of(&identities, folder)};
    write_entry("00000000.0", "other");
    numbers[1] = number_of(&identities, folder);
    seconds += 1;
    numbers[2] = number_of(&identities, folder);
    write_entry("00000001.0", "other");
    numbers[3] = number_of(&identities, folder);
    unlink(entry("00000002.0")); /* this the folder tells */
    numbers[4] = number_of(&identities, folder);
    write_entry("00000003.0", "other"); /* now it has few entries */
    numbers[5] = number_of(&identities, folder);
    pz_identities_free(&identities);
    for (unsigned i = 0; i <= PZ_IDENTITY_FEW_ENTRIES; i++) {
        snprintf(name, sizeof name, "%08x.0", i);
        unlink(entry(name));
    }
    rmdir(folder);
    const unsigned expected[6] = {1, 1, 2, 2, 3, 4};
    assert_memory_equal(numbers, expected, sizeof expected);
}

/* It has hundreds of entries, which a package manager replaces and does not rewrite. */
static void test_the_systems_folder_is_not_looked_into(void **state)
{
    (void)state;
    if (!tells_authorities())
        skip();
    make_folder();
    write_entry("0a1b2c3d.0", "one");
    pz_identities identities;
    pz_identities_init(&identities);
    is_built_otherwise = true;
    built_file = NULL;
    built_path = folder;
    unsigned first = number_of(&identities, NULL);
    write_entry("0a1b2c3d.0", "other");
    unsigned second = number_of(&identities, NULL);
    is_built_otherwise = false;
    unsigned named = number_of(&identities, folder);
    write_entry("0a1b2c3d.0", "another");
    unsigned changed = number_of(&identities, folder);
    pz_identities_free(&identities);
    unlink(entry("0a1b2c3d.0"));
    rmdir(folder);
    assert_int_equal(first, 1);
    assert_int_equal(second, 1);
    assert_int_equal(named, 2);
    assert_int_equal(changed, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_authority_that_changes_in_its_folder_counts),
        cmocka_unit_test(test_what_no_library_reads_in_a_folder_does_not_count),
        cmocka_unit_test(test_a_large_folder_is_looked_into_once_a_second),
        cmocka_unit_test(test_the_systems_folder_is_not_looked_into),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
