/* The progress of an engine's transfers, step by step. Where libcurl's part is not wanted, what it
 * would be asked is noted here instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#ifndef PZ_POLLER_POLL
#include <sys/epoll.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/drive.h"
#include "http/engine.h"
#include "support/loopback.h"
#include "support/recorded_options.h"

/* ------------------------------------------------------------------ libcurl */

#undef curl_multi_setopt

/* What the functions below were called with; `is_still`: libcurl does not hear of it. */
static struct {
    bool is_still;
    bool has_no_memory; /* for options of all transfers */
    CURLMcode outcome;  /* of adding */
    unsigned added;
    CURL *last_added;
    unsigned actions;
    curl_socket_t socket;
    int bits;
    bool was_socket_ready; /* as the engine's pulse said meanwhile */
    unsigned runs_of_all;
    unsigned cleaned; /* easy handles */
    int easy_handles; /* that are not cleaned up yet */
    curl_socket_callback on_socket;
    curl_multi_timer_callback on_timer;
    pz_engine *engine;
} noted;

static void *library(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
    CURLMcode (*own)(CURLM *, CURLMoption, ...);
    *(void **)&own = library("curl_multi_setopt");
    va_list values;
    va_start(values, option);
    long number = 0;
    void *pointer = NULL;
    if ((int)option < CURLOPTTYPE_OBJECTPOINT)
        number = va_arg(values, long);
    else
        pointer = va_arg(values, void *);
    va_end(values);
    if (option == CURLMOPT_SOCKETFUNCTION)
        *(void **)&noted.on_socket = pointer;
    if (option == CURLMOPT_TIMERFUNCTION)
        *(void **)&noted.on_timer = pointer;
    if (noted.has_no_memory)
        return CURLM_OUT_OF_MEMORY;
    return (int)option < CURLOPTTYPE_OBJECTPOINT ? own(multi, option, number)
                                                 : own(multi, option, pointer);
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy)
{
    CURLMcode (*own)(CURLM *, CURL *);
    *(void **)&own = library("curl_multi_add_handle");
    noted.added++;
    noted.last_added = easy;
    return noted.is_still ? noted.outcome : own(multi, easy);
}

CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int bits, int *running)
{
    CURLMcode (*own)(CURLM *, curl_socket_t, int, int *);
    *(void **)&own = library("curl_multi_socket_action");
    noted.actions++;
    noted.socket = socket;
    noted.bits = bits;
    noted.was_socket_ready = noted.engine->pulse.socket_is_ready;
    return noted.is_still ? CURLM_OK : own(multi, socket, bits, running);
}

CURLMcode curl_multi_socket_all(CURLM *multi, int *running)
{
    CURLMcode (*own)(CURLM *, int *);
    *(void **)&own = library("curl_multi_socket_all");
    noted.runs_of_all++;
    return noted.is_still ? CURLM_OK : own(multi, running);
}

void curl_easy_cleanup(CURL *easy)
{
    void (*own)(CURL *);
    *(void **)&own = library("curl_easy_cleanup");
    noted.cleaned++;
    noted.easy_handles -= noted.easy_handles > 0; /* libcurl may have one of its own */
    own(easy);
}

CURL *curl_easy_init(void)
{
    CURL *(*own)(void);
    *(void **)&own = library("curl_easy_init");
    noted.easy_handles++;
    return own();
}

/* The program's own signals are none of the engine's business. */
static void assert_sigpipe_is_free(void)
{
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    assert_false(sigismember(&mask, SIGPIPE));
}

#ifndef PZ_POLLER_POLL
static int longest_wait_ms;

int epoll_wait(int set, struct epoll_event *events, int most, int wait_ms)
{
    int (*own)(int, struct epoll_event *, int, int);
    *(void **)&own = library("epoll_wait");
    if (wait_ms > longest_wait_ms)
        longest_wait_ms = wait_ms;
    return own(set, events, most, wait_ms);
}
#endif

/* ------------------------------------------------------------------ an engine */

struct scene {
    char url[64];
    int listener;
    pz_engine *engine;
    pz_request request;
    pz_failure failure;
};

static void open_scene(struct scene *scene, long max_connections)
{
    memset(&noted, 0, sizeof noted);
    noted.is_still = true;
    forget_options();
    scene->listener = listen_on_loopback(scene->url, sizeof scene->url);
    scene->engine = noted.engine = pz_engine_new(max_connections, &scene->failure);
    assert_non_null(scene->engine);
    noted.easy_handles = 0;
    scene->request = (pz_request){.method = "GET",
                                  .url = scene->url,
                                  .timeout_ms = 5000,
                                  .max_response_bytes = 1000,
                                  .max_response_headers = 10,
                                  .max_header_bytes = 1000,
                                  .replayable = true};
}

