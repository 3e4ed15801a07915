/* The emulator's own calls: its name, and below /_emulator/ what tests in other processes need. */
#include <stdlib.h>
#include <string.h>

#include "emulator/control.h"
#include "emulator/journal_text.h"
#include "version.h"
#include "json/double.h"
#include "json/number.h"
#include "json/write.h"

enum { SHOWN_MAX_BYTES = 64 << 20 };

/* ------------------------------------------------------------------ answers */

/* Replies with `root`; NULL: memory is out. Frees the document. */
static void answer_with(pz_call *call, enum pz_behaviour_id behaviour, pz_json_document *document,
                        const pz_json_value *root)
{
    if (root != NULL)
        pz_reply_json(&call->reply, behaviour, root);
    else
        pz_reply_no_memory(&call->reply);
    pz_json_document_free(document);
}

void pz_control_done(pz_call *call)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *root = document == NULL ? NULL : pz_json_new_object(document);
    if (root != NULL && !pz_json_set(document, root, "done", pz_json_new_boolean(document, 1)))
        root = NULL;
    answer_with(call, PZ_OWN_CONTROL, document, root);
}

void pz_control_refuse(pz_call *call, const char *problem)
{
    pz_reply_error(&call->reply, PZ_OWN_CONTROL_INVALID, problem);
}

void pz_handle_root(pz_call *call)
{
    static const struct {
        const char *name;
        const char *text;
    } members[] = {
        {"name", "personalize emulator"},
        {"version", PZ_VERSION},
        {"description", "An emulator of the published behaviour of Sitecore Personalize's"
                        " Connection REST API. Not Sitecore's, not the service."},
        {"evidence", "Each answer says in X-Emulator-Evidence whether what it does is documented,"
                     " inferred, guessed, or the emulator's own."},
    };
    pz_json_document *document = pz_json_document_new();
    pz_json_value *root = document == NULL ? NULL : pz_json_new_object(document);
    for (size_t i = 0; root != NULL && i < sizeof members / sizeof *members; i++)
        if (!pz_json_set(document, root, members[i].name,
                         pz_json_new_text(document, members[i].text)))
            root = NULL;
    answer_with(call, PZ_OWN_ROOT, document, root);
}

/* ------------------------------------------------------------------ bodies */

bool pz_control_number(const pz_json_value *value, double *number)
{
    size_t length;
    if (!pz_json_is(value, PZ_JSON_NUMBER))
        return false;
    pz_json_number parsed;
    pz_json_fault fault;
    const char *text = pz_json_text(value, &length);
    if (pz_json_scan_number(text, text + length, &parsed, &fault) == NULL ||
        (parsed.negative && parsed.digits != 0))
        return false;
    *number = pz_double_from_decimal(parsed.digits, parsed.exponent);
    return true;
}

pz_json_value *pz_control_new_number(pz_json_document *document, double number)
{
    pz_json_error error;
    pz_buffer text;
    pz_buffer_init(&text, SHOWN_MAX_BYTES);
    pz_json_write_double(&text, number, 0);
    pz_json_value *value =
        text.failure == PZ_BUFFER_OK
            ? pz_json_document_parse(document, text.bytes, text.length, 1, &error)
            : NULL;
    pz_buffer_free(&text);
    return value;
}

pz_json_value *pz_control_body(pz_call *call, pz_json_document **document)
{
    *document = pz_json_document_new();
    if (*document == NULL) {
        pz_reply_no_memory(&call->reply);
        return NULL;
    }
    pz_json_value *root = pz_call_json(call, *document);
    if (root == NULL)
        pz_json_document_free(*document);
    return root;
}

/* ------------------------------------------------------------------ contents and clock */

static void answer_stored(pz_call *call, enum pz_store_result result)
{
    if (result == PZ_STORE_OK)
        pz_control_done(call);
    else
        pz_call_refuse_unwritten(call, result);
}

void pz_handle_reset(pz_call *call)
{
    answer_stored(call, pz_emulator_reset(call->emulator));
}

void pz_handle_seed(pz_call *call)
{
    answer_stored(call, pz_emulator_seed(call->emulator));
}

void pz_handle_clock(pz_call *call)
{
    pz_json_document *document;
    double seconds;
    const pz_json_value *root = pz_control_body(call, &document);
    if (root == NULL)
        return;
    if (!pz_control_number(pz_json_get(root, "advance"), &seconds) ||
        seconds > PZ_CLOCK_MAX_SECONDS)
        pz_control_refuse(call, "advance must be a number of seconds, 0 or more");
    else if (!pz_clock_advance(&call->emulator->clock, seconds))
        pz_control_refuse(call, "the clock cannot be moved that far; reset it first");
    else
        pz_control_done(call);
    pz_json_document_free(document);
}

/* ------------------------------------------------------------------ looking back */

