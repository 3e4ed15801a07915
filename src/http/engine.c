/* The life of an engine and of the transfers in it; how they come along is in drive.c. */
#include "http/engine.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/drive.h"
#include "http/process.h"
#include "http/sigpipe.h"

/* More connections than libcurl may keep are closed when their transfers end, and opened again for
 * the next ones: so it keeps as many as were in flight. Those that stay unused it lets go by age.
 */
static CURLMcode keep_connections(pz_engine *engine, unsigned count)
{
    engine->kept = count;
    return curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, (long)count);
}

static int open_engine(pz_engine *engine, long max_connections, pz_failure *failure)
{
    if (pz_http_global_init() != CURLE_OK) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "libcurl could not be initialised");
        return 0;
    }
    engine->poller = pz_poller_new(failure);
    if (engine->poller == NULL)
        return 0;
    engine->multi = curl_multi_init();
    engine->keeps_more = max_connections == 0;
    unsigned kept = engine->keeps_more ? PZ_ENGINE_CONNECTIONS : (unsigned)max_connections;
    if (engine->multi == NULL || pz_libcurl_set_multi(engine->multi) != CURLM_OK ||
        !pz_handles_open(&engine->handles) || !pz_drive_apply(engine) ||
        keep_connections(engine, kept) != CURLM_OK) {
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
    engine->pid = pz_process_id();
    engine->sigpipe_ignored = pz_sigpipe_is_ignored();
    engine->timer_at = engine->stall_at = engine->quiet_at = PZ_NEVER;
    if (!open_engine(engine, max_connections, failure)) {
        pz_engine_free(engine);
        return NULL;
    }
    return engine;
}

int pz_engine_is_foreign(const pz_engine *engine)
{
    return engine->pid != pz_process_id();
}

int pz_engine_fd(const pz_engine *engine)
{
    return pz_poller_fd(engine->poller);
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

uint64_t pz_engine_now(const pz_engine *engine)
{
    return engine->now;
}

int64_t pz_engine_timeout(const pz_engine *engine)
{
    uint64_t at = pz_drive_deadline(engine), now = pz_clock_now();
    if (at == PZ_NEVER)
        return -1;
    return at <= now ? 0 : (int64_t)((at - now + PZ_NS_PER_MS - 1) / PZ_NS_PER_MS);
}

static void link_transfer(pz_engine *engine, pz_transfer *transfer)
{
    transfer->number = ++engine->last_number;
    transfer->engine = engine;
    transfer->previous = NULL;
    transfer->next = engine->transfers;
    if (transfer->next != NULL)
        transfer->next->previous = transfer;
    engine->transfers = transfer;
    if (++engine->active > engine->kept && engine->keeps_more)
        keep_connections(engine, 2 * engine->kept);
    engine->may_share += transfer->may_be_http2 != 0;
    pz_transfer_hold(transfer);
}

uint64_t pz_engine_take_ended(pz_engine *engine)
{
    if (engine->ended_count > PZ_ENGINE_ENDED_MAX) {
        engine->ended_count = 0;
        return UINT64_MAX;
    }
    return engine->ended_count > 0 ? engine->ended[--engine->ended_count] : 0;
}

/* The engine lets go of a transfer that is done, or was never begun. */
void pz_engine_unlink(pz_engine *engine, pz_transfer *transfer)
{
    curl_multi_remove_handle(engine->multi, transfer->handle->easy);
    if (transfer->failure.kind == PZ_KIND_NONE && transfer->done)
        pz_handles_give(&engine->handles, transfer->handle, transfer->profile);
    else
        pz_handle_discard(transfer->handle);
    pz_transfer_drop_request(transfer);
    if (transfer->previous != NULL)
        transfer->previous->next = transfer->next;
    else
        engine->transfers = transfer->next;
    if (transfer->next != NULL)
        transfer->next->previous = transfer->previous;
    transfer->previous = transfer->next = NULL;
    transfer->engine = NULL;
    if (engine->ended_count < PZ_ENGINE_ENDED_MAX)
        engine->ended[engine->ended_count] = transfer->number;
    if (engine->ended_count <= PZ_ENGINE_ENDED_MAX)
        engine->ended_count++;
    engine->may_share -= transfer->may_be_http2 != 0;
    if (--engine->active == 0)
        engine->stall_at = engine->quiet_at = PZ_NEVER;
    pz_transfer_release(transfer);
}

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    return pz_poller_open_socket(data, address->family, address->socktype, address->protocol);
}

static int close_socket(void *data, curl_socket_t fd)
{
    pz_poller_close_socket(data, fd);
    return 0;
}

/* Options that stay with a prepared handle. */
static int give_sockets(pz_engine *engine, CURL *easy)
{
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, engine->poller) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, engine->poller) == CURLE_OK;
}

int pz_engine_enqueue(pz_engine *engine, pz_transfer *transfer, const pz_request *request,
                      pz_failure *failure)
{
    pz_handle *handle = pz_handles_take(&engine->handles, request->profile);
    if (handle == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return 0;
    }
    if (handle->profile == 0 && !give_sockets(engine, handle->easy)) {
        pz_handle_discard(handle);
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return 0;
    }
    if (!pz_transfer_prepare(transfer, request, handle, pz_clock_now(), failure)) {
        pz_handle_discard(handle);
        pz_transfer_drop_request(transfer);
        return 0;
    }
    link_transfer(engine, transfer);
    CURLMcode code = curl_multi_add_handle(engine->multi, handle->easy); /* due at once */
    if (code != CURLM_OK) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "%s", curl_multi_strerror(code));
        pz_engine_unlink(engine, transfer);
    }
    return code == CURLM_OK;
}

int pz_engine_start(pz_engine *engine, pz_transfer *transfer, const pz_request *request,
                    pz_failure *failure)
{
    if (!pz_engine_enqueue(engine, transfer, request, failure))
        return 0;
    pz_engine_run_due(engine);
    return 1;
}

static void cancel(pz_engine *engine, pz_transfer *transfer, const char *why)
{
    pz_failure failure;
    pz_failure_set(&failure, PZ_KIND_CANCELLED, "%s", why);
    pz_transfer_abort(transfer, &failure, pz_clock_now());
    pz_engine_unlink(engine, transfer);
}

void pz_engine_cancel(pz_engine *engine, pz_transfer *transfer)
{
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe, engine->sigpipe_ignored);
    cancel(engine, transfer, "cancelled");
    if (engine->active == 0)
        pz_engine_wake(engine);
    pz_sigpipe_restore(&sigpipe);
}

void pz_engine_wake(pz_engine *engine)
{
    pz_poller_arm(engine->poller, 0, pz_clock_now());
}

void pz_engine_free(pz_engine *engine)
{
    if (pz_engine_is_foreign(engine))
        return; /* closing a connection writes to it, and it is the other process's */
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
