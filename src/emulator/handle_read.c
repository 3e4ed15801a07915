/* The calls that read connections: list and retrieve. */
#include <string.h>

#include "emulator/call.h"
#include "emulator/connection.h"
#include "emulator/query_page.h"

static const char storing_failed[] = "The emulator could not read its database";

static void answer_unless_ok(pz_call *call, enum pz_store_result result)
{
    if (result == PZ_STORE_MISSING)
        pz_reply_error(&call->reply, PZ_REFUSES_MISSING, "There is no connection of this ref");
    else if (result == PZ_STORE_BUSY)
        pz_reply_error(&call->reply, PZ_REFUSES_BUSY, storing_failed);
    else if (result != PZ_STORE_OK)
        pz_reply_error(&call->reply, PZ_REFUSES_BROKEN, storing_failed);
}

void pz_handle_retrieve(pz_call *call)
{
    pz_emulator *emulator = call->emulator;
    pz_reply *reply = &call->reply;
    atomic_fetch_add_explicit(&emulator->counts.retrieves, 1, memory_order_relaxed);
    pz_reply_start(reply, PZ_DOES_RETRIEVE);
    answer_unless_ok(call,
                     pz_store_get(emulator->store, call->ref, emulator->base_url, &reply->body));
}

/* ------------------------------------------------------------------ list */

static void apply_options(const pz_emulator_options *options, pz_page *page)
{
    if (!options->honour_offset)
        page->offset = 0;
    if (options->page_limit > 0 && (page->limit < 0 || page->limit > options->page_limit)) {
        page->limit = options->page_limit;
        page->capped = 1;
    }
}

static void answer_list(pz_call *call, const pz_page *page)
{
    pz_emulator *emulator = call->emulator;
    pz_buffer *out = &call->reply.body;
    pz_reply_start(&call->reply, page->capped  ? PZ_DOES_LIST_CAP
                                 : page->asked ? PZ_DOES_LIST_PAGE
                                               : PZ_DOES_LIST);
    pz_buffer_append_text(out, "{\"href\":\"");
    pz_buffer_append_text(out, emulator->base_url);
    pz_buffer_append_text(out, pz_connections_path);
    pz_buffer_append_text(out, "\",\"items\":[");
    enum pz_store_result result =
        pz_store_list(emulator->store, page->offset, page->limit, emulator->base_url, out);
    pz_buffer_append_text(out, "]}");
    answer_unless_ok(call, result);
}

void pz_handle_list(pz_call *call)
{
    pz_form query;
    pz_page page;
    atomic_fetch_add_explicit(&call->emulator->counts.lists, 1, memory_order_relaxed);
    if (pz_query_page(call, NULL, &query, &page)) {
        apply_options(&call->emulator->options, &page);
        answer_list(call, &page);
    }
    pz_form_free(&query);
}
