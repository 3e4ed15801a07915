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
#include "support/built_authorities.h"

#ifdef __APPLE__
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

/* Stands before the library's: NULL, or what it finds. */
static const struct stat *found;
static bool was_asked;

int stat(const char *path, struct stat *result)
{
    was_asked = true;
    if (found == NULL)
        return fstatat(AT_FDCWD, path, result, 0);
    *result = *found;
    return 0;
}

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
    char most[] = "././././././././././././././././././././././././././././././././a/b";
    assert_int_equal(strlen(most), 2 * 32 + 3); /* 31 digits below the highest one */
    assert_spelled(0xffffffff, "a/b", most);
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

/* Each of them can be all that tells: a file of the same size put in place by a link, say. */
static void test_whatever_differs_of_a_file_counts(void **state)
{
    (void)state;
    struct stat seen = {.st_dev = 1, .st_ino = 2, .st_size = 3};
    seen.st_mtim = (struct timespec){.tv_sec = 4, .tv_nsec = 5};
    seen.st_ctim = (struct timespec){.tv_sec = 6, .tv_nsec = 7};
    pz_identities identities;
    pz_identities_init(&identities);
    found = &seen;
    was_asked = false;
    unsigned expected = 1, number = number_of_file(&identities, "/a");
    for (int i = 0; was_asked && i < 8 && number == expected; i++) {
        seen.st_dev += i == 0;
        seen.st_ino += i == 1;
        seen.st_size += i == 2;
        seen.st_mtim.tv_sec += i == 3;
        seen.st_mtim.tv_nsec += i == 4;
        seen.st_ctim.tv_sec += i == 5;
        seen.st_ctim.tv_nsec += i == 6;
        expected += i < 7; /* the last time nothing does */
        number = number_of_file(&identities, "/a");
    }
    found = NULL;
    pz_identities_free(&identities);
    if (!was_asked)
        skip(); /* an old glibc has another function below stat */
    assert_int_equal(expected, 8);
    assert_int_equal(number, expected);
}

static void test_each_file_of_a_request_is_looked_at(void **state)
{
    (void)state;
    const pz_request requests[] = {
        {.ca_path = file},
        {.ca_path = "/", .client_cert = file},
        {.ca_path = "/", .client_cert = "/", .client_cert_key = file},
        {.ca_file = "/", .client_cert_key = file},
    };
    pz_identities identities;
    pz_identities_init(&identities);
    unsigned expected = 0;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        write_file(i % 2 == 0 ? "one" : "other");
        pz_request request = requests[i];
        assert_int_equal(number_of(&identities, &request), ++expected);
        write_file("changed");
        request = requests[i];
        assert_int_equal(number_of(&identities, &request), ++expected);
    }
    pz_identities_free(&identities);
}

/* Authorities that are put in place by a link, as those of a container's secret. */
static void test_a_link_is_what_it_leads_to(void **state)
{
    (void)state;
    char link[sizeof file + 8];
    snprintf(link, sizeof link, "%s.link", file);
    write_file("one");
    assert_int_equal(symlink(file, link), 0);
    pz_identities identities;
    pz_identities_init(&identities);
    unsigned first = number_of_file(&identities, link);
    write_file("changed");
    unsigned second = number_of_file(&identities, link);
    unlink(link);
    pz_identities_free(&identities);
    assert_int_equal(first, 1);
    assert_int_equal(second, 2);
}

/* They are those that libcurl was built with, unless others are named. */
static void test_the_systems_authorities_are_looked_at_too(void **state)
{
    (void)state;
    const curl_version_info_data *built = curl_version_info(CURLVERSION_NOW);
    const char *expected = built->version_num >= 0x074d00 ? built->cainfo : NULL;
    pz_identities identities;
    pz_identities_init(&identities);
    pz_request request = {.client_cert = "/"};
    assert_int_equal(number_of(&identities, &request), 1);
    if (expected == NULL)
        assert_null(request.ca_file);
    else
        assert_string_equal(request.ca_file, expected);
    request = (pz_request){.ca_path = "/"};
    assert_int_equal(number_of(&identities, &request), 2);
    assert_null(request.ca_file);
    pz_identities_free(&identities);
}

/* Some libcurls have no bundle but a folder, where certificates are found by their hashes. */
static void test_the_systems_folder_is_looked_at_where_there_is_no_file(void **state)
{
    (void)state;
    static const struct {
        const char *file, *path, *ca_file, *ca_path;
    } cases[] = {
        {"/none/f", "/none/p", "/none/f", NULL},
        {"/none/f", NULL, "/none/f", NULL},
        {NULL, "/none/p", NULL, "/none/p"},
        {NULL, NULL, NULL, NULL},
    };
    if (!tells_authorities())
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pz_identities identities;
        pz_identities_init(&identities);
        pz_request request = {.url = "https://h/"}, named = {.ca_file = "/none/n"};
        is_built_otherwise = true;
        built_file = cases[i].file;
        built_path = cases[i].path;
        number_of(&identities, &named);
        pz_identities_free(&identities);
        pz_identities_init(&identities);
        number_of(&identities, &request);
        is_built_otherwise = false;
        assert_int_equal(request.ca_file != NULL, cases[i].ca_file != NULL);
        assert_int_equal(request.ca_path != NULL, cases[i].ca_path != NULL);
        if (cases[i].ca_file != NULL)
            assert_string_equal(request.ca_file, cases[i].ca_file);
        if (cases[i].ca_path != NULL)
            assert_string_equal(request.ca_path, cases[i].ca_path);
        assert_null(named.ca_path);
        pz_identities_free(&identities);
    }
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
        cmocka_unit_test(test_whatever_differs_of_a_file_counts),
        cmocka_unit_test(test_each_file_of_a_request_is_looked_at),
        cmocka_unit_test(test_a_link_is_what_it_leads_to),
        cmocka_unit_test(test_the_systems_authorities_are_looked_at_too),
        cmocka_unit_test(test_a_file_that_changes_has_another_number),
        cmocka_unit_test(test_the_systems_folder_is_looked_at_where_there_is_no_file),
        cmocka_unit_test(test_the_oldest_is_forgotten),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
