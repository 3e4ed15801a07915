/* libcurl says which sockets it waits for and when it wants to be called again; this file keeps
 * both in the poller, calls libcurl when they are due, and ends the transfers that are through. */
#include "http/drive.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "http/clock.h"
#include "http/try.h"

/* Timers that are due again at once, run one after the other before the caller gets its turn. */
#define ROUNDS_MAX 16

/* A timer later than this shows that the engine was not driven meanwhile. */
#define LATE_NS (10 * PZ_NS_PER_MS)

/* Arrived bytes are read for this long before transfers whose limits are over are ended.
 */
#define GRACE_NS (100 * PZ_NS_PER_MS)

/* Connections that may be shared are all run after this long without an event. */
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

bool pz_drive_set_callbacks(pz_engine *engine)
{
    CURLM *multi = engine->multi;
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, engine) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
           curl_multi_setopt(multi, CURLMOPT_TIMERDATA, engine) == CURLM_OK;
}

/* The transfer's name look-up ended, or went on without it. */
static void leave_lookup(pz_engine *engine, pz_transfer *transfer, bool is_abandoned)
{
    if (transfer->lookup == 0)
        return;
    if (is_abandoned && pz_libcurl_abandons_lookups())
        pz_lookups_abandon(&engine->lookups, transfer->lookup, pz_clock_now());
    else
        pz_lookups_end(&engine->lookups, transfer->lookup);
    transfer->lookup = 0;
}

/* libcurl says so of addresses, too, which need no thread. */
static int on_lookup(void *resolver, void *reserved, void *data)
{
    (void)resolver, (void)reserved;
    const pz_handle *handle = data;
    pz_transfer *transfer = handle->transfer;
    if (!handle->has_name)
        return 0;
    if (transfer->lookup == 0)
        transfer->lookup = pz_lookups_take(&transfer->engine->lookups, pz_clock_now());
    transfer->lookup_refused = transfer->lookup == 0;
    return transfer->lookup_refused;
}

static curl_socket_t on_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    pz_transfer *transfer = ((pz_handle *)data)->transfer;
    pz_engine *engine = transfer->engine;
    leave_lookup(engine, transfer, false);
    int fd = pz_poller_open_socket(engine->poller, address->family, address->socktype,
                                   address->protocol);
    if (fd < 0)
        transfer->socket_errno = errno;
    else
        transfer->had_socket = true;
    return fd;
}

static int on_close_socket(void *data, curl_socket_t fd)
{
    pz_poller_close_socket(data, fd);
    return 0;
}

CURLcode pz_drive_set_up_handle(pz_handle *handle, void *data)
{
    pz_engine *engine = data;
    CURL *easy = handle->easy;
    PZ_TRY(pz_transfer_set_callbacks(handle));
    PZ_TRY(pz_libcurl_set_before_lookup(easy, on_lookup, handle));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, handle));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close_socket));
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, engine->poller);
}

uint64_t pz_drive_deadline(const pz_engine *engine)
{
    if (engine->enqueued != NULL)
        return 0;
    uint64_t at =
        engine->timer_at < engine->pulse.limit_at ? engine->timer_at : engine->pulse.limit_at;
    if (engine->wake_at < at)
        at = engine->wake_at;
    if (engine->aside > 0) {
        uint64_t free_at = pz_lookups_free_at(&engine->lookups);
        if (free_at < at)
            at = free_at;
    }
    return at < engine->quiet_at ? at : engine->quiet_at;
}

/* More connections than libcurl may keep are closed when their transfers end, and opened again for
 * the next ones: so it keeps as many as were in flight. Those that stay unused it lets go by age.
 */
bool pz_drive_keep_connections(pz_engine *engine, unsigned count)
{
    engine->kept = count;
    return curl_multi_setopt(engine->multi, CURLMOPT_MAXCONNECTS, (long)count) == CURLM_OK;
}

static void note_limit(pz_engine *engine, const pz_transfer *transfer)
{
    uint64_t limit = pz_transfer_limit(transfer);
    if (limit < engine->pulse.limit_at)
        engine->pulse.limit_at = limit;
}

void pz_drive_add(pz_engine *engine, pz_transfer *transfer)
{
    transfer->number = ++engine->last_number;
    transfer->engine = engine;
    transfer->previous = NULL;
    transfer->next = engine->transfers;
    if (transfer->next != NULL)
        transfer->next->previous = transfer;
    engine->transfers = transfer;
    if (engine->enqueued == NULL)
        engine->enqueued = transfer;
    if (++engine->active > engine->kept && engine->keeps_more)
        pz_drive_keep_connections(engine, 2 * engine->kept);
    engine->may_share += transfer->may_be_http2 != 0;
    note_limit(engine, transfer);
    pz_transfer_hold(transfer);
}

