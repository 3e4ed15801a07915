/* Starts libmicrohttpd, gathers the bodies of requests, and ends them in order. */
#include "emulator/server.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emulator/call.h"
#include "emulator/clock.h"
#include "emulator/framing.h"
#include "emulator/libmicrohttpd.h"
#include "emulator/peer.h"

enum {
    CONNECTIONS_MAX = 8192,
    HEADERS_MAX_BYTES = 32 << 10, /* of memory per connection */
    IDLE_SECONDS = 30,            /* without a byte in either direction */
    FAREWELL_MS = 250,            /* for clients to fetch their answers when the server stops */
};

/* A body that is too large is read on to this, for its sender to see the answer. */
static const size_t DRAIN_MAX_BYTES = 4 * (size_t)PZ_BODY_MAX_BYTES;

struct pz_server {
    pz_emulator *emulator;
    struct MHD_Daemon *daemon;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned answering; /* calls whose answer is not sent yet */
};

static void count_answering(struct pz_server *server, int change)
{
    pthread_mutex_lock(&server->lock);
    server->answering += (unsigned)change;
    if (server->answering == 0)
        pthread_cond_signal(&server->changed);
    pthread_mutex_unlock(&server->lock);
}

/* ------------------------------------------------------------------ the beginning of a call */

static void *begin(void *context, const char *target, struct MHD_Connection *connection)
{
    struct pz_server *server = context;
    size_t length = strlen(target);
    pz_call *call = calloc(1, sizeof *call + length + 2);
    if (call == NULL)
        return NULL;
    call->emulator = server->emulator;
    call->connection = connection;
    call->began = pz_clock_monotonic();
    call->path = (char *)(call + 1);
    memcpy(call->path, target, length + 1);
    call->query = strchr(call->path, '?');
    if (call->query != NULL)
        *call->query++ = '\0';
    else
        call->query = call->path + length;
    pz_buffer_init(&call->body, PZ_BODY_MAX_BYTES);
    pz_buffer_init(&call->masked_body, PZ_BODY_MAX_BYTES);
    pz_answer_init(&call->answer, &call->emulator->clock);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    call->watched = info == NULL ? NULL : info->socket_context;
    pz_identifier_request(call->request_id);
    return call;
}

static void end(void *context, struct MHD_Connection *connection, void **call_context,
                enum MHD_RequestTerminationCode reason)
{
    struct pz_server *server = context;
    pz_call *call = *call_context;
    (void)connection;
    (void)reason;
    if (call == NULL)
        return;
    if (call->counts)
        count_answering(server, -1);
    pz_call_drop_wait(call);
    pz_watchdog_expect(server->emulator->watchdog, call->watched, 1);
    pz_fault_release(call->fault);
    pz_buffer_free(&call->body);
    pz_buffer_free(&call->masked_body);
    pz_answer_free(&call->answer);
    if (call->is_in_a_row)
        pz_peer_expect(call);
    free(call);
    *call_context = NULL;
}

/* ------------------------------------------------------------------ its body */

/* False: this sender is not worth waiting for. */
static int take_body(pz_call *call, const char *bytes, size_t length)
{
    call->received += length;
    if (call->received > DRAIN_MAX_BYTES)
        return 0;
    if (call->received > PZ_BODY_MAX_BYTES)
        pz_buffer_free(&call->body);
    else
        pz_buffer_append(&call->body, bytes, length);
    return 1;
}

/* A client that asks before it sends is told at once. */
static int asks_for_too_much(pz_call *call)
{
    const char *length = pz_call_header(call, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return pz_call_header(call, MHD_HTTP_HEADER_EXPECT) != NULL && length != NULL &&
           strtoull(length, NULL, 10) > PZ_BODY_MAX_BYTES;
}

/* ------------------------------------------------------------------ its pieces, as they come */

/* Called with the headers, with every piece of the body, at the body's end, again when it was not
 * answered then, and after a resume. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **call_context)
{
    struct pz_server *server = context;
    pz_call *call = *call_context;
    (void)connection;
    (void)url;
    if (call == NULL)
        return MHD_NO;
    int is_first = call->method == NULL;
    if (is_first) {
        call->method = method;
        call->version = version;
        if (asks_for_too_much(call))
            call->received = SIZE_MAX;
        else if (!pz_framing_has_no_end(call))
            return MHD_YES;
    }
    if (*upload_size > 0) {
        int worth_it = take_body(call, upload, *upload_size);
        *upload_size = 0;
        return worth_it ? MHD_YES : MHD_NO;
    }
    if (call->step == PZ_STEP_ARRIVED) {
        call->is_whole = !is_first;
        call->counts = 1;
        count_answering(server, 1);
    }
    return pz_proceed(call) ? MHD_YES : MHD_NO;
}

/* libmicrohttpd keeps a pointer for each connection: here to what the watchdog knows of it. */
static void notice(void *context, struct MHD_Connection *connection, void **watched,
                   enum MHD_ConnectionNotificationCode code)
{
    struct pz_server *server = context;
    pz_watchdog *watchdog = server->emulator->watchdog;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        pz_watchdog_remove(watchdog, *watched);
    } else {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *watched = info == NULL ? NULL : pz_watchdog_add(watchdog, info->connect_fd);
    }
}

/* ------------------------------------------------------------------ start and stop */

static struct MHD_Daemon *start_daemon(struct pz_server *server, int listening)
{
    const pz_credentials *credentials = &server->emulator->credentials;
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, credentials->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, credentials->key},
        {MHD_OPTION_END, 0, NULL},
    };
    int is_tls = credentials->key != NULL;
    /* The Date is the emulator's own: its clock can be moved. */
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK | (is_tls ? (unsigned)MHD_USE_TLS : 0U);
    return MHD_start_daemon(
        flags, 0, NULL, NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, listening,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)PZ_SERVER_THREADS, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_URI_LOG_CALLBACK, begin,
        server, MHD_OPTION_NOTIFY_COMPLETED, end, server, MHD_OPTION_NOTIFY_CONNECTION, notice,
        server, MHD_OPTION_ARRAY, is_tls ? tls : tls + 2, MHD_OPTION_END);
}

struct pz_server *pz_server_start(pz_emulator *emulator, int listening)
{
    struct pz_server *server = calloc(1, sizeof *server);
    if (server != NULL) {
        server->emulator = emulator;
        pthread_mutex_init(&server->lock, NULL);
        pthread_cond_init(&server->changed, NULL);
        server->daemon = start_daemon(server, listening);
        if (server->daemon != NULL)
            return server;
        pthread_cond_destroy(&server->changed);
        pthread_mutex_destroy(&server->lock);
    }
    free(server);
    close(listening);
    return NULL;
}

static void wait_for_answers(struct pz_server *server)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += FAREWELL_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&server->lock);
    while (server->answering > 0 &&
           pthread_cond_timedwait(&server->changed, &server->lock, &until) == 0)
        ;
    pthread_mutex_unlock(&server->lock);
}

void pz_server_stop(struct pz_server *server)
{
    if (server == NULL)
        return;
    wait_for_answers(server);
    MHD_stop_daemon(server->daemon);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