static void close_scene(struct scene *scene)
{
    noted.is_still = false;
    forget_options();
    assert_int_equal(pz_engine_active(scene->engine), 0);
    pz_engine_free(scene->engine);
    assert_sigpipe_is_free();
    assert_int_equal(noted.easy_handles, 0);
    if (scene->listener >= 0)
        close(scene->listener);
}

static pz_transfer *enqueue(struct scene *scene)
{
    forget_options();
    pz_transfer *transfer = pz_transfer_new();
    assert_true(pz_engine_enqueue(scene->engine, transfer, &scene->request, &scene->failure));
    return transfer;
}

static void cancel(const struct scene *scene, pz_transfer *transfer)
{
    pz_engine_cancel(scene->engine, transfer);
    assert_sigpipe_is_free();
    pz_transfer_release(transfer);
}

static void take_all_places(const struct scene *scene)
{
    for (int i = 0; i < PZ_LOOKUPS_MOST; i++)
        scene->engine->lookups.until[i] = PZ_NEVER;
}

/* As if it had been put aside. */
static pz_transfer *put_aside(struct scene *scene)
{
    pz_transfer *transfer = enqueue(scene);
    scene->engine->enqueued = NULL;
    scene->engine->aside++;
    transfer->is_aside = true;
    return transfer;
}

static void test_an_engine_is_made_whole_or_not_at_all(void **state)
{
    (void)state;
    pz_failure failure = {.kind = PZ_KIND_NONE};
    memset(&noted, 0, sizeof noted);
    noted.has_no_memory = true;
    pz_engine *engine = pz_engine_new(0, &failure);
    noted.has_no_memory = false;
    assert_null(engine);
    assert_int_equal(failure.kind, PZ_KIND_MEMORY);
    assert_string_equal(failure.message, "out of memory");
    assert_sigpipe_is_free();
}

/* ------------------------------------------------------------------ what is due */

static void test_the_earliest_of_all_times_is_due(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    assert_true(pz_drive_deadline(engine) == PZ_NEVER);
    take_all_places(&scene);
    uint64_t *const times[] = {&engine->timer_at, &engine->pulse.limit_at, &engine->wake_at,
                               &engine->quiet_at, &engine->lookups.until[3]};
    enum { TIMES = sizeof times / sizeof *times };
    engine->aside = 1;
    for (int i = 0; i < TIMES; i++)
        *times[i] = 20;
    for (int i = 0; i < TIMES; i++) {
        *times[i] = 10;
        assert_true(pz_drive_deadline(engine) == 10);
        *times[i] = 20;
    }
    engine->lookups.until[3] = 10;
    engine->aside = 0; /* nobody waits for a place */
    assert_true(pz_drive_deadline(engine) == 20);
    for (int i = 0; i < TIMES; i++)
        *times[i] = PZ_NEVER;
    pz_transfer *transfer = enqueue(&scene);
    assert_true(pz_drive_deadline(engine) == 0);
    cancel(&scene, transfer);
    close_scene(&scene);
}

static void test_a_run_clears_the_times_that_are_over(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    uint64_t later = pz_clock_now() + 3600 * PZ_NS_PER_S;
    engine->timer_at = engine->wake_at = engine->quiet_at = later;
    pz_drive_run(engine, 0);
    assert_true(engine->timer_at == later && engine->wake_at == later && engine->quiet_at == later);
    assert_int_equal(noted.actions + noted.runs_of_all, 0);
    engine->timer_at = engine->wake_at = engine->quiet_at = 1;
    pz_drive_run(engine, 0);
    assert_true(engine->timer_at == PZ_NEVER && engine->wake_at == PZ_NEVER);
    assert_true(engine->quiet_at == PZ_NEVER);
    assert_int_equal(noted.actions, 1);
    assert_int_equal(noted.socket, CURL_SOCKET_TIMEOUT);
    assert_false(noted.was_socket_ready);
    assert_int_equal(noted.runs_of_all, 1);
    close_scene(&scene);
}

static void test_libcurls_timer_and_sockets_are_kept(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    noted.on_timer(engine->multi, -1, engine);
    assert_true(engine->timer_at == PZ_NEVER);
    uint64_t before = pz_clock_now();
    noted.on_timer(engine->multi, 0, engine);
    assert_true(engine->timer_at >= before && engine->timer_at <= pz_clock_now());
    noted.on_timer(engine->multi, 3, engine);
    assert_true(engine->timer_at >= before + 3 * PZ_NS_PER_MS);
    assert_true(engine->timer_at <= pz_clock_now() + 3 * PZ_NS_PER_MS);
    engine->timer_at = PZ_NEVER;

    static const struct {
        int what;
        unsigned ready;
    } cases[] = {
        {CURL_POLL_IN, PZ_POLLER_IN},
        {CURL_POLL_OUT, PZ_POLLER_OUT},
        {CURL_POLL_INOUT, PZ_POLLER_IN | PZ_POLLER_OUT},
        {CURL_POLL_REMOVE, 0},
    };
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(write(pair[1], "x", 1), 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pz_poller_event events[PZ_POLLER_MOST];
        bool are_all;
        assert_int_equal(noted.on_socket(NULL, pair[0], cases[i].what, engine, NULL), 0);
        int count = pz_poller_wait(engine->poller, events, 0, &are_all);
        assert_int_equal(count, cases[i].ready != 0);
        assert_int_equal(count == 1 ? events[0].ready : 0, cases[i].ready);
    }
    close(pair[0]);
    close(pair[1]);
    close_scene(&scene);
}

