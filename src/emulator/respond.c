/* Ends a call: applies its fault, writes the journal and the access log, and sends the reply. */
#include <stdlib.h>
#include <string.h>

#include "emulator/access_log.h"
#include "emulator/call.h"
#include "emulator/journal_text.h"
#include "emulator/libmicrohttpd.h"
#include "emulator/peer.h"

/* Bytes of a reply that the journal keeps. */
enum { ANSWER_KEPT_BYTES = 16 << 10 };

enum { JOURNAL_HEADERS_MAX = 128, CUT_BLOCK_BYTES = 16 << 10 };

/* ------------------------------------------------------------------ faults */

static void apply_fault(pz_call *call)
{
    const pz_fault_order *order = &call->fault->order;
    pz_reply *reply = &call->reply;
    if (order->status > 0)
        pz_reply_error_status(reply, PZ_OWN_FAULT, (unsigned)order->status,
                              "This was ordered of the emulator");
    if (order->body != NULL) {
        pz_buffer_free(&reply->body);
        pz_buffer_append(&reply->body, order->body, order->body_length);
        reply->content_type = order->content_type;
    }
    if (order->body != NULL || order->truncate >= 0 || order->retry_after != NULL)
        reply->behaviour = PZ_OWN_FAULT;
}

/* A body that is cut short by a fault. */
struct cut {
    char *bytes;
    size_t length; /* bytes to send */
};

static ssize_t read_cut(void *context, uint64_t position, char *out, size_t most)
{
    const struct cut *cut = context;
    if (position >= cut->length)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t rest = cut->length - (size_t)position;
    if (rest > most)
        rest = most;
    memcpy(out, cut->bytes + position, rest);
    return (ssize_t)rest;
}

static void free_cut(void *context)
{
    struct cut *cut = context;
    free(cut->bytes);
    free(cut);
}

static struct MHD_Response *cut_response_of(pz_buffer *body, size_t sent)
{
    struct cut *cut = malloc(sizeof *cut);
    if (cut == NULL)
        return NULL;
    *cut = (struct cut){body->bytes, sent};
    struct MHD_Response *response =
        MHD_create_response_from_callback(body->length, CUT_BLOCK_BYTES, read_cut, cut, free_cut);
    if (response == NULL)
        free(cut);
    return response;
}

/* ------------------------------------------------------------------ the answer */

static struct MHD_Response *bare_response_of(pz_call *call)
{
    pz_buffer *body = &call->reply.body;
    double sent = call->fault == NULL ? -1 : call->fault->order.truncate;
    struct MHD_Response *response =
        sent >= 0 && sent < (double)body->length
            ? cut_response_of(body, (size_t)sent)
            : MHD_create_response_from_buffer(body->length, body->bytes, MHD_RESPMEM_MUST_FREE);
    if (response != NULL)
        pz_buffer_init(body, 0); /* its bytes are the response's now */
    return response;
}

static struct MHD_Response *response_of(pz_call *call)
{
    const pz_reply *reply = &call->reply;
    const pz_behaviour *behaviour = &pz_behaviours[reply->behaviour];
    char date[PZ_HTTP_DATE_SIZE];
    struct MHD_Response *response = bare_response_of(call);
    if (response == NULL)
        return NULL;
    pz_clock_http_date(&call->emulator->clock, date);
    MHD_add_response_header(response, MHD_HTTP_HEADER_DATE, date);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                            reply->content_type != NULL ? reply->content_type : "application/json");
    MHD_add_response_header(response, "X-Request-Id", call->request_id);
    MHD_add_response_header(response, "X-Emulator-Evidence", pz_evidence_name(behaviour->evidence));
    MHD_add_response_header(response, "X-Emulator-Behaviour", behaviour->name);
    if (reply->is_page) {
        MHD_add_response_header(response, "Content-Security-Policy",
                                "default-src 'none'; script-src 'self'; style-src 'self'; "
                                "connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
                                "form-action 'none'; frame-ancestors 'none'");
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
        MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
        MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    }
    if (reply->allow[0] != '\0')
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, reply->allow);
    if (reply->closes)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    if (reply->challenge != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, reply->challenge);
    if (call->fault != NULL && call->fault->order.retry_after != NULL)
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER,
                                call->fault->order.retry_after);
    return response;
}

/* ------------------------------------------------------------------ what is remembered of it */

/* The answer for the journal: the access token of a token call is the emulator's own credential. */
static const pz_buffer *answer_of(const pz_call *call, pz_buffer *masked)
{
    const pz_buffer *body = &call->reply.body;
    pz_buffer_init(masked, PZ_BODY_MAX_BYTES);
    if (!call->carries_secrets)
        return body;
    pz_journal_mask(body->bytes, body->length, masked);
    if (masked->failure != PZ_BUFFER_OK)
        masked->length = 0;
    return masked;
}

static void add_to_journal(pz_call *call)
{
    pz_journal_header headers[JOURNAL_HEADERS_MAX];
    pz_buffer masked;
    const pz_buffer *body = call->carries_secrets ? &call->masked_body : &call->body;
    const pz_buffer *answer = answer_of(call, &masked);
    pz_journal_entry entry = {
        .status = call->reply.status,
        .method = call->method,
        .path = call->path,
        .query = call->carries_secrets && *call->query != '\0' ? "***" : call->query,
        .body = body->bytes,
        .body_length = body->length,
        .answer = answer->bytes,
        .answer_length = answer->length < ANSWER_KEPT_BYTES ? answer->length : ANSWER_KEPT_BYTES,
        .answer_whole = call->reply.body.length,
        .milliseconds = (pz_clock_monotonic() - call->began) * 1000,
        .behaviour = pz_behaviours[call->reply.behaviour].name,
        .was_faulty = call->fault != NULL,
        .header_count = pz_call_headers(call, headers, JOURNAL_HEADERS_MAX),
    };
    pz_journal_add(call->emulator->journal, &entry, headers);
    pz_buffer_free(&masked);
}

static void remember(pz_call *call)
{
    pz_emulator *emulator = call->emulator;
    if (!call->is_control) {
        atomic_fetch_add_explicit(&emulator->counts.requests, 1, memory_order_relaxed);
        if (call->reply.status >= MHD_HTTP_BAD_REQUEST || call->reply.status == 0)
            atomic_fetch_add_explicit(&emulator->counts.errors, 1, memory_order_relaxed);
        add_to_journal(call);
    }
    if (emulator->access_log >= 0)
        pz_access_log_write(emulator->access_log, call);
}

bool pz_respond(pz_call *call)
{
    pz_reply *reply = &call->reply;
    if (call->fault != NULL)
        apply_fault(call);
    pz_call_hold_reply(call);
    if (reply->body.failure != PZ_BUFFER_OK)
        pz_reply_no_memory(reply);
    bool resets = call->fault != NULL && call->fault->order.reset == 1;
    if (resets)
        reply->status = 0;
    remember(call);
    if (resets) {
        pz_peer_reset(call);
        return false;
    }
    struct MHD_Response *response = response_of(call);
    if (response == NULL)
        return false;
    bool queued = MHD_queue_response(call->connection, reply->status, response) == MHD_YES;
    MHD_destroy_response(response);
    return queued;
}
