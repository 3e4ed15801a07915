/* The life of an engine, and what may be asked of it. */
#include "http/engine.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/drive.h"
#include "http/global.h"
#include "http/process.h"
#include "http/sigpipe.h"

/* Transfers that a tick of an event loop starts: each may cost 0.2 ms, and the loop has other work.
 */
#define STARTS_FEW 16

static bool open_engine(pz_engine *engine, long max_connections, pz_failure *failure)
{
    if (pz_http_global_init() != CURLE_OK) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "libcurl could not be initialised");
        return false;
    }
    engine->poller = pz_poller_new(failure);
    if (engine->poller == NULL)
        return false;
    engine->multi = pz_libcurl_new_multi();
    engine->keeps_more = max_connections == 0;
    unsigned kept = engine->keeps_more ? PZ_ENGINE_CONNECTIONS : (unsigned)max_connections;
    if (engine->multi == NULL || pz_libcurl_set_multi(engine->multi) != CURLM_OK ||
        !pz_handles_open(&engine->handles, pz_drive_set_up_handle, engine) ||
        !pz_drive_set_callbacks(engine) || !pz_drive_keep_connections(engine, kept)) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return false;
    }
    return true;
}

static void cancel(pz_engine *engine, pz_transfer *transfer, const char *why)
{
    pz_failure failure;
    pz_failure_set(&failure, PZ_KIND_CANCELLED, "%s", why);
    pz_drive_abort(engine, transfer, &failure);
}

static void close_engine(pz_engine *engine)
{
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe, engine->sigpipe_ignored);
    while (engine->transfers != NULL)
        cancel(engine, engine->transfers, "cancelled: the engine was closed");
    if (engine->multi != NULL)
        curl_multi_cleanup(engine->multi);
    pz_handles_close(&engine->handles);
    pz_poller_free(engine->poller);
    pz_sigpipe_restore(&sigpipe);
    free(engine);
}

pz_engine *pz_engine_new(long max_connections, pz_failure *failure)
{
    pz_engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return NULL;
    }
    engine->pid = pz_process_id();
    engine->sigpipe_ignored = pz_sigpipe_is_ignored();
    engine->timer_at = engine->pulse.limit_at = engine->spare_until = PZ_NEVER;
    engine->quiet_at = engine->wake_at = PZ_NEVER;
    if (!open_engine(engine, max_connections, failure)) {
        close_engine(engine);
        return NULL;
    }
    return engine;
}

bool pz_engine_is_foreign(const pz_engine *engine)
{
    return engine->pid != pz_process_id();
}

void pz_engine_free(pz_engine *engine)
{
    /* closing a connection writes to it, and in a forked copy it is the other process's */
    if (!pz_engine_is_foreign(engine))
        close_engine(engine);
}

int pz_engine_fd(const pz_engine *engine)
{
    return pz_poller_fd(engine->poller);
}

unsigned pz_engine_active(const pz_engine *engine)
{
    return engine->active;
}

int64_t pz_engine_timeout(const pz_engine *engine)
{
    uint64_t at = pz_drive_deadline(engine), now = pz_clock_now();
    if (at == PZ_NEVER)
        return -1;
    return at <= now ? 0 : (int64_t)((at - now + PZ_NS_PER_MS - 1) / PZ_NS_PER_MS);
}

uint64_t pz_engine_take_ended(pz_engine *engine)
{
    if (engine->ended_count > PZ_ENGINE_ENDED_MAX) {
        engine->ended_count = 0;
        return UINT64_MAX;
    }
    return engine->ended_count > 0 ? engine->ended[--engine->ended_count] : 0;
}

bool pz_engine_enqueue(pz_engine *engine, pz_transfer *transfer, const pz_request *request,
                       pz_failure *failure)
{
    pz_handle *handle = pz_handles_take(&engine->handles, request->profile, failure);
    if (handle == NULL)
        return false;
    if (!pz_transfer_prepare(transfer, request, handle, &engine->pulse, pz_clock_now(), failure)) {
        pz_handle_discard(handle);
        pz_transfer_drop_request(transfer);
        return false;
    }
    pz_drive_add(engine, transfer);
    return true;
}

bool pz_engine_run_due(pz_engine *engine)
{
    unsigned before = engine->active;
    if (pz_drive_deadline(engine) > pz_clock_now())
        return false;
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe, engine->sigpipe_ignored);
    pz_drive_forgive(engine);
    pz_drive_run(engine, UINT_MAX);
    pz_sigpipe_restore(&sigpipe);
    return engine->active < before;
}

void pz_engine_tick(pz_engine *engine, int wait_ms)
{
    pz_poller_event events[PZ_POLLER_MOST];
    if (wait_ms > 0 && pz_engine_run_due(engine)) /* before anybody waits for it */
        wait_ms = 0;
    bool all_read = false;
    int count = pz_poller_wait(engine->poller, events, wait_ms, &all_read);
    uint64_t began = pz_clock_now();
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe, engine->sigpipe_ignored);
    pz_drive_forgive(engine);
    for (int i = 0; i < count; i++)
        pz_drive_socket(engine, &events[i]);
    pz_drive_run(engine, STARTS_FEW); /* before a wait all were started */
    pz_drive_judge(engine, began, all_read);
    pz_sigpipe_restore(&sigpipe);
}

void pz_engine_cancel(pz_engine *engine, pz_transfer *transfer)
{
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe, engine->sigpipe_ignored);
    cancel(engine, transfer, "cancelled");
    if (engine->active == 0)
        pz_engine_wake(engine, 0);
    pz_sigpipe_restore(&sigpipe);
}

void pz_engine_wake(pz_engine *engine, uint64_t after_ns)
{
    uint64_t now = pz_clock_now(), at = after_ns == 0 ? 0 : now + after_ns;
    if (at > 0)
        engine->wake_at = at;
    pz_poller_arm(engine->poller, at == 0 ? 0 : pz_drive_deadline(engine), now);
}
