/* libcurl says which sockets it waits for and when it wants to be called again; this file keeps
 * both in the watch, calls libcurl when they are due, and ends the transfers that are through. */
#include "http/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/handles.h"
#include "http/sigpipe.h"
#include "http/watch.h"

/* Timers that are due again at once, one after the other, before somebody else gets a turn. */
#define ROUNDS_MAX 16

struct pz_engine {
    pid_t pid;
    CURLM *multi;
    pz_watch watch;
    pz_handles handles;
    pz_transfer *transfers; /* under way */
    unsigned active;
    uint64_t timer_at; /* libcurl's */
    uint64_t stall_at; /* the earliest of the transfers', or before it */
    int socket_is_ready;
};

/* A failure here has no better outcome than the time limit of the transfer: telling libcurl of it
 * would end every other transfer, now and later. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
    (void)easy, (void)socket_data;
    pz_engine *engine = data;
    uint32_t events = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        events |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        events |= EPOLLOUT;
    pz_watch_socket(&engine->watch, fd, events);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *data)
{
    (void)multi;
    pz_engine *engine = data;
    engine->timer_at =
        timeout_ms < 0 ? PZ_NEVER : pz_clock_now() + (uint64_t)timeout_ms * PZ_NS_PER_MS;
    return 0;
}

static int open_engine(pz_engine *engine, long max_connections, pz_failure *failure)
{
    if (pz_http_global_init() != CURLE_OK) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "libcurl could not be initialised");
        return 0;
    }
    if (!pz_watch_open(&engine->watch)) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "no descriptors for the engine: %s",
                       strerror(errno));
        return 0;
    }
    engine->multi = curl_multi_init();
    if (engine->multi == NULL || !pz_handles_open(&engine->handles) ||
        curl_multi_setopt(engine->multi, CURLMOPT_SOCKETFUNCTION, on_socket) != CURLM_OK ||
        curl_multi_setopt(engine->multi, CURLMOPT_SOCKETDATA, engine) != CURLM_OK ||
        curl_multi_setopt(engine->multi, CURLMOPT_TIMERFUNCTION, on_timer) != CURLM_OK ||
        curl_multi_setopt(engine->multi, CURLMOPT_TIMERDATA, engine) != CURLM_OK ||
        curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, max_connections) != CURLM_OK) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return 0;
    }
    return 1;
}

pz_engine *pz_engine_new(long max_connections, pz_failure *failure)
{
    pz_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return NULL;
    }
    engine->pid = getpid();
    engine->timer_at = engine->stall_at = PZ_NEVER;
    pz_watch_init(&engine->watch);
    if (!open_engine(engine, max_connections, failure)) {
        pz_engine_free(engine);
        return NULL;
    }
    return engine;
}

int pz_engine_is_foreign(const pz_engine *engine)
{
    return engine->pid != getpid();
}

int pz_engine_pid(const pz_engine *engine)
{
    return engine->pid;
}

int pz_engine_fd(const pz_engine *engine)
{
    return engine->watch.epoll;
}

unsigned pz_engine_active(const pz_engine *engine)
{
    return engine->active;
}

void pz_engine_expect_stall(pz_engine *engine, uint64_t at)
{
    if (at < engine->stall_at)
        engine->stall_at = at;
}

int pz_engine_socket_is_ready(const pz_engine *engine)
{
    return engine->socket_is_ready;
}

static uint64_t deadline(const pz_engine *engine)
{
    return engine->timer_at < engine->stall_at ? engine->timer_at : engine->stall_at;
}

int64_t pz_engine_timeout(const pz_engine *engine)
{
    uint64_t at = deadline(engine), now = pz_clock_now();
    if (at == PZ_NEVER)
        return -1;
    return at <= now ? 0 : (int64_t)((at - now + PZ_NS_PER_MS - 1) / PZ_NS_PER_MS);
}

static void link_transfer(pz_engine *engine, pz_transfer *transfer)
{
    transfer->engine = engine;
    transfer->previous = NULL;
    transfer->next = engine->transfers;
    if (transfer->next != NULL)
        transfer->next->previous = transfer;
    engine->transfers = transfer;
    engine->active++;
    pz_transfer_hold(transfer);
}

/* The engine lets go of a transfer that is done, or was never begun. */
static void unlink_transfer(pz_engine *engine, pz_transfer *transfer)
{
    CURL *easy = transfer->easy;
    curl_multi_remove_handle(engine->multi, easy);
    pz_handles_give(&engine->handles, easy);
    pz_transfer_drop_request(transfer);
    if (transfer->previous != NULL)
        transfer->previous->next = transfer->next;
    else
        engine->transfers = transfer->next;
    if (transfer->next != NULL)
        transfer->next->previous = transfer->previous;
    transfer->previous = transfer->next = NULL;
    transfer->engine = NULL;
    engine->active--;
    pz_transfer_release(transfer);
}