static void test_libcurl_is_told_what_a_socket_is_ready_for(void **state)
{
    (void)state;
    static const struct {
        unsigned ready;
        int bits;
    } cases[] = {
        {PZ_POLLER_IN, CURL_CSELECT_IN},
        {PZ_POLLER_OUT, CURL_CSELECT_OUT},
        {PZ_POLLER_IN | PZ_POLLER_ERROR, CURL_CSELECT_IN | CURL_CSELECT_ERR},
    };
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    uint64_t before = pz_clock_now();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pz_drive_socket(engine, &(pz_poller_event){.fd = 77, .ready = cases[i].ready});
        assert_int_equal(noted.socket, 77);
        assert_int_equal(noted.bits, cases[i].bits);
        assert_true(noted.was_socket_ready);
        assert_false(engine->pulse.socket_is_ready);
    }
    assert_true(engine->pulse.now >= before && engine->pulse.now <= pz_clock_now());
    assert_true(engine->quiet_at == PZ_NEVER);
    close_scene(&scene);
}

/* libcurl can forget a transfer that shares a connection. */
static void test_when_shared_connections_fall_quiet_all_are_run(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    engine->may_share = 1;
    pz_drive_socket(engine, &(pz_poller_event){.fd = 77, .ready = PZ_POLLER_IN});
    assert_true(engine->quiet_at == engine->pulse.now + 500 * PZ_NS_PER_MS);
    engine->quiet_at = PZ_NEVER;
    engine->timer_at = 1;
    pz_drive_run(engine, 0); /* a timer is no event */
    assert_true(engine->quiet_at == PZ_NEVER);
    assert_int_equal(noted.runs_of_all, 0);
    engine->pulse.limit_at = 1;
    pz_drive_judge(engine, pz_clock_now(), true);
    assert_int_equal(noted.runs_of_all, 1);
    engine->may_share = 0;
    engine->pulse.limit_at = 1;
    pz_drive_judge(engine, pz_clock_now(), true);
    assert_int_equal(noted.runs_of_all, 1);
    close_scene(&scene);
}

/* ------------------------------------------------------------------ transfers under way */

static void test_transfers_are_linked_counted_and_numbered(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    pz_transfer *first = enqueue(&scene);
    scene.request.timeout_ms = 100;
    scene.request.url = "https://127.0.0.1:1/";
    scene.request.http2 = true;
    pz_transfer *second = enqueue(&scene);
    scene.request.timeout_ms = 5000;
    scene.request.url = scene.url;
    pz_transfer *third = enqueue(&scene);
    assert_ptr_equal(engine->transfers, third);
    assert_ptr_equal(third->next, second);
    assert_ptr_equal(second->previous, third);
    assert_ptr_equal(engine->enqueued, first);
    assert_int_equal(first->number, 1);
    assert_int_equal(third->number, 3);
    assert_int_equal(engine->may_share, 1);
    assert_true(engine->pulse.limit_at == second->started + 100 * PZ_NS_PER_MS);
    cancel(&scene, second);
    assert_int_equal(engine->may_share, 0);
    assert_ptr_equal(third->next, first);
    assert_ptr_equal(first->previous, third);
    cancel(&scene, first);
    assert_ptr_equal(engine->enqueued, third);
    assert_null(third->next);
    assert_int_equal(engine->active, 1);
    engine->quiet_at = engine->spare_until = 1;
    cancel(&scene, third);
    assert_null(engine->transfers);
    assert_null(engine->enqueued);
    assert_true(engine->pulse.limit_at == PZ_NEVER);
    assert_true(engine->quiet_at == PZ_NEVER && engine->spare_until == PZ_NEVER);
    assert_int_equal(engine->handles.count, 0); /* what failed leaves no handle to others */
    close_scene(&scene);
}

static void test_the_numbers_of_256_that_ended_are_kept(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    for (int i = 0; i < 256; i++)
        cancel(&scene, enqueue(&scene));
    bool seen[257] = {false};
    for (int i = 0; i < 256; i++) {
        uint64_t number = pz_engine_take_ended(scene.engine);
        assert_true(number >= 1 && number <= 256 && !seen[number]);
        seen[number] = true;
    }
    assert_int_equal(pz_engine_take_ended(scene.engine), 0);
    for (int i = 0; i < 257; i++)
        cancel(&scene, enqueue(&scene));
    assert_true(pz_engine_take_ended(scene.engine) == UINT64_MAX);
    assert_int_equal(pz_engine_take_ended(scene.engine), 0);
    close_scene(&scene);
}

