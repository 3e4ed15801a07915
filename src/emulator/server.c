#include "emulator/server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "emulator/call.h"
#include "emulator/clock.h"

enum {
    CONNECTIONS_MAX = 8192,
    HEADERS_MAX_BYTES = 32 << 10, /* of memory per connection */
    IDLE_SECONDS = 30,            /* without a byte in either direction */
    REQUEST_SECONDS = 60,         /* from its first line to the end of its body */
    FAREWELL_MS = 250,            /* for clients to fetch their answers when the server stops */
    JOURNAL_HEADERS_MAX = 128,
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
    pz_answer_init(&call->answer);
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
    if (call->routed)
        count_answering(server, -1);
    pz_buffer_free(&call->body);
    pz_buffer_free(&call->masked_body);
    pz_answer_free(&call->answer);
    free(call);
    *call_context = NULL;
}

/* ------------------------------------------------------------------ its body */

/* False: this sender is not worth waiting for. */
static int take_body(pz_call *call, const char *bytes, size_t length)
{
    call->received += length;
    if (call->received > DRAIN_MAX_BYTES || pz_clock_monotonic() - call->began > REQUEST_SECONDS)
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

/* ------------------------------------------------------------------ its answer */

static void add_to_journal(pz_call *call)
{
    pz_journal_header headers[JOURNAL_HEADERS_MAX];
    const pz_buffer *body = call->carries_secrets ? &call->masked_body : &call->body;
    pz_journal_entry entry = {
        .status = call->answer.status,
        .method = call->method,
        .path = call->path,
        .query = call->query,
        .body = body->bytes,
        .body_length = body->length,
        .header_count = pz_call_headers(call, headers, JOURNAL_HEADERS_MAX),
    };
    pz_journal_add(call->emulator->journal, &entry, headers);
}

static struct MHD_Response *response_of(pz_call *call)
{
    pz_answer *answer = &call->answer;
    if (answer->body.failure != PZ_BUFFER_OK)
        pz_answer_no_memory(answer);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->body.length, answer->body.bytes, MHD_RESPMEM_MUST_FREE);
    if (response == NULL)
        return NULL;
    pz_buffer_init(&answer->body, 0); /* its bytes are the response's now */
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    MHD_add_response_header(response, "X-Request-Id", call->request_id);
    if (answer->allow[0] != '\0')
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, answer->allow);
    if (answer->closes)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (answer->challenge != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, answer->challenge);
    return response;
}

static enum MHD_Result send_answer(pz_call *call)
{
    pz_counts *counts = &call->emulator->counts;
    unsigned status = call->answer.status;
    atomic_fetch_add_explicit(&counts->requests, 1, memory_order_relaxed);
    if (status >= MHD_HTTP_BAD_REQUEST)
        atomic_fetch_add_explicit(&counts->errors, 1, memory_order_relaxed);
    add_to_journal(call);
    struct MHD_Response *response = response_of(call);
    if (response == NULL)
        return MHD_NO;
    enum MHD_Result result = MHD_queue_response(call->connection, status, response);
    MHD_destroy_response(response);
    return result;
}

/* Called with the headers, with every piece of the body, at the body's end, and after a resume. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **call_context)
{
    struct pz_server *server = context;
    pz_call *call = *call_context;
    (void)connection;
    (void)url;
    (void)version;
    if (call == NULL)
        return MHD_NO;
    if (call->method == NULL) {
        call->method = method;
        if (!asks_for_too_much(call))
            return MHD_YES;
        call->received = SIZE_MAX;
    }
    if (*upload_size > 0) {
        int worth_it = take_body(call, upload, *upload_size);
        *upload_size = 0;
        return worth_it ? MHD_YES : MHD_NO;
    }
    if (!call->routed) {
        call->routed = 1;
        count_answering(server, 1);
        pz_route(call);
        if (call->waits)
            return MHD_YES;
    }
    return send_answer(call);
}

/* ------------------------------------------------------------------ start and stop */

static struct MHD_Daemon *start_daemon(struct pz_server *server, int listening)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC, 0, NULL, NULL,
        handle, server, MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned)PZ_SERVER_THREADS, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_URI_LOG_CALLBACK, begin,
        server, MHD_OPTION_NOTIFY_COMPLETED, end, server, MHD_OPTION_END);
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
