/* What a Lua program can't do to an engine: fork. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/drive.h"
#include "http/engine.h"
#include "support/loopback.h"

static pz_request request_to(const char *url)
{
    return (pz_request){.method = "GET",
                        .url = url,
                        .timeout_ms = 5000,
                        .max_response_bytes = 1000,
                        .max_response_headers = 10,
                        .max_header_bytes = 1000};
}

/* An engine, a server's socket, and a request from the one to the other. */
struct scene {
    char url[64];
    int listener;
    pz_engine *engine;
    pz_request request;
    pz_failure failure;
};

static void open_scene(struct scene *scene)
{
    scene->listener = listen_on_loopback(scene->url, sizeof scene->url);
    scene->engine = pz_engine_new(8, &scene->failure);
    assert_non_null(scene->engine);
    scene->request = request_to(scene->url);
}

static void close_scene(struct scene *scene)
{
    if (scene->engine != NULL)
        pz_engine_free(scene->engine);
    close(scene->listener);
}

static void start(struct scene *scene, pz_transfer *transfer)
{
    assert_true(pz_engine_enqueue(scene->engine, transfer, &scene->request, &scene->failure));
    pz_engine_run_due(scene->engine);
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
    assert_true(pz_engine_enqueue(engine, transfer, &request, &failure));
    pz_engine_run_due(engine);
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

#ifndef PZ_POLLER_POLL /* a descriptor is what the other poller lacks */
/* An engine's descriptors are not for programs that are started. */
static void test_descriptor_closes_on_exec(void **state)
{
    (void)state;
    pz_failure failure;
    pz_engine *engine = pz_engine_new(8, &failure);
    assert_true(fcntl(pz_engine_fd(engine), F_GETFD) & FD_CLOEXEC);
    pz_engine_free(engine);
}
#endif

#ifndef PZ_POLLER_POLL /* a descriptor is what the other poller lacks */
/* Whoever watches the descriptor of an engine must learn that there is nothing left to wait for. */
static void test_cancelling_the_last_makes_the_descriptor_readable(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_engine *engine = scene.engine;
    pz_transfer *transfer = pz_transfer_new();
    start(&scene, transfer);
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
    close_scene(&scene);
}
#endif

static int readable(int fd, int wait_ms)
{
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    return poll(&watched, 1, wait_ms) == 1;
}

#ifndef PZ_POLLER_POLL
static int is_readable(const pz_engine *engine, int wait_ms)
{
    return readable(pz_engine_fd(engine), wait_ms);
}
#endif

/* Accepts (where `connection` is none yet), reads the request and answers it; the transfer ends. */
static int answer_one(const struct scene *scene, pz_transfer *transfer, int connection)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    char buffer[4096];
    if (connection < 0)
        connection = accept(scene->listener, NULL, NULL);
    for (int i = 0; i < 100 && recv(connection, buffer, sizeof buffer, MSG_DONTWAIT) <= 0; i++)
        pz_engine_tick(scene->engine, 10);
    assert_int_equal(send(connection, answer, strlen(answer), 0), strlen(answer));
    for (int i = 0; i < 100 && !transfer->done; i++)
        pz_engine_tick(scene->engine, 50);
    assert_int_equal(transfer->response.status, 200);
    return connection;
}

/* It has the handle of a transfer before. */
static void test_one_that_is_cancelled_before_it_starts_received_nothing(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request.replayable = true;
    scene.request.profile = 1;
    pz_transfer *one = pz_transfer_new(), *two = pz_transfer_new(), *three = pz_transfer_new();
    start(&scene, one);
    pz_handle *handle = one->handle;
    int connection = answer_one(&scene, one, -1);
    assert_true(one->bytes_received > 0);
    assert_true(pz_engine_enqueue(scene.engine, two, &scene.request, &scene.failure));
    assert_ptr_equal(two->handle, handle);
    pz_engine_cancel(scene.engine, two);
    assert_int_equal(two->failure.kind, PZ_KIND_CANCELLED);
    assert_int_equal(two->bytes_received, 0);
    assert_int_equal(two->bytes_sent, 0);
    assert_false(two->issued);
    start(&scene, three);
    answer_one(&scene, three, connection);
    assert_int_equal(three->bytes_received, one->bytes_received);
    pz_transfer_release(one);
    pz_transfer_release(two);
    pz_transfer_release(three);
    close(connection);
    close_scene(&scene);
}

#ifndef PZ_POLLER_POLL /* a descriptor is what the other poller lacks */
/* Also when another process has a copy of the socket, by a fork: then the set would go on to tell
 * of it after it was closed here. */
