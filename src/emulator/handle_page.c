/* The page for people at /_emulator/, and the calls that only it and tests in other processes need:
 * the connections, the requests of their test calls, the armed faults. */
#include <string.h>

#include "emulator/control.h"
#include "emulator/embed.h"
#include "emulator/items.h"
#include "emulator/journal_text.h"
#include "emulator/query_page.h"
#include "emulator/target.h"

PZ_EMBED(pz_page_html, "src/emulator/page/index.html");
PZ_EMBED(pz_page_css, "src/emulator/page/page.css");
PZ_EMBED(pz_page_js, "src/emulator/page/page.js");

enum {
    LIST_MAX_BYTES = 64 << 20,
    DEPTH_MAX = 129, /* of a list of connections, each as deep as a body may be */
    DEFAULT_LIMIT = 100,
    FAULTS_SHOWN = 100,
};

/* ------------------------------------------------------------------ the files */

void pz_handle_page(pz_call *call)
{
    static const struct {
        const char *path, *type, *begin, *end;
    } files[] = {
        {"/_emulator/", "text/html; charset=utf-8", pz_page_html, pz_page_html_end},
        {"/_emulator/page.css", "text/css; charset=utf-8", pz_page_css, pz_page_css_end},
        {"/_emulator/page.js", "text/javascript; charset=utf-8", pz_page_js, pz_page_js_end},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (strcmp(call->path, files[i].path) != 0)
            continue;
        pz_reply_start(&call->reply, PZ_OWN_PAGE);
        pz_buffer_append(&call->reply.body, files[i].begin,
                         (size_t)(files[i].end - files[i].begin));
        call->reply.content_type = files[i].type;
        call->reply.is_page = true;
    }
}

/* ------------------------------------------------------------------ putting items */

void pz_handle_put_items(pz_call *call)
{
    pz_json_document *document;
    const char *problem = NULL;
    size_t length;
    const pz_json_value *root = pz_control_body(call, &document);
    if (root == NULL)
        return;
    pz_store *store = call->emulator->store;
    enum pz_store_result result = pz_store_begin(store);
    if (result == PZ_STORE_OK)
        result = pz_store_end(store,
                              pz_items_put(store, pz_json_text(pz_json_get(root, "path"), &length),
                                           pz_json_get(root, "items"), &problem));
    if (problem != NULL)
        pz_control_refuse(call, problem);
    else if (result == PZ_STORE_OK)
        pz_control_done(call);
    else
        pz_call_refuse_unwritten(call, result);
    pz_json_document_free(document);
}

/* ------------------------------------------------------------------ connections and their calls */

/* The headers as "Name: value", without the lines that are instructions to libcurl. */
static pz_json_value *headers_of(pz_json_document *document, const pz_target *target)
{
    pz_json_value *headers = pz_json_new_array(document);
    for (const struct curl_slist *line = target->headers; line != NULL; line = line->next) {
        size_t length = strlen(line->data);
        if (headers == NULL)
            return NULL;
        if (length > 0 && line->data[length - 1] != ':' &&
            !pz_json_append(document, headers, pz_json_new_text(document, line->data)))
            return NULL;
    }
    return headers;
}

/* The call that a test of the connection would send, or the reason why it cannot. */
static pz_json_value *call_of(pz_json_document *document, const pz_emulator *emulator,
                              const pz_json_value *connection)
{
    static const char *const auths[] = {"none", "an access token of OAuth", "HTTP Basic",
                                        "members of auth"};
    pz_target target;
    pz_json_value *call = pz_json_new_object(document);
    bool is_set = call != NULL;
    if (pz_target_read(&target, emulator, document, connection))
        is_set = is_set && pz_json_set_text(document, call, "method", target.method) &&
                 pz_json_set_text(document, call, "url", target.url.bytes) &&
                 pz_json_set(document, call, "headers", headers_of(document, &target)) &&
                 pz_json_set(document, call, "body",
                             pz_json_new_string(document, target.body.bytes, target.body.length)) &&
                 pz_json_set_text(document, call, "authentication", auths[target.auth]);
    else
        is_set = is_set && pz_json_set_text(document, call, "problem", target.problem);
    pz_target_free(&target);
    return is_set ? call : NULL;
}

/* [{"connection": ..., "call": ...}, ...] */
static pz_json_value *described(pz_json_document *document, const pz_emulator *emulator,
                                const pz_json_value *list)
{
    pz_json_value *items = pz_json_new_array(document);
    for (size_t i = 0; items != NULL && i < pz_json_count(list); i++) {
        pz_json_value *connection = pz_json_item(list, i);
        pz_json_value *item = pz_json_new_object(document);
        if (item == NULL || !pz_json_set(document, item, "connection", connection) ||
            !pz_json_set(document, item, "call", call_of(document, emulator, connection)) ||
            !pz_json_append(document, items, item))
            return NULL;
    }
    return items;
}

