/* Describes the outcome of the call that testConnection made. */
#include "emulator/reply_of_target.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "emulator/outputs.h"
#include "masking/redact.h"
#include "json/value.h"

enum { BODY_MAX_DEPTH = 96, BROKEN_URL_SHOWN = 1024 };

/* ------------------------------------------------------------------ the parts */

static bool add_header(pz_json_document *document, pz_json_value *headers, const char *line,
                       size_t length)
{
    const char *colon = memchr(line, ':', length);
    if (colon == NULL)
        return true; /* the status line, the empty line */
    char name[128];
    size_t name_length = (size_t)(colon - line);
    if (name_length >= sizeof name)
        return true;
    for (size_t i = 0; i < name_length; i++)
        name[i] = line[i] >= 'A' && line[i] <= 'Z' ? (char)(line[i] | 0x20) : line[i];
    const char *value = colon + 1;
    const char *end = line + length;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == '\r' || end[-1] == ' '))
        end--;
    name[name_length] = '\0';
    return pz_json_set(document, headers, name,
                       pz_json_new_string(document, value, (size_t)(end - value)));
}

/* A header that came twice is shown with its last value. */
static pz_json_value *headers_of(pz_json_document *document, const pz_target_call *call)
{
    pz_json_value *headers = pz_json_new_object(document);
    const char *line = call->answer_headers.bytes;
    const char *end = line == NULL ? NULL : line + call->answer_headers.length;
    while (headers != NULL && line < end) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        if (next == NULL)
            next = end;
        if (!add_header(document, headers, line, (size_t)(next - line)))
            return NULL;
        line = next + (next < end);
    }
    return headers;
}

/* NULL: it is not JSON. */
static pz_json_value *json_of(pz_json_document *document, const pz_target_call *call)
{
    pz_json_error error;
    const char *bytes = call->answer.length == 0 ? "" : call->answer.bytes;
    return call->is_cut ? NULL
                        : pz_json_document_parse(document, bytes, call->answer.length,
                                                 BODY_MAX_DEPTH, &error);
}

static bool set_body(pz_json_document *document, pz_json_value *root, const pz_target *target,
                     const pz_target_call *call)
{
    const char *bytes = call->answer.length == 0 ? "" : call->answer.bytes;
    pz_json_value *json = json_of(document, call);
    pz_json_value *body =
        json != NULL ? json : pz_json_new_string(document, bytes, call->answer.length);
    return pz_json_set(document, root, "body", body) &&
           pz_json_set(
               document, root, "outputs",
               pz_outputs_pick(document, pz_json_get(target->connection, "outputMappings"), json));
}

/* What libcurl cannot parse: up to the last @ it may be user information, whatever its form. NULL:
 * no memory. */
static pz_json_value *shown_broken_url(pz_json_document *document, const char *url)
{
    char shown[BROKEN_URL_SHOWN];
    pz_buffer text;
    const char *at = strrchr(url, '@');
    const char *slashes = strstr(url, "//");
    pz_buffer_init(&text, PZ_TARGET_URL_MAX_BYTES + 8);
    if (at != NULL) {
        if (slashes != NULL && slashes < at)
            pz_buffer_append(&text, url, (size_t)(slashes - url) + 2);
        pz_buffer_append_text(&text, "***");
    }
    pz_buffer_append_text(&text, at == NULL ? url : at);
    size_t length = text.failure != PZ_BUFFER_OK || text.length == 0
                        ? 0
                        : pz_redact(text.bytes, text.length, shown, sizeof shown);
    pz_buffer_free(&text);
    return pz_json_new_string(document, shown, length);
}

/* Masks the password in a URL. NULL: no memory. */
static pz_json_value *shown_url(pz_json_document *document, const char *url)
{
    char *shown = NULL;
    char *password = NULL;
    CURLU *parsed = curl_url();
    bool is_parsed = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK;
    if (is_parsed && curl_url_get(parsed, CURLUPART_PASSWORD, &password, 0) == CURLUE_OK &&
        curl_url_set(parsed, CURLUPART_PASSWORD, "***", 0) == CURLUE_OK)
        curl_url_get(parsed, CURLUPART_URL, &shown, 0);
    pz_json_value *value = is_parsed ? pz_json_new_text(document, password == NULL ? url
                                                                  : shown == NULL  ? ""
                                                                                   : shown)
                                     : shown_broken_url(document, url);
    curl_free(password);
    curl_free(shown);
    curl_url_cleanup(parsed);
    return value;
}

