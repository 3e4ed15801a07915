/* How libcurl is told that a certificate's file has changed: by another spelling of its path. */
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
#include <unistd.h>

#include "http/identity.h"

static char file[] = "/tmp/personalize-identity-XXXXXX";

/* The number of these texts; the paths are put into `request`. */
static unsigned number_of(pz_identities *identities, pz_request *request)
{
    unsigned number = 0;
    assert_true(pz_identities_apply(identities, request, &number));
    return number;
}

static unsigned number_of_file(pz_identities *identities, const char *ca_file)
{
    pz_request request = {.ca_file = ca_file};
    return number_of(identities, &request);
}

static void test_each_combination_has_a_number(void **state)
{
    (void)state;
    static const pz_request requests[] = {
        {.ca_file = "/a"},
        {.ca_file = "/b"},
        {.ca_path = "/a"},
        {.ca_file = "/a", .client_cert = "/a"},
        {.ca_file = "/a", .client_cert = "/a", .client_cert_key = "/k"},
        {.ca_file = "/a",
         .client_cert = "/a",
         .client_cert_key = "/k",
         .client_cert_passphrase = "p"},
    };
    pz_identities identities;
    pz_identities_init(&identities);
    for (int round = 0; round < 2; round++)
        for (unsigned i = 0; i < sizeof requests / sizeof *requests; i++) {
            pz_request request = requests[i];
            assert_int_equal(number_of(&identities, &request), i + 1);
            assert_ptr_equal(request.client_cert_key, requests[i].client_cert_key);
            assert_ptr_equal(request.client_cert_passphrase, requests[i].client_cert_passphrase);
        }
    pz_identities_free(&identities);
    assert_int_equal(identities.count, 0);
}

static void assert_spelled(unsigned number, const char *path, const char *expected)
{
    pz_identities identities;
    pz_identities_init(&identities);
    identities.last_number = number - 1;
    pz_request request = {.ca_file = path, .ca_path = path, .client_cert = path};
    assert_int_equal(number_of(&identities, &request), number);
    assert_string_equal(request.ca_file, expected);
    assert_string_equal(request.ca_path, expected);
    assert_string_equal(request.client_cert, expected);
    pz_identities_free(&identities);
}

static void test_numbers_are_spelled_before_paths(void **state)
{
    (void)state;
    assert_spelled(1, "/a/b", "/a/b");
    assert_spelled(2, "/a/b", "//a/b");
    assert_spelled(3, "/a/b", "/./a/b");
    assert_spelled(4, "/a/b", "///a/b");
    assert_spelled(5, "/a/b", "/.//a/b");
    assert_spelled(6, "/a/b", "//./a/b");
    assert_spelled(7, "/a/b", "/././a/b");
    assert_spelled(1, "a/b", "./a/b");
    assert_spelled(2, "a/b", ".//a/b");
    assert_spelled(3, "a/b", "././a/b");
    /* what would look like a number goes first */
    assert_spelled(1, "//a", "/a");
    assert_spelled(1, "/./a", "/a");
    assert_spelled(2, "/.//./a", "//a");
    assert_spelled(1, "/.a", "/.a");
    assert_spelled(1, "/../a", "/../a");
}

static void write_file(const char *text)
{
    int fd = open(file, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

static void test_a_file_that_changes_has_another_number(void **state)
{
    (void)state;
    pz_identities identities;
    pz_identities_init(&identities);
    assert_int_equal(number_of_file(&identities, file), 1);
    assert_int_equal(number_of_file(&identities, file), 1);
    write_file("longer");
    assert_int_equal(number_of_file(&identities, file), 2);
    assert_int_equal(number_of_file(&identities, file), 2);
    struct timespec times[] = {{.tv_sec = 1000, .tv_nsec = 5}, {.tv_sec = 1000, .tv_nsec = 5}};
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    assert_int_equal(number_of_file(&identities, file), 3);
    pz_request both = {.ca_file = file, .client_cert = "/"};
    assert_int_equal(number_of(&identities, &both), 4);
    write_file("other text");
    both = (pz_request){.ca_file = file, .client_cert = "/"};
    assert_int_equal(number_of(&identities, &both), 5);
    assert_int_equal(number_of_file(&identities, file), 6);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(number_of_file(&identities, file), 7);
    assert_int_equal(number_of_file(&identities, file), 7);
    pz_request request = {.ca_file = "/", .client_cert_key = "/"};
    assert_int_equal(number_of(&identities, &request), 8);
    pz_identities_free(&identities);
}

static void test_the_oldest_is_forgotten(void **state)
{
    (void)state;
    char path[32];
    pz_identities identities;
    pz_identities_init(&identities);
    for (unsigned i = 1; i <= PZ_IDENTITIES_MAX; i++) {
        snprintf(path, sizeof path, "/none/%u", i);
        assert_int_equal(number_of_file(&identities, path), i);
    }
    assert_int_equal(identities.count, PZ_IDENTITIES_MAX);
    assert_int_equal(number_of_file(&identities, "/none/1"), 1); /* now the second is the oldest */
    assert_int_equal(number_of_file(&identities, "/none/new"), PZ_IDENTITIES_MAX + 1);
    assert_int_equal(identities.count, PZ_IDENTITIES_MAX);
    assert_int_equal(number_of_file(&identities, "/none/1"), 1);
    assert_int_equal(number_of_file(&identities, "/none/3"), 3);
    assert_int_equal(number_of_file(&identities, "/none/2"), PZ_IDENTITIES_MAX + 2);
    pz_identities_free(&identities);
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(file);
    return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state)
{
    (void)state;
    unlink(file);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_combination_has_a_number),
        cmocka_unit_test(test_numbers_are_spelled_before_paths),
        cmocka_unit_test(test_a_file_that_changes_has_another_number),
        cmocka_unit_test(test_the_oldest_is_forgotten),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