static void assert_kept(long max_connections, int count, unsigned expected)
{
    struct scene scene;
    pz_transfer *transfers[65];
    open_scene(&scene, max_connections);
    for (int i = 0; i < count; i++)
        transfers[i] = enqueue(&scene);
    assert_int_equal(scene.engine->kept, expected);
    for (int i = 0; i < count; i++)
        cancel(&scene, transfers[i]);
    close_scene(&scene);
}

static void test_as_many_connections_are_kept_as_are_in_flight(void **state)
{
    (void)state;
    assert_kept(0, 64, 64);
    assert_kept(0, 65, 128);
    assert_kept(2, 3, 2);
}

static void test_a_run_starts_as_many_as_it_is_told_the_oldest_first(void **state)
{
    (void)state;
    struct scene scene;
    pz_transfer *transfers[40];
    open_scene(&scene, 0);
    for (int i = 0; i < 40; i++)
        transfers[i] = enqueue(&scene);
    pz_drive_run(scene.engine, 3);
    assert_int_equal(noted.added, 3);
    assert_ptr_equal(noted.last_added, transfers[2]->handle->easy);
    assert_ptr_equal(scene.engine->enqueued, transfers[3]);
    pz_engine_tick(scene.engine, 0); /* an event loop's, which has other work */
    assert_int_equal(noted.added, 19);
    pz_engine_tick(scene.engine, 1);
    assert_int_equal(noted.added, 40);
    assert_null(scene.engine->enqueued);
    for (int i = 0; i < 40; i++)
        cancel(&scene, transfers[i]);
    close_scene(&scene);
}

static void test_one_that_libcurl_does_not_take_has_failed(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    noted.outcome = CURLM_OUT_OF_MEMORY;
    pz_transfer *transfer = enqueue(&scene);
    pz_drive_run(scene.engine, 1);
    assert_true(transfer->done);
    assert_int_equal(transfer->failure.kind, PZ_KIND_MEMORY);
    assert_string_equal(transfer->failure.message, curl_multi_strerror(CURLM_OUT_OF_MEMORY));
    pz_transfer_release(transfer);
    close_scene(&scene);
}

#ifndef PZ_POLLER_POLL
/* Its caller waits for nothing else. */
static void test_a_wait_is_none_when_one_ends_before(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine_wake(scene.engine, 500 * PZ_NS_PER_MS); /* ends the wait */
    longest_wait_ms = 0;
    pz_engine_tick(scene.engine, 1000);
    assert_int_equal(longest_wait_ms, 1000);
    noted.outcome = CURLM_OUT_OF_MEMORY;
    pz_transfer *transfer = enqueue(&scene);
    longest_wait_ms = 0;
    pz_engine_tick(scene.engine, 100);
    assert_true(transfer->done);
    assert_int_equal(longest_wait_ms, 0);
    pz_transfer_release(transfer);
    close_scene(&scene);
}
#endif

static void test_one_that_cannot_be_prepared_keeps_nothing(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_transfer *transfer = pz_transfer_new();
    scene.request.url = "ftp://127.0.0.1/";
    scene.request.body = "body";
    scene.request.body_length = 4;
    pz_failure failure;
    assert_true(pz_headers_add(&transfer->headers, "X", 1, "v", 1, &failure));
    assert_false(pz_engine_enqueue(scene.engine, transfer, &scene.request, &failure));
    assert_int_equal(failure.kind, PZ_KIND_CONFIG);
    assert_null(transfer->handle);
    assert_null(transfer->body);
    assert_null(transfer->headers.lines);
    assert_int_equal(scene.engine->handles.count, 0);
    assert_int_equal(noted.cleaned, 1);
    pz_transfer_release(transfer);
    close_scene(&scene);
}

/* ------------------------------------------------------------------ limits */

/* One whose time was over long ago. */
static pz_transfer *late(struct scene *scene, uint64_t last_byte)
{
    pz_transfer *transfer = enqueue(scene);
    transfer->started -= 10 * PZ_NS_PER_S;
    transfer->last_byte = last_byte;
    scene->engine->pulse.limit_at = 1;
    scene->engine->enqueued = NULL;
    return transfer;
}