/* Adds a note for each part that was sent with FreeMarker in it. */
static bool set_notes(pz_json_document *document, pz_json_value *root, const pz_target *target)
{
    static const char *const notes[PZ_TARGET_PARTS] = {
        [PZ_TARGET_URL] = "request.connectionUrl holds FreeMarker, which the emulator does not "
                          "evaluate: it went out as it is",
        [PZ_TARGET_HEADERS] =
            "customHeaders hold FreeMarker, which the emulator does not evaluate: "
            "it went out as it is",
        [PZ_TARGET_BODY] = "request.requestBody holds FreeMarker, which the emulator does not "
                           "evaluate: it went out as it is",
    };
    pz_json_value *array = NULL;
    for (int i = 0; i < PZ_TARGET_PARTS; i++) {
        if (!target->has_freemarker[i])
            continue;
        if (array == NULL && ((array = pz_json_new_array(document)) == NULL ||
                              !pz_json_set(document, root, "notes", array)))
            return false;
        if (!pz_json_append(document, array, pz_json_new_text(document, notes[i])))
            return false;
    }
    return true;
}

/* Adds the members that both kinds of reply end with. */
static bool add_end(pz_json_document *document, pz_json_value *root, const pz_target *target,
                    double seconds)
{
    const char *url =
        target->url.failure != PZ_BUFFER_OK || target->url.length == 0 ? "" : target->url.bytes;
    const char *method = target->method == NULL ? "GET" : target->method;
    pz_json_value *request = pz_json_new_object(document);
    return request != NULL &&
           pz_json_set(document, request, "method", pz_json_new_text(document, method)) &&
           pz_json_set(document, request, "url", shown_url(document, url)) &&
           pz_json_set(document, root, "durationMs",
                       pz_json_new_integer(document, (int64_t)(seconds * 1000))) &&
           pz_json_set(document, root, "request", request);
}

static void answer_with(pz_reply *reply, pz_json_document *document, const pz_json_value *root,
                        bool ok)
{
    if (ok)
        pz_reply_json(reply, PZ_DOES_TEST, root);
    else
        pz_reply_no_memory(reply);
    pz_json_document_free(document);
}

/* ------------------------------------------------------------------ the answers */

void pz_reply_of_target_result(pz_reply *reply, const pz_target *target, const pz_target_call *call,
                               double seconds)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *root = document == NULL ? NULL : pz_json_new_object(document);
    bool ok = root != NULL &&
              pz_json_set(document, root, "status", pz_json_new_integer(document, call->status)) &&
              pz_json_set(document, root, "headers", headers_of(document, call)) &&
              set_body(document, root, target, call) &&
              (!call->is_cut ||
               pz_json_set(document, root, "truncated", pz_json_new_boolean(document, 1))) &&
              set_notes(document, root, target) && add_end(document, root, target, seconds);
    answer_with(reply, document, root, ok);
}

void pz_reply_of_target_failure(pz_reply *reply, const pz_target *target, const char *stage,
                                const char *message, double seconds)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *root = document == NULL ? NULL : pz_json_new_object(document);
    pz_json_value *error = root == NULL ? NULL : pz_json_new_object(document);
    bool ok =
        error != NULL && pz_json_set(document, error, "stage", pz_json_new_text(document, stage)) &&
        pz_json_set(document, error, "message", pz_json_new_text(document, message)) &&
        pz_json_set(document, root, "error", error) && add_end(document, root, target, seconds);
    answer_with(reply, document, root, ok);
}

bool pz_target_has_answered(const pz_target_call *call)
{
    return call->code == CURLE_OK || call->is_cut;
}

const char *pz_target_stage(const pz_target_call *call)
{
    switch (call->code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return "configuration";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return "connect";
    case CURLE_OPERATION_TIMEDOUT:
        return call->connected > 0 ? "answer" : "connect";
    default:
        return "answer";
    }
}

const char *pz_target_message(const pz_target_call *call)
{
    return call->error[0] != '\0' ? call->error : curl_easy_strerror(call->code);
}
