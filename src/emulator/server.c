/* Starts libmicrohttpd, gathers the bodies of requests, carries them out, and ends in order. */
#include "emulator/server.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator/call.h"
#include "emulator/clients.h"
#include "emulator/clock.h"
#include "emulator/framing.h"
#include "emulator/libmicrohttpd.h"
#include "emulator/origin.h"
#include "emulator/workers.h"

enum {
    HEADERS_MAX_BYTES = 32 << 10, /* of memory per connection */
    IDLE_SECONDS = 30,            /* without a byte in either direction */
    FAREWELL_MS = 250,            /* for clients to fetch their answers when the server stops */
};

/* A body that is too large is read on to this, for its sender to see the answer. */
static const size_t DRAIN_MAX_BYTES = 4 * (size_t)PZ_BODY_MAX_BYTES;

struct pz_server {
    pz_emulator *emulator;
    int listening;
    pz_clients *clients;
    pz_workers *workers;
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
    /* the time before this first line does not count */
    pz_clients_expect(server->clients, call->client, true);
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

/* False if the body is far too large to be read to its end. */
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

/* True if a client that waits for 100 Continue announces too large a body: it is refused at once.
 */
static bool asks_for_too_much(pz_call *call)
{
    const char *length = pz_call_header(call, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return pz_call_header(call, MHD_HTTP_HEADER_EXPECT) != NULL && length != NULL &&
           strtoull(length, NULL, 10) > PZ_BODY_MAX_BYTES;
}

/* ------------------------------------------------------------------ what becomes of it */

/* Sleeps for the delay of the call's fault. A stop of the emulator ends the sleep. */
static void sleep_for_fault(const pz_call *call, bool after)
{
    if (call->fault != NULL && call->fault->order.delay > 0 &&
        (call->fault->order.after == 1) == after)
        pz_stopping_sleep(&call->emulator->stopping, call->fault->order.delay);
}

/* Carries out a request that has arrived as a whole, and sends its answer. */
static bool carry_out(struct pz_server *server, pz_call *call)
{
    call->is_counted = true;
    count_answering(server, 1);
    pz_clients_expect(server->clients, call->client, false);
    call->is_control = strncmp(call->path, "/_emulator/", 11) == 0;
    if (pz_origin_refuses(call)) {
        call->carries_secrets = true; /* its body was not checked for secrets */
        return pz_respond(call);
    }
    if (!call->is_control)
        call->fault = pz_faults_pick(server->emulator->faults, call->method, call->path);
    sleep_for_fault(call, false);
    pz_route(call);
    pz_call_give_back_documents(call);
    sleep_for_fault(call, true);
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

/* ------------------------------------------------------------------ start and stop */

/* libmicrohttpd has no other way to tell that it cannot go on, and ends the process when this
 * returns: so it says at least what ended the process. */
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

/* Makes a daemon that serves one connection at a time, run by its worker. */
static struct MHD_Daemon *make_daemon(void *context, pz_worker *worker)
{
    struct pz_server *server = context;
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
    /* MHD_USE_AUTO would find epoll too, but refuses descriptors beyond FD_SETSIZE from 1.0 on. The
     * Date is the emulator's own: its clock can be moved. */
    bool has_epoll = MHD_is_feature_supported(MHD_FEATURE_EPOLL) == MHD_YES;
    unsigned flags = MHD_USE_NO_LISTEN_SOCKET | MHD_USE_SUPPRESS_DATE_NO_CLOCK |
                     (has_epoll ? (unsigned)MHD_USE_EPOLL : 0U) |
                     (is_tls ? (unsigned)MHD_USE_TLS : 0U);
    return MHD_start_daemon(flags, 0, NULL, NULL, handle, server, MHD_OPTION_CONNECTION_LIMIT, 2U,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX_BYTES,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
                            MHD_OPTION_URI_LOG_CALLBACK, begin, server, MHD_OPTION_NOTIFY_COMPLETED,
                            end, server, MHD_OPTION_NOTIFY_CONNECTION, pz_worker_notice, worker,
                            MHD_OPTION_ARRAY, is_tls ? tls : tls + 2, MHD_OPTION_ARRAY, discipline,
                            MHD_OPTION_END);
}

struct pz_server *pz_server_start(pz_emulator *emulator, int listening)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct pz_server *server = calloc(1, sizeof *server);
    pthread_once(&once, set_panic);
    if (server == NULL) {
        close(listening);
        return NULL;
    }
    server->emulator = emulator;
    server->listening = listening;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->changed, NULL);
    server->clients = pz_clients_new(&emulator->stopping, emulator->options.request_timeout);
    if (server->clients != NULL)
        server->workers =
            pz_workers_start(&emulator->stopping, server->clients, listening, make_daemon, server);
    if (server->workers != NULL && pz_clients_watch(server->clients))
        return server;
    pz_stopping_begin(&emulator->stopping);
    pz_server_stop(server);
    return NULL;
}

static void wait_for_answers(struct pz_server *server)
{
    const struct timespec until = pz_clock_deadline(FAREWELL_MS);
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
    wait_for_answers(server);
    pz_workers_stop(server->workers);
    close(server->listening);
    pz_clients_free(server->clients);
    pthread_cond_destroy(&server->changed);
    pthread_mutex_destroy(&server->lock);
    free(server);
}