static void test_what_still_arrives_is_read_before_a_limit_counts(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    uint64_t began = pz_clock_now();
    pz_transfer *silent = late(&scene, began - 1), *lively = late(&scene, began);
    pz_transfer *good = enqueue(&scene);
    pz_drive_judge(engine, began, true);
    assert_true(silent->done);
    assert_int_equal(silent->failure.phase, PZ_PHASE_TOTAL);
    assert_false(lively->done);
    assert_true(engine->pulse.limit_at == pz_transfer_limit(lively));
    uint64_t until = engine->spare_until;
    assert_true(until >= began + 100 * PZ_NS_PER_MS);
    assert_true(until <= pz_clock_now() + 100 * PZ_NS_PER_MS);
    engine->spare_until = until + 3600 * PZ_NS_PER_S;
    pz_drive_judge(engine, began, true);
    assert_true(engine->spare_until == until + 3600 * PZ_NS_PER_S); /* it does not move */
    assert_false(lively->done);
    engine->spare_until = began;
    pz_drive_judge(engine, began, true);
    assert_true(lively->done);
    assert_false(good->done);
    assert_true(engine->spare_until == PZ_NEVER);
    assert_true(engine->pulse.limit_at == pz_transfer_limit(good));
    pz_drive_judge(engine, began, true);
    assert_true(engine->spare_until == PZ_NEVER); /* nothing is over */
    pz_transfer_release(silent);
    pz_transfer_release(lively);
    cancel(&scene, good);
    close_scene(&scene);
}

static void test_nothing_is_judged_while_more_may_have_arrived(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    uint64_t began = pz_clock_now();
    pz_transfer *silent = late(&scene, began - 1);
    engine->spare_until = began + 3600 * PZ_NS_PER_S;
    pz_drive_judge(engine, began, false);
    assert_false(silent->done);
    assert_true(engine->pulse.limit_at == 1); /* due at once again */
    engine->spare_until = began;
    pz_drive_judge(engine, began, false);
    assert_true(silent->done);
    pz_transfer_release(silent);
    silent = late(&scene, began - 1);
    pz_engine_tick(engine, 0);
    assert_true(silent->done);
    pz_transfer_release(silent);
    close_scene(&scene);
}

static void test_what_is_too_late_is_not_sent(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_transfer *good = enqueue(&scene), *transfer = late(&scene, 0);
    scene.engine->enqueued = good;
    pz_drive_run(scene.engine, UINT_MAX);
    assert_int_equal(noted.added, 1);
    assert_ptr_equal(noted.last_added, good->handle->easy);
    assert_null(scene.engine->enqueued);
    pz_drive_judge(scene.engine, pz_clock_now(), true);
    assert_true(transfer->done);
    assert_false(transfer->issued);
    pz_transfer_release(transfer);
    cancel(&scene, good);
    close_scene(&scene);
}

static void forgive(pz_engine *engine)
{
    pz_drive_forgive(engine);
}

static void tick(pz_engine *engine)
{
    pz_engine_tick(engine, 0);
    assert_sigpipe_is_free();
}

static void run_due(pz_engine *engine)
{
    assert_false(pz_engine_run_due(engine)); /* nothing ended */
    assert_sigpipe_is_free();
}

static void test_time_in_which_nobody_drove_is_made_good(void **state)
{
    (void)state;
    static void (*const drives[])(pz_engine *) = {forgive, tick, run_due};
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    scene.request.connect_timeout_ms = 1000;
    for (size_t i = 0; i < sizeof drives / sizeof *drives; i++) {
        pz_transfer *transfer = enqueue(&scene);
        drives[i](engine); /* libcurl set no timer */
        assert_int_equal(transfer->connect_timeout_ms, 1000);
        uint64_t due;
        do { /* not late enough to tell, unless the machine is */
            transfer->connect_timeout_ms = 1000;
            due = engine->timer_at = pz_clock_now();
            drives[i](engine);
        } while (pz_clock_now() - due > 5 * PZ_NS_PER_MS);
        assert_int_equal(transfer->connect_timeout_ms, 1000);
        engine->timer_at = pz_clock_now() - 40 * PZ_NS_PER_MS;
        drives[i](engine);
        assert_true(transfer->connect_timeout_ms >= 1051);
        assert_true(engine->pulse.limit_at == transfer->connect_limit);
        engine->timer_at = PZ_NEVER;
        cancel(&scene, transfer);
    }
    close_scene(&scene);
}

/* ------------------------------------------------------------------ name look-ups */

static curl_resolver_start_callback look_up;

/* One whose look-up goes on; NULL: libcurl does not tell of them. */
static pz_transfer *looking_up(struct scene *scene)
{
    pz_transfer *transfer = enqueue(scene);
    transfer->handle->has_name = true;
    if (times_set(CURLOPT_RESOLVER_START_FUNCTION) == 0) {
        cancel(scene, transfer);
        return NULL;
    }
    *(const void **)&look_up = pointer_set(CURLOPT_RESOLVER_START_FUNCTION);
    look_up(NULL, NULL, transfer->handle);
    return transfer;
}

static unsigned free_places(const struct scene *scene)
{
    return pz_lookups_free(&scene->engine->lookups, pz_clock_now());
}

