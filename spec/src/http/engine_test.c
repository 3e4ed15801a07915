/* What a Lua program can't do to an engine: fork. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/engine.h"

static int listen_on_loopback(char *url, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    getsockname(listener, (struct sockaddr *)&address, &length);
    snprintf(url, size, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    return listener;
}

static pz_request request_to(const char *url)
{
    return (pz_request){.method = "GET",
                        .url = url,
                        .timeout_ms = 5000,
                        .max_response_bytes = 1000,
                        .max_response_headers = 10,
                        .max_header_bytes = 1000};
}

static void test_fork(void **state)
{
    (void)state;
    char url[64], buffer[4096];
    int listener = listen_on_loopback(url, sizeof url);
    pz_failure failure;
    pz_engine *engine = pz_engine_new(8, &failure);
    assert_non_null(engine);
    pz_transfer *transfer = pz_transfer_new();
    pz_request request = request_to(url);
    assert_true(pz_engine_start(engine, transfer, &request, &failure));
    int connection = accept(listener, NULL, NULL);
    pz_engine_tick(engine, 50);
    assert_true(recv(connection, buffer, sizeof buffer, 0) > 0);

    pid_t child = fork();
    if (child == 0) {
        /* closing must neither end the transfer nor write to the socket, which both have */
        int foreign = pz_engine_is_foreign(engine);
        pz_engine_free(engine);
        _exit(foreign && !transfer->done && transfer->engine == engine ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);

    assert_false(pz_engine_is_foreign(engine));
    assert_int_equal(recv(connection, buffer, sizeof buffer, MSG_DONTWAIT), -1); /* not closed */
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    assert_int_equal(send(connection, answer, strlen(answer), 0), strlen(answer));
    for (int i = 0; i < 100 && !transfer->done; i++)
        pz_engine_tick(engine, 50);
    assert_int_equal(transfer->failure.kind, PZ_KIND_NONE);
    assert_int_equal(transfer->response.status, 200);
    assert_memory_equal(transfer->response.body.bytes, "hi", 2);
    pz_engine_free(engine);
    pz_transfer_release(transfer);
    close(connection);
    close(listener);
}

/* An engine's descriptors are not for programs that are started. */
static void test_descriptor_closes_on_exec(void **state)
{
    (void)state;
    pz_failure failure;
    pz_engine *engine = pz_engine_new(8, &failure);
    assert_true(fcntl(pz_engine_fd(engine), F_GETFD) & FD_CLOEXEC);
    pz_engine_free(engine);
}

/* Whoever watches the descriptor of an engine must learn that there is nothing left to wait for. */
static void test_cancelling_the_last_makes_the_descriptor_readable(void **state)
{
    (void)state;
    char url[64];
    int listener = listen_on_loopback(url, sizeof url);
    pz_failure failure;
    pz_engine *engine = pz_engine_new(8, &failure);
    pz_transfer *transfer = pz_transfer_new();
    pz_request request = request_to(url);
    assert_true(pz_engine_start(engine, transfer, &request, &failure));
    pz_engine_tick(engine, 50);
    pz_engine_cancel(engine, transfer);
    assert_int_equal(transfer->failure.kind, PZ_KIND_CANCELLED);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(pz_engine_fd(engine), &set);
    struct timeval limit = {1, 0};
    assert_int_equal(select(pz_engine_fd(engine) + 1, &set, NULL, NULL, &limit), 1);
    pz_engine_tick(engine, 0);
    FD_SET(pz_engine_fd(engine), &set);
    limit = (struct timeval){0, 20000};
    assert_int_equal(select(pz_engine_fd(engine) + 1, &set, NULL, NULL, &limit), 0);
    pz_transfer_release(transfer);
    pz_engine_free(engine);
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fork),
        cmocka_unit_test(test_descriptor_closes_on_exec),
        cmocka_unit_test(test_cancelling_the_last_makes_the_descriptor_readable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
