/* Helpers of handlers: headers, JSON bodies, limits of memory. */
#include "emulator/call.h"

#include <stdio.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <string.h>
#include <strings.h>

#include "emulator/clients.h"
#include "emulator/libmicrohttpd.h"

enum { MAX_DEPTH = 128 }; /* of JSON bodies; behaviours.c tells it */

/* A larger body is parsed alone: its tree may have several MB, and all clients may send one. */
enum { LARGE_BODY_BYTES = 64 << 10 };

/* Once parsed bodies took as much, memory is given back to the system. */
enum { TRIMMED_BYTES = 8 << 20 };

const char *pz_call_header(pz_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

bool pz_call_has_type(pz_call *call, const char *type)
{
    const char *given = pz_call_header(call, MHD_HTTP_HEADER_CONTENT_TYPE);
    size_t length = strlen(type);
    if (given == NULL || strncasecmp(given, type, length) != 0)
        return false;
    given += length;
    given += strspn(given, " \t");
    return *given == '\0' || *given == ';';
}

/* Of memory in many pieces glibc keeps the most, for each thread. */
static void trim_memory(size_t freed)
{
#ifdef __GLIBC__
    if (freed > TRIMMED_BYTES)
        malloc_trim(0);
#else
    (void)freed;
#endif
}

bool pz_call_parse(pz_call *call, pz_json_document *document, unsigned max_depth,
                   pz_json_value **value, pz_json_error *error)
{
    pz_emulator *emulator = call->emulator;
    const char *bytes = call->body.length == 0 ? "" : call->body.bytes;
    bool is_large = call->body.length > LARGE_BODY_BYTES;
    if (is_large)
        pthread_mutex_lock(&emulator->large_lock);
    *value = pz_json_document_parse(document, bytes, call->body.length, max_depth, error);
    size_t size = pz_json_document_size(document);
    bool has_room = pz_in_flight_take(&emulator->documents, size);
    if (has_room) {
        call->documents += size;
    } else {
        pz_json_document_clear(document);
        trim_memory(size);
    }
    if (is_large)
        pthread_mutex_unlock(&emulator->large_lock);
    if (!has_room) {
        *value = NULL;
        pz_reply_error(&call->reply, PZ_REFUSES_BUSY,
                       "The bodies of all calls under way take too much memory when parsed");
    }
    return has_room;
}

void pz_call_give_back_documents(pz_call *call)
{
    trim_memory(call->documents);
    pz_in_flight_give_back(&call->emulator->documents, call->documents);
    call->documents = 0;
}

pz_json_value *pz_call_json(pz_call *call, pz_json_document *document)
{
    pz_json_error error;
    pz_json_value *value;
    if (!pz_call_parse(call, document, MAX_DEPTH, &value, &error) || value != NULL)
        return value;
    if (error.no_memory) {
        pz_reply_no_memory(&call->reply);
        return NULL;
    }
    char text[256];
    snprintf(text, sizeof text, "The body is not JSON: %s at byte %zu (line %zu, column %zu)",
             error.message, error.offset, error.line, error.column);
    pz_reply_error(&call->reply, PZ_REFUSES_JSON, text);
    return NULL;
}

struct collected {
    pz_journal_header *headers;
    size_t count;
    size_t most;
};

static const char *masked(const char *name, const char *value)
{
    if (strcasecmp(name, MHD_HTTP_HEADER_AUTHORIZATION) != 0 &&
        strcasecmp(name, MHD_HTTP_HEADER_PROXY_AUTHORIZATION) != 0)
        return value;
    if (strncasecmp(value, "Bearer ", 7) == 0)
        return "Bearer ***";
    return strncasecmp(value, "Basic ", 6) == 0 ? "Basic ***" : "***";
}

static enum MHD_Result collect(void *context, enum MHD_ValueKind kind, const char *name,
                               const char *value)
{
    struct collected *collected = context;
    (void)kind;
    if (collected->count == collected->most)
        return MHD_NO;
    value = masked(name, value == NULL ? "" : value);
    collected->headers[collected->count++] = (pz_journal_header){name, value};
    return MHD_YES;
}

size_t pz_call_headers(pz_call *call, pz_journal_header *headers, size_t most)
{
    struct collected collected = {headers, 0, most};
    MHD_get_connection_values(call->connection, MHD_HEADER_KIND, collect, &collected);
    return collected.count;
}

bool pz_call_may_hold(pz_call *call, size_t bytes)
{
    if (!call->has_no_room && pz_in_flight_take(&call->emulator->in_flight, bytes))
        call->in_flight += bytes;
    else
        call->has_no_room = true;
    return !call->has_no_room;
}

void pz_call_refuse_no_room(pz_call *call)
{
    pz_reply_error(&call->reply, PZ_REFUSES_BUSY,
                   "The bodies of all calls under way are larger than 256 MiB");
    call->reply.closes = true;
}

void pz_call_hold_reply(pz_call *call)
{
    pz_buffer *body = &call->reply.body;
    bool is_held = call->holds_reply;
    call->holds_reply = true;
    if (is_held || call->has_no_room)
        return;
    char *shorter = body->length == 0 ? NULL : realloc(body->bytes, body->length);
    if (shorter != NULL) {
        body->bytes = shorter;
        body->capacity = body->length;
    }
    if (!pz_call_may_hold(call, body->capacity))
        pz_call_refuse_no_room(call);
}

void pz_call_make_alone(pz_call *call, void (*make)(pz_call *call))
{
    pthread_mutex_lock(&call->emulator->large_lock);
    make(call);
    pz_call_hold_reply(call);
    pthread_mutex_unlock(&call->emulator->large_lock);
}

bool pz_call_refuses_surplus(pz_call *call)
{
    if (!pz_client_is_surplus(call->client))
        return false;
    pz_reply_error(&call->reply, PZ_REFUSES_BUSY, "The emulator has as many connections as it can");
    call->reply.closes = true;
    return true;
}

static void refuse_failed(pz_call *call, const char *could_not, enum pz_store_result result)
{
    if (result == PZ_STORE_BUSY)
        pz_reply_error(&call->reply, PZ_REFUSES_BUSY,
                       "Another process holds the emulator's database");
    else if (result != PZ_STORE_OK)
        pz_reply_error(&call->reply, PZ_REFUSES_BROKEN, could_not);
}

void pz_call_refuse_unread(pz_call *call, const char *missing, enum pz_store_result result)
{
    if (result == PZ_STORE_MISSING)
        pz_reply_error(&call->reply, PZ_REFUSES_MISSING, missing);
    else
        refuse_failed(call, "The emulator could not read its database", result);
}

void pz_call_refuse_unwritten(pz_call *call, enum pz_store_result result)
{
    refuse_failed(call, "The emulator could not write its database", result);
}