static void test_why_no_socket_could_be_opened_is_kept(void **state)
{
    (void)state;
    struct scene scene;
    struct rlimit before, none;
    open_scene(&scene, 0);
    noted.is_still = false;
    pz_transfer *transfer = enqueue(&scene);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (int i = 0; i < 100 && !transfer->done; i++)
        pz_engine_tick(scene.engine, 10);
    setrlimit(RLIMIT_NOFILE, &before);
    assert_int_equal(transfer->socket_errno, EMFILE);
    assert_false(transfer->had_socket);
    assert_int_equal(transfer->failure.kind, PZ_KIND_CONNECT);
    assert_true(transfer->failure.is_local);
    pz_transfer_release(transfer);

    transfer = enqueue(&scene);
    pz_engine_run_due(scene.engine);
    assert_int_equal(transfer->socket_errno, 0);
    assert_true(transfer->had_socket);
    cancel(&scene, transfer);
    close_scene(&scene);
}

static void test_a_look_up_has_a_place_until_a_socket_is_opened(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_transfer *transfer = looking_up(&scene);
    if (transfer == NULL) {
        close_scene(&scene);
        skip();
    }
    assert_ptr_equal(pointer_set(CURLOPT_RESOLVER_START_DATA), transfer->handle);
    assert_int_equal(transfer->lookup, 1);
    assert_int_equal(look_up(NULL, NULL, transfer->handle), 0); /* the other family's */
    assert_int_equal(transfer->lookup, 1);
    assert_int_equal(free_places(&scene), PZ_LOOKUPS_MOST - 1);
    curl_opensocket_callback open_socket;
    curl_closesocket_callback close_socket;
    *(const void **)&open_socket = pointer_set(CURLOPT_OPENSOCKETFUNCTION);
    *(const void **)&close_socket = pointer_set(CURLOPT_CLOSESOCKETFUNCTION);
    assert_ptr_equal(pointer_set(CURLOPT_OPENSOCKETDATA), transfer->handle);
    assert_ptr_equal(pointer_set(CURLOPT_CLOSESOCKETDATA), scene.engine->poller);
    struct curl_sockaddr address = {.family = AF_INET, .socktype = SOCK_STREAM};
    int fd = open_socket(transfer->handle, CURLSOCKTYPE_IPCXN, &address);
    assert_true(fd >= 0);
    assert_int_equal(transfer->lookup, 0);
    assert_int_equal(free_places(&scene), PZ_LOOKUPS_MOST);
    assert_int_equal(close_socket(scene.engine->poller, fd), 0);
    assert_int_equal(fcntl(fd, F_GETFD), -1);

    take_all_places(&scene);
    assert_int_equal(look_up(NULL, NULL, transfer->handle), 1);
    assert_true(transfer->lookup_refused);
    transfer->handle->has_name = false; /* libcurl tells of addresses too */
    transfer->lookup_refused = false;
    assert_int_equal(look_up(NULL, NULL, transfer->handle), 0);
    assert_false(transfer->lookup_refused);
    cancel(&scene, transfer);
    close_scene(&scene);
}

/* Its thread goes on, unless libcurl waited for it. */
static void test_a_look_up_that_is_given_up_keeps_its_place(void **state)
{
    (void)state;
    static const struct {
        enum pz_kind kind;
        bool gives_up;
    } ends[] = {
        {PZ_KIND_CANCELLED, true}, {PZ_KIND_TIMEOUT, true},  {PZ_KIND_CONNECT, false},
        {PZ_KIND_MEMORY, false},   {PZ_KIND_NETWORK, false},
    };
    struct scene scene;
    open_scene(&scene, 0);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        pz_transfer *transfer = looking_up(&scene);
        if (transfer == NULL) {
            close_scene(&scene);
            skip();
        }
        uint64_t *until = &scene.engine->lookups.until[0], before = pz_clock_now();
        assert_true(*until == PZ_NEVER);
        pz_failure failure;
        pz_failure_set(&failure, ends[i].kind, "ended");
        pz_drive_abort(scene.engine, transfer, &failure);
        if (ends[i].gives_up && pz_libcurl_abandons_lookups()) {
            assert_true(*until >= before + PZ_LOOKUPS_ABANDONED_NS);
            assert_true(*until <= pz_clock_now() + PZ_LOOKUPS_ABANDONED_NS);
        } else {
            assert_true(*until == 0);
        }
        *until = 0;
        pz_transfer_release(transfer);
    }
    close_scene(&scene);
}

