/* libcurl says which sockets it waits for and when it wants to be called again; this file keeps
 * both in the poller, calls libcurl when they are due, and ends the transfers that are through. */
#include "http/drive.h"

#include "http/clock.h"
#include "http/sigpipe.h"

/* Timers that are due again at once, one after the other, before somebody else gets a turn. */
#define ROUNDS_MAX 16

/* How long nothing has to happen on connections that may be shared before all are run. */
#define QUIET_NS (500 * PZ_NS_PER_MS)

/* A failure here has no better outcome than the time limit of the transfer: telling libcurl of it
 * would end every other transfer, now and later. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
    (void)easy, (void)socket_data;
    pz_engine *engine = data;
    unsigned wanted = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
        wanted |= PZ_POLLER_IN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
        wanted |= PZ_POLLER_OUT;
    pz_poller_watch(engine->poller, fd, wanted);
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

int pz_drive_apply(pz_engine *engine)
{
    CURLM *multi = engine->multi;
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, engine) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_TIMERDATA, engine) == CURLM_OK;
}

uint64_t pz_drive_deadline(const pz_engine *engine)
{
    uint64_t at = engine->timer_at < engine->stall_at ? engine->timer_at : engine->stall_at;
    return at < engine->quiet_at ? at : engine->quiet_at;
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
        pz_transfer *transfer = ((pz_handle *)(void *)private)->transfer;
        pz_transfer_finish(transfer, code, pz_clock_now());
        pz_engine_unlink(engine, transfer);
    }
}

/* libcurl 7.88 can forget to go on with a transfer whose stream of HTTP/2 ended, answered or not,
 * while it dealt with another one's on that connection: upon GOAWAY, for one. So everything is run
 * once when such connections have fallen quiet, and before a stall is declared. The function is
 * deprecated for being costly; it is called twice a second at most. */
static void run_all(pz_engine *engine)
{
    int running;
    engine->quiet_at = PZ_NEVER;
    engine->now = pz_clock_now();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    curl_multi_socket_all(engine->multi, &running);
#pragma GCC diagnostic pop
    collect(engine);
}

static void end_stalled(pz_engine *engine, uint64_t now)
{
    if (now < engine->stall_at)
        return;
    if (engine->may_share > 0)
        run_all(engine);
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
        pz_engine_unlink(engine, transfer);
    }
}

/* `what` is ready: a socket, or CURL_SOCKET_TIMEOUT. */
static void act(pz_engine *engine, curl_socket_t what, int ready)
{
    int running;
    engine->now = pz_clock_now();
    engine->socket_is_ready = what != CURL_SOCKET_TIMEOUT;
    curl_multi_socket_action(engine->multi, what, ready, &running);
    engine->socket_is_ready = 0;
    if (engine->may_share > 0 && what != CURL_SOCKET_TIMEOUT)
        engine->quiet_at = engine->now + QUIET_NS;
}

void pz_drive_run(pz_engine *engine)
{
    collect(engine);
    for (int round = 0; round < ROUNDS_MAX && engine->timer_at <= pz_clock_now(); round++) {
        engine->timer_at = PZ_NEVER; /* libcurl sets it anew */
        act(engine, CURL_SOCKET_TIMEOUT, 0);
        collect(engine);
    }
    uint64_t now = pz_clock_now();
    if (now >= engine->quiet_at)
        run_all(engine);
    end_stalled(engine, now);
    pz_poller_arm(engine->poller, pz_drive_deadline(engine), now);
}

int pz_engine_run_due(pz_engine *engine)
{
    unsigned before = engine->active;
    if (pz_drive_deadline(engine) > pz_clock_now())
        return 0;
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe, engine->sigpipe_ignored);
    pz_drive_run(engine);
    pz_sigpipe_restore(&sigpipe);
    return engine->active < before;
}

void pz_engine_tick(pz_engine *engine, int wait_ms)
{
    pz_poller_event events[PZ_POLLER_MOST];
    if (wait_ms > 0 && pz_engine_run_due(engine)) /* before anybody waits for it */
        wait_ms = 0;
    int count = pz_poller_wait(engine->poller, events, wait_ms);
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe, engine->sigpipe_ignored);
    for (int i = 0; i < count; i++) {
        int ready = 0;
        if (events[i].ready & PZ_POLLER_IN)
            ready |= CURL_CSELECT_IN;
        if (events[i].ready & PZ_POLLER_OUT)
            ready |= CURL_CSELECT_OUT;
        if (events[i].ready & PZ_POLLER_ERROR)
            ready |= CURL_CSELECT_ERR;
        act(engine, events[i].fd, ready);
    }
    pz_drive_run(engine);
    pz_sigpipe_restore(&sigpipe);
}
