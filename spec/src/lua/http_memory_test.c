/* Parts of the engine while memory runs out: here, since the tests of this folder can have malloc
 * fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "http/handles.h"
#include "http/identity.h"
#include "http/response.h"
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

static bool receive(pz_response *response)
{
    static const char *const lines[] = {"HTTP/1.1 200 OK\r\n", "A: 1\r\n", " 2\r\n", "\r\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!pz_response_line(response, lines[i], strlen(lines[i])))
            return false;
    }
    return pz_response_bytes(response, "body", 4);
}

static void test_an_answer_is_freed_however_much_of_it_came(void **state)
{
    (void)state;
    bool failed = true;
    for (int n = 0; failed; n++) {
        pz_response response;
        pz_response_init(&response, 1000, 1000, 10);
        memory_fails_at(n, 1);
        failed = !receive(&response);
        memory_suffices();
        assert_int_equal(failed, memory.has_failed);
        assert_int_equal(response.failure.kind, failed ? PZ_KIND_NETWORK : PZ_KIND_NONE);
        assert_int_equal(failed, n < 3); /* names and values, fields, body */
        pz_response_free(&response);
        assert_int_equal(live, 0);
    }
}

static CURLcode set_nothing_up(pz_handle *handle, void *data)
{
    (void)handle, (void)data;
    return CURLE_OK;
}

static void test_a_handle_is_freed_however_far_it_was_prepared(void **state)
{
    (void)state;
    bool failed = true;
    for (int n = 0; failed; n++) {
        pz_handles handles;
        pz_headers headers = {0};
        pz_failure failure;
        pz_request request = {.method = "GET", .url = "http://127.0.0.1:1/", .ca_file = "/none"};
        assert_true(pz_handles_open(&handles, set_nothing_up, NULL));
        memory_fails_at(n, 1);
        pz_handle *handle = pz_handles_take(&handles, 0, &failure);
        failed = handle == NULL || !pz_handle_prepare(handle, &request, &headers, &failure);
        memory_suffices();
        assert_int_equal(failed, memory.has_failed);
        if (failed)
            assert_int_equal(failure.kind, PZ_KIND_MEMORY);
        if (handle != NULL)
            pz_handle_discard(handle);
        pz_headers_free(&headers);
        pz_handles_close(&handles);
        assert_int_equal(live, 0);
    }
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
        cmocka_unit_test(test_an_answer_is_freed_however_much_of_it_came),
        cmocka_unit_test(test_a_handle_is_freed_however_far_it_was_prepared),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