static void test_idle_connection_that_ends_is_told_once(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request.replayable = 1;
    pz_transfer *one = pz_transfer_new(), *two = pz_transfer_new(), *three = pz_transfer_new();
    start(&scene, one);
    int connection = answer_one(&scene, one, -1);
    pid_t child = fork();
    if (child == 0) {
        close(connection); /* the server's side is not its to keep */
        pause();
        _exit(0);
    }
    start(&scene, two);
    answer_one(&scene, two, connection);
    assert_true(two->reused);
    close(connection);
    assert_int_equal(is_readable(scene.engine, 1000), 1);
    pz_engine_tick(scene.engine, 0);
    assert_int_equal(is_readable(scene.engine, 20), 0);

    start(&scene, three);
    close(answer_one(&scene, three, -1));
    assert_false(three->reused);
    pz_engine_tick(scene.engine, 20);
    assert_int_equal(is_readable(scene.engine, 20), 0);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    pz_transfer_release(one);
    pz_transfer_release(two);
    pz_transfer_release(three);
    close_scene(&scene);
}
#endif

/* Whether a descriptor of this process leads to the other end of `connection`. */
static int find_client_of(int connection)
{
    struct sockaddr_in peer, own;
    socklen_t length = sizeof peer;
    getpeername(connection, (struct sockaddr *)&peer, &length);
    for (int fd = 0; fd < 256; fd++) {
        length = sizeof own;
        if (fd != connection && getsockname(fd, (struct sockaddr *)&own, &length) == 0 &&
            own.sin_family == AF_INET && own.sin_port == peer.sin_port)
            return fd;
    }
    return -1;
}

static void test_connections_close_on_exec(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *transfer = pz_transfer_new();
    start(&scene, transfer);
    int connection = answer_one(&scene, transfer, -1);
    int client = find_client_of(connection);
    assert_true(client >= 0);
    assert_true(fcntl(client, F_GETFD) & FD_CLOEXEC);
    pz_transfer_release(transfer);
    pz_engine_free(scene.engine);
    scene.engine = NULL;
    assert_int_equal(fcntl(client, F_GETFD), -1);
    close(connection);
    close_scene(&scene);
}

/* Nothing is sent, and nobody connects, before the tick; then all of them do in that one tick. */
static void test_enqueued_transfers_start_with_the_next_tick(void **state)
{
    (void)state;
    struct scene scene;
    pz_transfer *transfers[3];
    open_scene(&scene);
    for (int i = 0; i < 3; i++) {
        transfers[i] = pz_transfer_new();
        assert_true(pz_engine_enqueue(scene.engine, transfers[i], &scene.request, &scene.failure));
    }
    assert_int_equal(pz_engine_active(scene.engine), 3);
    assert_int_equal(pz_engine_timeout(scene.engine), 0); /* due */
    assert_false(readable(scene.listener, 50));
    pz_engine_tick(scene.engine, 0);
    for (int i = 0; i < 3; i++) {
        assert_true(readable(scene.listener, 5000));
        close(accept(scene.listener, NULL, NULL));
        pz_transfer_release(transfers[i]);
    }
    close_scene(&scene);
}

/* Whoever waits waits for their answers, not for somebody to start them. */
static void test_a_wait_starts_what_was_enqueued(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *transfer = pz_transfer_new();
    assert_true(pz_engine_enqueue(scene.engine, transfer, &scene.request, &scene.failure));
    pz_engine_tick(scene.engine, 20);
    assert_true(readable(scene.listener, 0));
    pz_transfer_release(transfer);
    close_scene(&scene);
}

#ifndef PZ_POLLER_POLL /* a descriptor is what the other poller lacks */
static void test_wake_makes_the_descriptor_readable_until_the_next_tick(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    int fd = pz_engine_fd(scene.engine);
    assert_false(readable(fd, 0));
    pz_engine_wake(scene.engine, 0);
    assert_true(readable(fd, 5000));
    pz_engine_tick(scene.engine, 0);
    assert_false(readable(fd, 0));
    close_scene(&scene);
}

