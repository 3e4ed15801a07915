/* What handlers ask of a call: headers, a body of JSON, a wait for another thread. */
#include "emulator/call.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "emulator/libmicrohttpd.h"

enum { MAX_DEPTH = 128 }; /* of JSON bodies; behaviours.c tells it */

const char *pz_call_header(pz_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

int pz_call_has_type(pz_call *call, const char *type)
{
    const char *given = pz_call_header(call, MHD_HTTP_HEADER_CONTENT_TYPE);
    size_t length = strlen(type);
    if (given == NULL || strncasecmp(given, type, length) != 0)
        return 0;
    given += length;
    given += strspn(given, " \t");
    return *given == '\0' || *given == ';';
}

pz_json_value *pz_call_json(pz_call *call, pz_json_document *document)
{
    pz_json_error error;
    pz_json_value *value =
        pz_json_document_parse(document, call->body.length == 0 ? "" : call->body.bytes,
                               call->body.length, MAX_DEPTH, &error);
    if (value != NULL)
        return value;
    if (error.no_memory) {
        pz_answer_no_memory(&call->answer);
        return NULL;
    }
    char text[256];
    snprintf(text, sizeof text, "The body is not JSON: %s at byte %zu (line %zu, column %zu)",
             error.message, error.offset, error.line, error.column);
    pz_answer_error(&call->answer, PZ_REFUSES_JSON, text);
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

/* Once resumed, libmicrohttpd 0.9.75 goes on with what it wanted before: to read. A client that has
 * closed its side of the connection would lose its answer. When a request that is there as a whole
 * has neither been answered nor suspended, it wants nothing and asks again at once: only then the
 * call is suspended. */
void pz_call_wait(pz_call *call, const pz_wait *wait)
{
    call->waits = 1;
    call->wait = *wait;
    if (!call->is_whole)
        pz_call_suspend(call);
}

void pz_call_suspend(pz_call *call)
{
    pz_wait wait = call->wait;
    call->wait = (pz_wait){0};
    MHD_suspend_connection(call->connection);
    wait.begin(wait.context);
}

void pz_call_drop_wait(pz_call *call)
{
    if (call->wait.drop != NULL)
        call->wait.drop(call->wait.context);
}

void pz_call_resume(pz_call *call)
{
    MHD_resume_connection(call->connection);
}