/* Replies with a value whose secrets are masked. */
static void answer_masked(pz_call *call, const pz_json_value *root)
{
    pz_buffer text;
    pz_buffer_init(&text, LIST_MAX_BYTES);
    if (root != NULL)
        pz_json_write(root, 0, &text);
    if (root == NULL || text.failure != PZ_BUFFER_OK) {
        pz_reply_no_memory(&call->reply);
    } else {
        pz_reply_start(&call->reply, PZ_OWN_CONTROL);
        pz_journal_text(&call->emulator->options, text.bytes, text.length, &call->reply.body);
    }
    pz_buffer_free(&text);
}

static void answer_list(pz_call *call, pz_json_document *document, const pz_buffer *text,
                        int64_t total)
{
    pz_json_error error;
    const pz_json_value *list =
        text->failure != PZ_BUFFER_OK
            ? NULL
            : pz_json_document_parse(document, text->bytes, text->length, DEPTH_MAX, &error);
    pz_json_value *root = list == NULL ? NULL : pz_json_new_object(document);
    if (root != NULL &&
        (!pz_json_set(document, root, "items", described(document, call->emulator, list)) ||
         !pz_json_set(document, root, "total", pz_json_new_integer(document, total))))
        root = NULL;
    answer_masked(call, root);
}

static void answer_connections(pz_call *call, pz_json_document *document, const pz_page *page)
{
    pz_emulator *emulator = call->emulator;
    pz_buffer text;
    pz_buffer_init(&text, LIST_MAX_BYTES);
    pz_buffer_append_byte(&text, '[');
    enum pz_store_result result =
        pz_store_list(emulator->store, page->offset, page->limit < 0 ? DEFAULT_LIMIT : page->limit,
                      emulator->base_url, &text);
    pz_buffer_append_byte(&text, ']');
    int64_t total = 0;
    if (result == PZ_STORE_OK)
        result = pz_store_count(emulator->store, &total);
    if (result == PZ_STORE_OK)
        answer_list(call, document, &text, total);
    else
        pz_call_refuse_unread(call, "", result);
    pz_buffer_free(&text);
}

static void answer_page(pz_call *call)
{
    pz_form query;
    pz_page page;
    pz_json_document *document = pz_json_document_new();
    if (document == NULL)
        pz_reply_no_memory(&call->reply);
    else if (pz_query_page(call, NULL, &query, &page))
        answer_connections(call, document, &page);
    if (document != NULL)
        pz_form_free(&query);
    pz_json_document_free(document);
}

void pz_handle_connections(pz_call *call)
{
    pz_call_make_alone(call, answer_page);
}

/* ------------------------------------------------------------------ faults */

static pz_json_value *order_of(pz_json_document *document, const pz_fault *fault)
{
    pz_json_value *order = pz_json_new_object(document);
    for (size_t i = 0; order != NULL && i < PZ_FAULT_MEMBERS; i++) {
        const pz_fault_member *member = &pz_fault_members[i];
        const void *at = (const char *)&fault->order + member->offset;
        pz_json_value *value = NULL;
        if (at == (const void *)&fault->order.body && fault->order.body != NULL)
            value = pz_json_new_string(document, fault->order.body, fault->order.body_length);
        else if (member->kind == PZ_FAULT_TEXT && *(const char *const *)at != NULL)
            value = pz_json_new_text(document, *(const char *const *)at);
        else if (member->kind == PZ_FAULT_FLAG && *(const double *)at >= 0)
            value = pz_json_new_boolean(document, *(const double *)at > 0);
        else if (member->kind == PZ_FAULT_NUMBER && *(const double *)at >= 0)
            value = pz_control_new_number(document, *(const double *)at);
        else
            continue;
        if (!pz_json_set(document, order, member->name, value))
            return NULL;
    }
    return order;
}

/* {"items": [{"fault": ..., "left": ..., "hits": ...}, ...]}, oldest first. */
void pz_handle_faults(pz_call *call)
{
    pz_fault *faults[FAULTS_SHOWN];
    double left[FAULTS_SHOWN];
    size_t count = pz_faults_take(call->emulator->faults, faults, left, FAULTS_SHOWN);
    pz_json_document *document = pz_json_document_new();
    pz_json_value *root = document == NULL ? NULL : pz_json_new_object(document);
    pz_json_value *items = root == NULL ? NULL : pz_json_new_array(document);
    for (size_t i = 0; i < count; i++) {
        pz_json_value *item = items == NULL ? NULL : pz_json_new_object(document);
        if (item != NULL &&
            (!pz_json_set(document, item, "fault", order_of(document, faults[i])) ||
             !pz_json_set(document, item, "left",
                          pz_json_new_integer(document, (int64_t)left[i])) ||
             !pz_json_set(document, item, "hits",
                          pz_json_new_integer(document, (int64_t)atomic_load(&faults[i]->hits))) ||
             !pz_json_append(document, items, item)))
            items = NULL;
        pz_fault_release(faults[i]);
    }
    if (items == NULL || !pz_json_set(document, root, "items", items))
        root = NULL;
    answer_masked(call, root);
    pz_json_document_free(document);
}