static void test_of_those_put_aside_the_oldest_takes_the_free_place(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_transfer *old = put_aside(&scene), *newer = put_aside(&scene), *newest = put_aside(&scene);
    pz_transfer *gone = put_aside(&scene);
    assert_int_equal(scene.engine->aside, 4);
    cancel(&scene, gone);
    assert_int_equal(scene.engine->aside, 3);
    take_all_places(&scene);
    pz_drive_run(scene.engine, 0);
    assert_int_equal(noted.added, 0);
    scene.engine->lookups.until[4] = 0;
    pz_drive_run(scene.engine, 0);
    assert_int_equal(noted.added, 1);
    assert_ptr_equal(noted.last_added, old->handle->easy);
    assert_true(!old->is_aside && newer->is_aside && newest->is_aside);
    assert_int_equal(scene.engine->aside, 2);
    scene.engine->lookups.until[5] = 0;
    pz_drive_run(scene.engine, 0);
    assert_true(!newer->is_aside && !newest->is_aside);
    cancel(&scene, old);
    cancel(&scene, newer);
    cancel(&scene, newest);
    close_scene(&scene);
}

static void abandon_all(const struct scene *scene, uint64_t now)
{
    for (int place = 1; place <= PZ_LOOKUPS_MOST; place++)
        pz_lookups_abandon(&scene->engine->lookups, place, now);
}

static void test_one_goes_through_where_all_look_ups_were_given_up(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_engine *engine = scene.engine;
    uint64_t now = pz_clock_now(), later = now + 20 * PZ_NS_PER_S;
    pz_transfer *old = put_aside(&scene), *newer = put_aside(&scene);
    abandon_all(&scene, now);
    engine->pulse.limit_at = PZ_NEVER;
    engine->lookups.taken_at = later;
    assert_true(pz_drive_deadline(engine) == later + PZ_NS_PER_S);
    pz_drive_run(engine, 0);
    assert_int_equal(noted.added, 0);
    engine->lookups.taken_at = now - PZ_NS_PER_S;
    assert_true(pz_drive_deadline(engine) == now);
    pz_drive_run(engine, 0);
    assert_int_equal(noted.added, 1);
    assert_true(!old->is_aside && newer->is_aside);
    cancel(&scene, old);

    newer->started = now - 20 * PZ_NS_PER_S;
    engine->lookups.taken_at = later;
    engine->pulse.limit_at = engine->spare_until = 1;
    pz_drive_judge(engine, now, true);
    assert_true(newer->done);
    assert_int_equal(newer->abandoned_lookups, PZ_LOOKUPS_MOST);
    pz_transfer_release(newer);
    close_scene(&scene);
}

/* With some SOCKS proxies the look-up comes after the socket. */
static void test_a_request_that_is_sent_has_no_look_up_left(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_transfer *sent = enqueue(&scene), *connecting = enqueue(&scene);
    sent->lookup = 1;
    sent->issued = true;
    connecting->lookup = 2;
    pz_transfer *aside = put_aside(&scene), *next = put_aside(&scene);
    take_all_places(&scene);
    pz_drive_run(scene.engine, 0);
    assert_int_equal(sent->lookup, 0);
    assert_int_equal(connecting->lookup, 2);
    assert_false(aside->is_aside);
    assert_ptr_equal(noted.last_added, aside->handle->easy);
    assert_true(next->is_aside); /* one place, one look-up */
    cancel(&scene, next);
    cancel(&scene, sent);
    cancel(&scene, connecting);
    cancel(&scene, aside);
    close_scene(&scene);
}