void pz_handle_counts(pz_call *call)
{
    pz_count counts[PZ_COUNTS];
    pz_emulator_counts(call->emulator, counts);
    pz_json_document *document = pz_json_document_new();
    pz_json_value *root = document == NULL ? NULL : pz_json_new_object(document);
    for (size_t i = 0; root != NULL && i < PZ_COUNTS; i++)
        if (!pz_json_set(document, root, counts[i].name,
                         pz_json_new_integer(document, counts[i].count)))
            root = NULL;
    answer_with(call, PZ_OWN_CONTROL, document, root);
}

/* NULL: no memory. */
static pz_json_value *new_shown(pz_json_document *document, const pz_buffer *shown)
{
    return shown->failure == PZ_BUFFER_OK
               ? pz_json_new_string(document, shown->bytes, shown->length)
               : NULL;
}

/* A header that came twice is shown with its last value. */
static pz_json_value *headers_of(pz_json_document *document, const pz_emulator_options *options,
                                 const pz_journal_entry *entry)
{
    pz_json_value *headers = pz_json_new_object(document);
    pz_buffer shown;
    pz_buffer_init(&shown, SHOWN_MAX_BYTES);
    for (size_t i = 0; headers != NULL && i < entry->header_count; i++) {
        shown.length = 0;
        pz_journal_header_text(options, &entry->headers[i], &shown);
        if (!pz_json_set(document, headers, entry->headers[i].name, new_shown(document, &shown)))
            headers = NULL;
    }
    pz_buffer_free(&shown);
    return headers;
}

static pz_json_value *masked(pz_json_document *document, const pz_emulator_options *options,
                             const char *text, size_t length)
{
    pz_buffer shown;
    pz_buffer_init(&shown, SHOWN_MAX_BYTES);
    pz_journal_text(options, text, length, &shown);
    pz_json_value *value = new_shown(document, &shown);
    pz_buffer_free(&shown);
    return value;
}

static pz_json_value *request_of(pz_json_document *document, const pz_emulator_options *options,
                                 const pz_journal_entry *entry)
{
    pz_json_value *request = pz_json_new_object(document);
    return request != NULL && pz_json_set_text(document, request, "method", entry->method) &&
                   pz_json_set_text(document, request, "path", entry->path) &&
                   pz_json_set(document, request, "query",
                               masked(document, options, entry->query, strlen(entry->query))) &&
                   pz_json_set(document, request, "headers",
                               headers_of(document, options, entry)) &&
                   pz_json_set(document, request, "body",
                               masked(document, options, entry->body, entry->body_length)) &&
                   pz_json_set(document, request, "status",
                               pz_json_new_integer(document, entry->status)) &&
                   pz_json_set(document, request, "number",
                               pz_json_new_integer(document, (int64_t)entry->number)) &&
                   pz_json_set(document, request, "milliseconds",
                               pz_json_new_integer(document, (int64_t)entry->milliseconds)) &&
                   pz_json_set_text(document, request, "behaviour", entry->behaviour) &&
                   pz_json_set(document, request, "fault",
                               pz_json_new_boolean(document, entry->was_faulty)) &&
                   pz_json_set(document, request, "answer",
                               masked(document, options, entry->answer, entry->answer_length)) &&
                   pz_json_set(document, request, "answerBytes",
                               pz_json_new_integer(document, (int64_t)entry->answer_whole))
               ? request
               : NULL;
}

/* Reads the query `after=NUMBER`: the caller knows requests up to that one. */
static unsigned long known_number(const pz_call *call)
{
    pz_form query;
    const char *after = pz_form_parse(&query, call->query, strlen(call->query)) == PZ_FORM_OK
                            ? pz_form_get(&query, "after")
                            : NULL;
    unsigned long number = after == NULL ? 0 : strtoul(after, NULL, 10);
    pz_form_free(&query);
    return number;
}

/* {"items": [...]}, oldest first. */
static void answer_requests(pz_call *call)
{
    unsigned long known = known_number(call);
    pz_journal_snapshot snapshot = {0, NULL};
    pz_json_document *document = pz_json_document_new();
    pz_json_value *root = document == NULL ? NULL : pz_json_new_object(document);
    pz_json_value *items = root == NULL ? NULL : pz_json_new_array(document);
    if (items == NULL || !pz_json_set(document, root, "items", items) ||
        !pz_journal_take(call->emulator->journal, &snapshot))
        root = NULL;
    for (size_t i = 0; root != NULL && i < snapshot.count; i++)
        if (snapshot.entries[i]->number > known &&
            !pz_json_append(document, items,
                            request_of(document, &call->emulator->options, snapshot.entries[i])))
            root = NULL;
    pz_journal_release(&snapshot);
    answer_with(call, PZ_OWN_CONTROL, document, root);
}

void pz_handle_requests(pz_call *call)
{
    pz_call_make_alone(call, answer_requests);
}