static void test_wake_later_makes_it_readable_later_whatever_runs_before(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    int fd = pz_engine_fd(scene.engine);
    pz_engine_wake(scene.engine, 5 * PZ_NS_PER_S);
    pz_engine_wake(scene.engine, 200 * PZ_NS_PER_MS); /* in place of the one before */
    int64_t left = pz_engine_timeout(scene.engine);
    assert_true(left > 0 && left <= 200);
    pz_engine_tick(scene.engine, 0);
    assert_false(readable(fd, 0));
    assert_true(readable(fd, 4000));
    pz_engine_tick(scene.engine, 0);
    assert_int_equal(pz_engine_timeout(scene.engine), -1);
    assert_false(readable(fd, 0));
    close_scene(&scene);
}

/* Those that are still under way have their own events. */
static void test_only_cancelling_the_last_wakes(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *one = pz_transfer_new(), *other = pz_transfer_new();
    assert_true(pz_engine_enqueue(scene.engine, one, &scene.request, &scene.failure));
    assert_true(pz_engine_enqueue(scene.engine, other, &scene.request, &scene.failure));
    pz_engine_cancel(scene.engine, one);
    assert_false(is_readable(scene.engine, 20));
    pz_engine_cancel(scene.engine, other);
    assert_true(is_readable(scene.engine, 5000));
    pz_transfer_release(one);
    pz_transfer_release(other);
    close_scene(&scene);
}

static void test_wake_later_is_at_once_when_something_is_due(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *transfer = pz_transfer_new();
    assert_true(pz_engine_enqueue(scene.engine, transfer, &scene.request, &scene.failure));
    pz_engine_wake(scene.engine, 3600 * PZ_NS_PER_S);
    assert_true(is_readable(scene.engine, 5000));
    pz_transfer_release(transfer);
    close_scene(&scene);
}

static void test_the_descriptor_is_readable_when_a_limit_is_over(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request.timeout_ms = 30;
    pz_transfer *transfer = pz_transfer_new();
    start(&scene, transfer);
    while (!transfer->done) {
        assert_true(is_readable(scene.engine, 5000));
        pz_engine_tick(scene.engine, 0);
    }
    assert_int_equal(transfer->failure.phase, PZ_PHASE_TOTAL);
    pz_transfer_release(transfer);
    close_scene(&scene);
}

#endif

static void test_the_time_left_is_rounded_up(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_engine *engine = scene.engine;
    assert_int_equal(pz_engine_timeout(engine), -1);
    engine->wake_at = pz_clock_now() + 5 * PZ_NS_PER_MS - 1000;
    uint64_t told = (uint64_t)pz_engine_timeout(engine) * PZ_NS_PER_MS;
    assert_true(pz_clock_now() + told >= engine->wake_at);
    engine->wake_at = PZ_NEVER;
    close_scene(&scene);
}

#ifdef PZ_POLLER_POLL
static void test_wake_ends_a_wait_at_once(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    assert_int_equal(pz_engine_fd(scene.engine), -1);
    pz_engine_wake(scene.engine, 0);
    time_t begun = time(NULL);
    pz_engine_tick(scene.engine, 20000);
    assert_true(time(NULL) - begun < 10);
    close_scene(&scene);
}
#endif

/* Reads the one request and answers it. */
static void answer(pz_engine *engine, int listener)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    char buffer[4096];
    int peer = accept(listener, NULL, NULL);
    while (!readable(peer, 1))
        pz_engine_tick(engine, 10);
    assert_true(read(peer, buffer, sizeof buffer) > 0);
    assert_int_equal(write(peer, text, sizeof text - 1), sizeof text - 1);
    close(peer);
}

static void assert_let_go(pz_transfer *transfer, enum pz_kind kind)
{
    assert_true(transfer->done);
    assert_int_equal(transfer->failure.kind, kind);
    assert_null(transfer->engine);
    assert_null(transfer->handle);
    assert_int_equal(transfer->references, 1);
    pz_transfer_release(transfer);
}

/* However a transfer ends, whoever asked for it is the last who holds it. */
static void test_the_engine_lets_go_of_what_ended(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *answered = pz_transfer_new(), *cancelled = pz_transfer_new(),
                *refused = pz_transfer_new(), *left = pz_transfer_new();
    start(&scene, answered);
    assert_int_equal(answered->references, 2);
    answer(scene.engine, scene.listener);
    while (!answered->done)
        pz_engine_tick(scene.engine, 1000);
    assert_let_go(answered, PZ_KIND_NONE);

    start(&scene, cancelled);
    pz_engine_cancel(scene.engine, cancelled);
    assert_let_go(cancelled, PZ_KIND_CANCELLED);

    close(scene.listener);
    start(&scene, refused);
    while (!refused->done)
        pz_engine_tick(scene.engine, 1000);
    assert_let_go(refused, PZ_KIND_CONNECT);

    scene.listener = listen_on_loopback(scene.url, sizeof scene.url);
    start(&scene, left);
    pz_engine_free(scene.engine);
    scene.engine = NULL;
    assert_let_go(left, PZ_KIND_CANCELLED);
    close_scene(&scene);
}