static void test_one_whose_look_up_was_refused_is_put_aside(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    noted.is_still = false;
    scene.request.connect_timeout_ms = 1000;
    pz_transfer *transfer = looking_up(&scene);
    if (transfer == NULL) {
        close_scene(&scene);
        skip();
    }
    pz_lookups_end(&scene.engine->lookups, transfer->lookup);
    transfer->lookup = 0;
    take_all_places(&scene);
    curl_easy_setopt(transfer->handle->easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    for (int i = 0; i < 100 && !transfer->is_aside; i++)
        pz_engine_tick(scene.engine, 10);
    assert_true(transfer->is_aside);
    assert_false(transfer->done);
    assert_int_equal(scene.engine->aside, 1);
    assert_true(scene.engine->pulse.limit_at == transfer->started + 1000 * PZ_NS_PER_MS);
    cancel(&scene, transfer);
    assert_int_equal(scene.engine->aside, 0);
    close_scene(&scene);
}

static void set_url(pz_transfer *transfer, const char *format, const struct scene *scene)
{
    char url[200];
    int port = atoi(strrchr(scene->url, ':') + 1);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(url, sizeof url, format, port);
#pragma GCC diagnostic pop
    free(transfer->handle->url);
    transfer->handle->url = strdup(url);
}

/* Reads the request and sends an answer; returns when that has arrived, but was not read. */
static int answer(const struct scene *scene)
{
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    char buffer[4096];
    pz_poller_event events[PZ_POLLER_MOST];
    bool are_all;
    int connection = accept(scene->listener, NULL, NULL);
    for (int i = 0; i < 100 && recv(connection, buffer, sizeof buffer, MSG_DONTWAIT) <= 0; i++)
        pz_engine_tick(scene->engine, 10);
    assert_int_equal(send(connection, text, sizeof text - 1, 0), sizeof text - 1);
    for (int i = 0; i < 100; i++) {
        if (pz_poller_wait(scene->engine->poller, events, 50, &are_all) > 0)
            break;
    }
    return connection;
}

static void test_a_connection_goes_to_one_put_aside_for_the_same_origin(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    pz_transfer *longer = put_aside(&scene), *other = put_aside(&scene), *next = put_aside(&scene),
                *last = put_aside(&scene);
    set_url(longer, "http://127.0.0.1:%d9/", &scene);
    set_url(other, "http://127.0.0.2:%d/", &scene);
    set_url(next, "HTTP://127.0.0.1:%d?query", &scene);
    set_url(last, "http://127.0.0.1:%d/path", &scene);
    take_all_places(&scene);
    noted.is_still = false;
    pz_transfer *transfer = enqueue(&scene);
    pz_engine_run_due(scene.engine);
    int connection = answer(&scene);
    noted.added = 0;
    for (int i = 0; i < 100 && !transfer->done; i++)
        pz_engine_tick(scene.engine, 10);
    assert_int_equal(transfer->response.status, 200);
    assert_int_equal(scene.engine->handles.count, 1); /* the handle is for others too */
    assert_int_equal(noted.added, 1);
    assert_ptr_equal(noted.last_added, next->handle->easy);
    assert_true(!next->is_aside && longer->is_aside && other->is_aside && last->is_aside);

    pz_transfer_release(transfer);
    cancel(&scene, next);
    close(connection);
    close(scene.listener);
    scene.listener = -1;
    transfer = enqueue(&scene);
    for (int i = 0; i < 100 && !transfer->done; i++)
        pz_engine_tick(scene.engine, 10);
    assert_int_equal(transfer->failure.kind, PZ_KIND_CONNECT);
    assert_int_equal(noted.added, 2); /* it left no connection */
    pz_transfer_release(transfer);
    cancel(&scene, longer);
    cancel(&scene, other);
    cancel(&scene, last);
    close_scene(&scene);
}

static void test_what_a_run_of_all_ends_is_ended_at_once(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene, 0);
    noted.is_still = false;
    pz_transfer *transfer = enqueue(&scene);
    pz_engine_run_due(scene.engine);
    int connection = answer(&scene);
    scene.engine->quiet_at = 1;
    pz_drive_run(scene.engine, 0);
    assert_int_equal(noted.runs_of_all, 1);
    assert_true(transfer->done);
    assert_int_equal(transfer->response.status, 200);
    pz_transfer_release(transfer);
    close(connection);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_engine_is_made_whole_or_not_at_all),
        cmocka_unit_test(test_the_earliest_of_all_times_is_due),
        cmocka_unit_test(test_a_run_clears_the_times_that_are_over),
        cmocka_unit_test(test_libcurls_timer_and_sockets_are_kept),
        cmocka_unit_test(test_libcurl_is_told_what_a_socket_is_ready_for),
        cmocka_unit_test(test_when_shared_connections_fall_quiet_all_are_run),
        cmocka_unit_test(test_transfers_are_linked_counted_and_numbered),
        cmocka_unit_test(test_the_numbers_of_256_that_ended_are_kept),
        cmocka_unit_test(test_as_many_connections_are_kept_as_are_in_flight),
        cmocka_unit_test(test_a_run_starts_as_many_as_it_is_told_the_oldest_first),
        cmocka_unit_test(test_one_that_libcurl_does_not_take_has_failed),
#ifndef PZ_POLLER_POLL
        cmocka_unit_test(test_a_wait_is_none_when_one_ends_before),
#endif
        cmocka_unit_test(test_one_that_cannot_be_prepared_keeps_nothing),
        cmocka_unit_test(test_what_still_arrives_is_read_before_a_limit_counts),
        cmocka_unit_test(test_nothing_is_judged_while_more_may_have_arrived),
        cmocka_unit_test(test_what_is_too_late_is_not_sent),
        cmocka_unit_test(test_time_in_which_nobody_drove_is_made_good),
        cmocka_unit_test(test_why_no_socket_could_be_opened_is_kept),
        cmocka_unit_test(test_a_look_up_has_a_place_until_a_socket_is_opened),
        cmocka_unit_test(test_a_look_up_that_is_given_up_keeps_its_place),
        cmocka_unit_test(test_of_those_put_aside_the_oldest_takes_the_free_place),
        cmocka_unit_test(test_one_goes_through_where_all_look_ups_were_given_up),
        cmocka_unit_test(test_a_request_that_is_sent_has_no_look_up_left),
        cmocka_unit_test(test_one_whose_look_up_was_refused_is_put_aside),
        cmocka_unit_test(test_a_connection_goes_to_one_put_aside_for_the_same_origin),
        cmocka_unit_test(test_what_a_run_of_all_ends_is_ended_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