/* Removes a transfer that is done, or was never begun. */
static void unlink_transfer(pz_engine *engine, pz_transfer *transfer)
{
    curl_multi_remove_handle(engine->multi, transfer->handle->easy);
    if (transfer->failure.kind == PZ_KIND_NONE && transfer->done)
        pz_handles_give(transfer->handle);
    else
        pz_handle_discard(transfer->handle);
    pz_transfer_drop_request(transfer);
    enum pz_kind kind = transfer->failure.kind;
    leave_lookup(engine, transfer, kind == PZ_KIND_TIMEOUT || kind == PZ_KIND_CANCELLED);
    engine->aside -= transfer->is_aside;
    if (engine->enqueued == transfer)
        engine->enqueued = transfer->previous;
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
        engine->pulse.limit_at = engine->spare_until = engine->quiet_at = PZ_NEVER;
    pz_transfer_release(transfer);
}

static void start(pz_engine *engine, pz_transfer *transfer)
{
    CURLMcode code = curl_multi_add_handle(engine->multi, transfer->handle->easy); /* due now */
    if (code == CURLM_OK) {
        transfer->was_given = true;
        return;
    }
    pz_failure failure;
    pz_failure_set(&failure, PZ_KIND_MEMORY, "%s", curl_multi_strerror(code));
    pz_drive_abort(engine, transfer, &failure);
}

/* Its look-up was refused before a connection was made: it is given to libcurl once more later. */
static void put_aside(pz_engine *engine, pz_transfer *transfer)
{
    curl_multi_remove_handle(engine->multi, transfer->handle->easy);
    pz_transfer_put_aside(transfer);
    engine->aside++;
    note_limit(engine, transfer);
}

static void resume(pz_engine *engine, pz_transfer *transfer)
{
    pz_transfer_resume(transfer, pz_clock_now());
    engine->aside--;
    start(engine, transfer);
}

static pz_transfer *oldest(const pz_engine *engine)
{
    pz_transfer *transfer = engine->transfers;
    while (transfer != NULL && transfer->next != NULL)
        transfer = transfer->next;
    return transfer;
}

/* The part of a URL that tells where to connect. */
static size_t origin_length(const char *url)
{
    const char *host = strstr(url, "://");
    host = host != NULL ? host + 3 : url;
    return (size_t)(host - url) + strcspn(host, "/?#");
}

/* The oldest that was put aside and that may take the connection of one that ended; NULL: none. */
static pz_transfer *successor(const pz_engine *engine, const pz_transfer *ended)
{
    if (engine->aside == 0 || ended->failure.kind != PZ_KIND_NONE)
        return NULL;
    const char *url = ended->handle->url;
    size_t length = origin_length(url);
    for (pz_transfer *transfer = oldest(engine); transfer != NULL; transfer = transfer->previous) {
        if (transfer->is_aside && origin_length(transfer->handle->url) == length &&
            strncasecmp(transfer->handle->url, url, length) == 0)
            return transfer;
    }
    return NULL;
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
        if (transfer->lookup_refused) {
            put_aside(engine, transfer);
            continue;
        }
        pz_transfer_finish(transfer, code, pz_clock_now());
        pz_transfer *next = successor(engine, transfer);
        unlink_transfer(engine, transfer);
        if (next != NULL)
            resume(engine, next);
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
    engine->pulse.now = pz_clock_now();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    curl_multi_socket_all(engine->multi, &running);
#pragma GCC diagnostic pop
    collect(engine);
}

static void expire(pz_engine *engine, pz_transfer *transfer, uint64_t now)
{
    transfer->abandoned_lookups = pz_lookups_abandoned(&engine->lookups, now);
    pz_transfer_expire(transfer, now);
    unlink_transfer(engine, transfer);
}

/* Ends the transfers whose limits are over, but those of which a byte came since `began`, unless
 * they were spared for long enough. */
static void end_late(pz_engine *engine, uint64_t began, uint64_t now)
{
    uint64_t until = engine->spare_until;
    bool is_final = now >= until;
    engine->spare_until = PZ_NEVER;
    engine->pulse.limit_at = PZ_NEVER;
    for (pz_transfer *transfer = engine->transfers, *next; transfer != NULL; transfer = next) {
        next = transfer->next;
        uint64_t at = pz_transfer_limit(transfer);
        if (at <= now && (is_final || transfer->last_byte < began)) {
            expire(engine, transfer, now);
            continue;
        }
        if (at <= now)
            engine->spare_until = until;
        if (at < engine->pulse.limit_at)
            engine->pulse.limit_at = at;
    }
}