static void collect(pz_engine *engine)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(engine->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURLcode code = message->data.result;
        char *private = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        pz_transfer *transfer = (pz_transfer *)(void *)private;
        pz_transfer_finish(transfer, code, pz_clock_now());
        unlink_transfer(engine, transfer);
    }
}

static void end_stalled(pz_engine *engine, uint64_t now)
{
    if (now < engine->stall_at)
        return;
    engine->stall_at = PZ_NEVER;
    for (pz_transfer *transfer = engine->transfers, *next; transfer != NULL; transfer = next) {
        next = transfer->next;
        uint64_t at = pz_transfer_stalls_at(transfer);
        if (at > now) {
            pz_engine_expect_stall(engine, at);
            continue;
        }
        pz_failure failure;
        pz_failure_set(&failure, PZ_KIND_TIMEOUT, "no byte in either direction for %llu ms",
                       (unsigned long long)(transfer->stall_ns / PZ_NS_PER_MS));
        failure.phase = PZ_PHASE_STALL;
        failure.code = CURLE_OPERATION_TIMEDOUT;
        pz_transfer_abort(transfer, &failure, now);
        unlink_transfer(engine, transfer);
    }
}

/* Everything that is due now, and the timer for what is due later. */
static void run(pz_engine *engine)
{
    int running;
    collect(engine);
    for (int round = 0; round < ROUNDS_MAX && engine->timer_at <= pz_clock_now(); round++) {
        engine->timer_at = PZ_NEVER; /* libcurl sets it anew */
        curl_multi_socket_action(engine->multi, CURL_SOCKET_TIMEOUT, 0, &running);
        collect(engine);
    }
    uint64_t now = pz_clock_now();
    end_stalled(engine, now);
    pz_watch_arm(&engine->watch, deadline(engine), now);
}

int pz_engine_start(pz_engine *engine, pz_transfer *transfer, const pz_request *request,
                    pz_failure *failure)
{
    CURL *easy = pz_handles_take(&engine->handles);
    if (easy == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return 0;
    }
    if (!pz_transfer_prepare(transfer, request, easy, pz_clock_now(), failure)) {
        pz_handles_give(&engine->handles, easy);
        pz_transfer_drop_request(transfer);
        return 0;
    }
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe);
    link_transfer(engine, transfer);
    CURLMcode code = curl_multi_add_handle(engine->multi, easy);
    if (code != CURLM_OK) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "%s", curl_multi_strerror(code));
        unlink_transfer(engine, transfer);
    } else {
        run(engine);
    }
    pz_sigpipe_restore(&sigpipe);
    return code == CURLM_OK;
}

static void cancel(pz_engine *engine, pz_transfer *transfer, const char *why)
{
    pz_failure failure;
    pz_failure_set(&failure, PZ_KIND_CANCELLED, "%s", why);
    pz_transfer_abort(transfer, &failure, pz_clock_now());
    unlink_transfer(engine, transfer);
}

void pz_engine_cancel(pz_engine *engine, pz_transfer *transfer)
{
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe);
    cancel(engine, transfer, "cancelled");
    /* nothing will ever be ready for the last one: wake whoever waits for it */
    if (engine->active == 0)
        pz_watch_arm(&engine->watch, 0, pz_clock_now());
    pz_sigpipe_restore(&sigpipe);
}

void pz_engine_tick(pz_engine *engine, int wait_ms)
{
    struct epoll_event events[PZ_WATCH_BATCH];
    int count = pz_watch_wait(&engine->watch, events, wait_ms), running;
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe);
    for (int i = 0; i < count; i++) {
        int ready = 0;
        if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
            ready |= CURL_CSELECT_IN;
        if (events[i].events & EPOLLOUT)
            ready |= CURL_CSELECT_OUT;
        if (events[i].events & EPOLLERR)
            ready |= CURL_CSELECT_ERR;
        engine->socket_is_ready = 1;
        curl_multi_socket_action(engine->multi, events[i].data.fd, ready, &running);
        engine->socket_is_ready = 0;
    }
    run(engine);
    pz_sigpipe_restore(&sigpipe);
}

void pz_engine_free(pz_engine *engine)
{
    if (pz_engine_is_foreign(engine))
        return; /* closing a connection writes to it, and it is the other process's */
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe);
    while (engine->transfers != NULL)
        cancel(engine, engine->transfers, "cancelled: the engine was closed");
    if (engine->multi != NULL)
        curl_multi_cleanup(engine->multi);
    pz_handles_close(&engine->handles);
    pz_watch_close(&engine->watch);
    pz_sigpipe_restore(&sigpipe);
    free(engine);
}