/* A transfer whose host counts as a name, and is looked for each time. */
static pz_transfer *enqueue_to_name(struct scene *scene)
{
    pz_transfer *transfer = pz_transfer_new();
    assert_true(pz_engine_enqueue(scene->engine, transfer, &scene->request, &scene->failure));
    transfer->handle->has_name = true;
    assert_int_equal(curl_easy_setopt(transfer->handle->easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L),
                     CURLE_OK);
    return transfer;
}

/* Though no place for its look-up becomes free: the connection of another call does. */
static void test_one_put_aside_takes_the_connection_of_one_that_ended(void **state)
{
    (void)state;
    if (curl_version_info(CURLVERSION_NOW)->version_num >= 0x081400)
        skip(); /* libcurl's own threads, and nobody is put aside */
    struct scene scene;
    open_scene(&scene);
    scene.request.replayable = 1; /* else each has a connection of its own */
    pz_transfer *first = enqueue_to_name(&scene);
    pz_engine_run_due(scene.engine);
    int connection = answer_one(&scene, first, -1);
    for (int i = 0; i < PZ_LOOKUPS_MOST; i++)
        scene.engine->lookups.until[i] = PZ_NEVER;
    pz_transfer *second = enqueue_to_name(&scene);
    pz_engine_run_due(scene.engine);
    pz_transfer *third = enqueue_to_name(&scene);
    pz_engine_run_due(scene.engine);
    for (int i = 0; i < 100 && !third->is_aside; i++)
        pz_engine_tick(scene.engine, 10);
    assert_true(third->is_aside);
    assert_false(second->is_aside);
    answer_one(&scene, second, connection);
    assert_false(third->is_aside);
    answer_one(&scene, third, connection);
    assert_true(third->reused);
    pz_transfer_release(first);
    pz_transfer_release(second);
    pz_transfer_release(third);
    close(connection);
    close_scene(&scene);
}

/* libcurl can forget transfers that share a connection: the engine knows which ones may. */
static void test_transfers_that_may_share_a_connection_are_known(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *plain = pz_transfer_new(), *one = pz_transfer_new(), *other = pz_transfer_new();
    scene.request.http2 = true;
    start(&scene, plain);
    assert_false(plain->may_be_http2);
    char url[1024];
    snprintf(url, sizeof url, "HTTPs%s", scene.url + strlen("http"));
    scene.request.url = url;
    start(&scene, one);
    assert_true(one->may_be_http2);
    scene.request.http2 = false;
    start(&scene, other);
    assert_false(other->may_be_http2);
    pz_engine_free(scene.engine);
    scene.engine = NULL;
    pz_transfer_release(plain);
    pz_transfer_release(one);
    pz_transfer_release(other);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifndef PZ_POLLER_POLL
        cmocka_unit_test(test_descriptor_closes_on_exec),
        cmocka_unit_test(test_cancelling_the_last_makes_the_descriptor_readable),
        cmocka_unit_test(test_idle_connection_that_ends_is_told_once),
        cmocka_unit_test(test_wake_makes_the_descriptor_readable_until_the_next_tick),
        cmocka_unit_test(test_wake_later_makes_it_readable_later_whatever_runs_before),
        cmocka_unit_test(test_only_cancelling_the_last_wakes),
        cmocka_unit_test(test_wake_later_is_at_once_when_something_is_due),
        cmocka_unit_test(test_the_descriptor_is_readable_when_a_limit_is_over),
#else
        cmocka_unit_test(test_wake_ends_a_wait_at_once),
#endif
        cmocka_unit_test(test_fork),
        cmocka_unit_test(test_the_time_left_is_rounded_up),
        cmocka_unit_test(test_connections_close_on_exec),
        cmocka_unit_test(test_enqueued_transfers_start_with_the_next_tick),
        cmocka_unit_test(test_a_wait_starts_what_was_enqueued),
        cmocka_unit_test(test_the_engine_lets_go_of_what_ended),
        cmocka_unit_test(test_one_that_is_cancelled_before_it_starts_received_nothing),
        cmocka_unit_test(test_one_put_aside_takes_the_connection_of_one_that_ended),
        cmocka_unit_test(test_transfers_that_may_share_a_connection_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
