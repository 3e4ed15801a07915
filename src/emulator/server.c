/* Starts libmicrohttpd, gathers the bodies of requests, carries them out, and ends in order. */
#include "emulator/server.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emulator/call.h"
#include "emulator/clients.h"
#include "emulator/clock.h"
#include "emulator/framing.h"
#include "emulator/libmicrohttpd.h"
#include "emulator/origin.h"

enum {
    HEADERS_MAX_BYTES = 32 << 10, /* of memory per connection */
    STACK_BYTES = 512 << 10,      /* of each connection's thread */
    IDLE_SECONDS = 30,            /* without a byte in either direction */
    FAREWELL_MS = 250,            /* for clients to fetch their answers when the server stops */
};

/* A body that is too large is read on to this, for its sender to see the answer. */
static const size_t DRAIN_MAX_BYTES = 4 * (size_t)PZ_BODY_MAX_BYTES;

struct pz_server {
    pz_emulator *emulator;
    struct MHD_Daemon *daemon;
    pz_clients *clients;
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
    pz_reply_init(&call->reply, &call->emulator->clock);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    call->client = info == NULL ? NULL : info->socket_context;
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
    if (call->is_counted)
        count_answering(server, -1);
    pz_clients_expect(server->clients, call->client, true);
    pz_fault_release(call->fault);
    pz_buffer_free(&call->body);
    pz_buffer_free(&call->masked_body);
    pz_reply_free(&call->reply);
    pz_in_flight_give_back(&server->emulator->in_flight, call->in_flight);
    free(call);
    *call_context = NULL;
}

/* ------------------------------------------------------------------ its body */

/* False: this sender is not worth waiting for. */
static bool take_body(pz_call *call, const char *bytes, size_t length)
{
    call->received += length;
    if (call->received > DRAIN_MAX_BYTES)
        return false;
    if (call->received > PZ_BODY_MAX_BYTES || !pz_call_may_hold(call, length))
        pz_buffer_free(&call->body);
    else if (!call->has_no_room)
        pz_buffer_append(&call->body, bytes, length);
    return true;
}

/* A client that asks before it sends is told at once. */
static bool asks_for_too_much(pz_call *call)
{
    const char *length = pz_call_header(call, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return pz_call_header(call, MHD_HTTP_HEADER_EXPECT) != NULL && length != NULL &&
           strtoull(length, NULL, 10) > PZ_BODY_MAX_BYTES;
}

/* ------------------------------------------------------------------ what becomes of it */

/* When the emulator stops it sleeps no longer, and what was delayed is answered at once. */
static void sleep_for_fault(const pz_call *call, int after)
{
    if (call->fault != NULL && call->fault->order.delay > 0 &&
        (call->fault->order.after == 1) == after)
        pz_stopping_sleep(&call->emulator->stopping, call->fault->order.delay);
}

/* From a request that is there as a whole to its answer. */
static bool carry_out(struct pz_server *server, pz_call *call)
{
    call->is_counted = true;
    count_answering(server, 1);
    pz_clients_expect(server->clients, call->client, false);
    call->is_control = strncmp(call->path, "/_emulator/", 11) == 0;
    if (pz_origin_refuses(call)) {
        call->carries_secrets = 1; /* nobody has looked what is in its body */
        return pz_respond(call);
    }
    if (!call->is_control)
        call->fault = pz_faults_pick(server->emulator->faults, call->method, call->path);
    sleep_for_fault(call, 0);
    pz_route(call);
    sleep_for_fault(call, 1);
    return pz_respond(call);
}

/* Called with the headers, with every piece of the body, and at the body's end. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **call_context)
{
    pz_call *call = *call_context;
    (void)connection;
    (void)url;
    if (call == NULL)
        return MHD_NO;
    if (call->method == NULL) {
        call->method = method;
        call->version = version;
        if (asks_for_too_much(call))
            call->received = SIZE_MAX;
        else if (!pz_framing_has_no_end(call))
            return MHD_YES;
    }
    if (*upload_size > 0) {
        bool is_worth_it = take_body(call, upload, *upload_size);
        *upload_size = 0;
        return is_worth_it ? MHD_YES : MHD_NO;
    }
    return carry_out(context, call) ? MHD_YES : MHD_NO;
}

/* libmicrohttpd keeps a pointer for each connection: here to what is known of its client. */
static void notice(void *context, struct MHD_Connection *connection, void **client,
                   enum MHD_ConnectionNotificationCode code)
{
    struct pz_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        pz_clients_remove(server->clients, *client);
    } else {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *client = info == NULL ? NULL : pz_clients_add(server->clients, info->connect_fd);
    }
}

/* ------------------------------------------------------------------ start and stop */

/* libmicrohttpd has no other way to tell that it cannot go on, and ends the process when this
 * returns: the process shall at least say who ends it, and why. */
static void panic(void *context, const char *file, unsigned line, const char *reason)
{
    (void)context;
    fprintf(
        stderr,
        "personalize.emulator: libmicrohttpd %s cannot go on and ends the process: %s (%s:%u)\n",
        MHD_get_version(), reason == NULL ? "a system call failed" : reason, file, line);
    abort();
}

static void set_panic(void)
{
    MHD_set_panic_func(panic, NULL);
}

static struct MHD_Daemon *start_daemon(struct pz_server *server, int listening)
{
    const pz_certificate *certificate = &server->emulator->certificate;
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, certificate->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, certificate->key},
        {MHD_OPTION_END, 0, NULL},
    };
    const struct MHD_OptionItem discipline[] = {
#if MHD_VERSION >= 0x00097701
        /* it refuses folded headers, which it would unfold and hand on otherwise */
        {MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1, NULL},
#endif
        {MHD_OPTION_END, 0, NULL},
    };
    bool is_tls = certificate->key != NULL;
    /* The Date is the emulator's own: its clock can be moved. ITC has libmicrohttpd join the thread
     * of a connection when that ends, and not when the next one comes. */
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | MHD_USE_ITC | MHD_USE_SUPPRESS_DATE_NO_CLOCK |
                     (is_tls ? (unsigned)MHD_USE_TLS : 0U);
    return MHD_start_daemon(
        flags, 0, NULL, NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, listening,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)PZ_CLIENTS_MAX + PZ_CLIENTS_SURPLUS_MAX,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)HEADERS_MAX_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
        MHD_OPTION_URI_LOG_CALLBACK, begin, server, MHD_OPTION_NOTIFY_COMPLETED, end, server,
        MHD_OPTION_NOTIFY_CONNECTION, notice, server, MHD_OPTION_ARRAY, is_tls ? tls : tls + 2,
        MHD_OPTION_ARRAY, discipline, MHD_OPTION_END);
}

struct pz_server *pz_server_start(pz_emulator *emulator, int listening)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct pz_server *server = calloc(1, sizeof *server);
    pthread_once(&once, set_panic);
    if (server == NULL) {
        pz_server_unlisten(listening);
        return NULL;
    }
    server->emulator = emulator;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    server->clients = pz_clients_new(&emulator->stopping, emulator->options.request_timeout);
    if (server->clients != NULL)
        server->daemon = start_daemon(server, listening);
    if (server->daemon == NULL)
        pz_server_unlisten(listening);
    else if (pz_clients_watch(server->clients))
        return server;
    pz_server_stop(server);
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
    if (server->clients != NULL)
        pz_clients_join(server->clients);
    if (server->daemon != NULL) {
        wait_for_answers(server);
        MHD_stop_daemon(server->daemon);
    }
    pz_clients_free(server->clients);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