void pz_drive_judge(pz_engine *engine, uint64_t began, bool all_read)
{
    uint64_t now = pz_clock_now();
    if (now < engine->pulse.limit_at)
        return;
    if (engine->spare_until == PZ_NEVER)
        engine->spare_until = now + GRACE_NS;
    if (!all_read && now < engine->spare_until)
        return; /* it is due at once again */
    if (engine->may_share > 0)
        run_all(engine);
    end_late(engine, began, now);
}

void pz_drive_forgive(pz_engine *engine)
{
    uint64_t now = pz_clock_now();
    if (engine->timer_at == PZ_NEVER || now < engine->timer_at + LATE_NS)
        return;
    for (pz_transfer *transfer = engine->transfers; transfer != NULL; transfer = transfer->next) {
        pz_transfer_forgive(transfer, now - engine->timer_at);
        note_limit(engine, transfer);
    }
}

/* Tells libcurl that `what` is ready: a socket, or CURL_SOCKET_TIMEOUT. */
static void act(pz_engine *engine, curl_socket_t what, int ready)
{
    int running;
    engine->pulse.now = pz_clock_now();
    engine->pulse.socket_is_ready = what != CURL_SOCKET_TIMEOUT;
    curl_multi_socket_action(engine->multi, what, ready, &running);
    engine->pulse.socket_is_ready = false;
    if (engine->may_share > 0 && what != CURL_SOCKET_TIMEOUT)
        engine->quiet_at = engine->pulse.now + QUIET_NS;
}

void pz_drive_abort(pz_engine *engine, pz_transfer *transfer, const pz_failure *failure)
{
    pz_transfer_abort(transfer, failure, pz_clock_now());
    unlink_transfer(engine, transfer);
}

/* How many places may be taken. With some SOCKS proxies a look-up comes after the proxy's socket
 * was opened: it has ended at the latest when the request is sent. */
static unsigned free_lookups(pz_engine *engine)
{
    unsigned free = pz_lookups_free(&engine->lookups, pz_clock_now());
    if (free > 0)
        return free;
    for (pz_transfer *transfer = engine->transfers; transfer != NULL; transfer = transfer->next) {
        if (transfer->lookup != 0 && transfer->issued) {
            leave_lookup(engine, transfer, false);
            free++;
        }
    }
    return free;
}

/* One for each place that is free, the oldest first. Those that find the name known or a connection
 * open leave their place to the next ones. */
static void resume_aside(pz_engine *engine)
{
    unsigned free = engine->aside > 0 ? free_lookups(engine) : 0;
    pz_transfer *transfer = free > 0 ? oldest(engine) : NULL;
    for (pz_transfer *newer; transfer != NULL && free > 0; transfer = newer) {
        newer = transfer->previous;
        if (!transfer->is_aside)
            continue;
        free--;
        resume(engine, transfer);
    }
}

/* A transfer whose limit is over is not sent: it is ended with the others. */
static void start_enqueued(pz_engine *engine, unsigned most)
{
    bool is_any_late = engine->enqueued != NULL && engine->pulse.limit_at <= pz_clock_now();
    for (; engine->enqueued != NULL && most > 0; most--) {
        pz_transfer *transfer = engine->enqueued;
        engine->enqueued = transfer->previous;
        if (is_any_late && pz_transfer_limit(transfer) <= pz_clock_now())
            continue;
        start(engine, transfer);
    }
}

void pz_drive_run(pz_engine *engine, unsigned starts)
{
    start_enqueued(engine, starts);
    collect(engine);
    resume_aside(engine);
    for (int round = 0; round < ROUNDS_MAX && engine->timer_at <= pz_clock_now(); round++) {
        engine->timer_at = PZ_NEVER; /* libcurl sets it anew */
        act(engine, CURL_SOCKET_TIMEOUT, 0);
        collect(engine);
        resume_aside(engine);
    }
    uint64_t now = pz_clock_now();
    if (now >= engine->wake_at)
        engine->wake_at = PZ_NEVER; /* whoever runs the engine is awake */
    if (now >= engine->quiet_at)
        run_all(engine);
    pz_poller_arm(engine->poller, pz_drive_deadline(engine), now);
}

void pz_drive_socket(pz_engine *engine, const pz_poller_event *event)
{
    int ready = 0;
    if (event->ready & PZ_POLLER_IN)
        ready |= CURL_CSELECT_IN;
    if (event->ready & PZ_POLLER_OUT)
        ready |= CURL_CSELECT_OUT;
    if (event->ready & PZ_POLLER_ERROR)
        ready |= CURL_CSELECT_ERR;
    act(engine, event->fd, ready);
}
