/* Parts of the engine while memory runs out: here, since the tests of this folder can have malloc
 * fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "http/headers.h"
#include "http/identity.h"
#include "support/failing_memory.h"

static char file[] = "/tmp/personalize-identity-XXXXXX";

/* A path that is missing then would have libcurl trust whoever the system trusts. */
static void test_all_paths_are_there_once_memory_is_back(void **state)
{
    (void)state;
    bool failed = true;
    for (int n = 0; failed; n++) {
        pz_identities identities;
        unsigned number = 0;
        pz_identities_init(&identities);
        pz_request request = {.ca_file = file, .ca_path = "/", .client_cert = file};
        assert_true(pz_identities_apply(&identities, &request, &number));
        int fd = open(file, O_WRONLY | O_APPEND);
        assert_int_equal(write(fd, "x", 1), 1);
        close(fd);
        request = (pz_request){.ca_file = file, .ca_path = "/", .client_cert = file};
        memory_fails_at(n, 1);
        failed = !pz_identities_apply(&identities, &request, &number);
        memory_suffices();
        assert_int_equal(failed, memory.has_failed);
        assert_int_equal(failed, n < 3);
        request = (pz_request){.ca_file = file, .ca_path = "/", .client_cert = file};
        assert_true(pz_identities_apply(&identities, &request, &number));
        assert_int_equal(number, failed ? 3 : 2);
        assert_non_null(request.ca_file);
        assert_non_null(request.ca_path);
        assert_non_null(request.client_cert);
        pz_identities_free(&identities);
    }
    assert_int_equal(live, 0);
}

static void test_no_header_is_left_out(void **state)
{
    (void)state;
    bool failed = true;
    for (int n = 0; failed; n++) {
        pz_headers headers = {0};
        memory_fails_at(n, 1);
        failed = !pz_headers_finish(&headers, "agent", true);
        memory_suffices();
        assert_int_equal(failed, memory.has_failed);
        assert_int_equal(failed, n < 4); /* two that every request has, two that libcurl adds */
        pz_headers_free(&headers);
    }
    assert_int_equal(live, 0);
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
    return unlink(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_paths_are_there_once_memory_is_back),
        cmocka_unit_test(test_no_header_is_left_out),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
