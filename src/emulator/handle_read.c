/* The calls that read: list and retrieve connections, and items of the other resources. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "emulator/call.h"
#include "emulator/connection.h"
#include "emulator/items.h"
#include "emulator/query_page.h"

enum {
    LIST_ROOM_BYTES = 64 << 10, /* for connections that are newer than the last list */
    PATH_MAX_BYTES = 128,
    DEFAULT_LIMIT = 10, /* of a list of items */
};

static const char missing[] = "There is no connection of this ref";
static const char no_item[] = "There is nothing of this ref";

void pz_handle_retrieve(pz_call *call)
{
    pz_emulator *emulator = call->emulator;
    pz_reply *reply = &call->reply;
    atomic_fetch_add_explicit(&emulator->counts.retrieves, 1, memory_order_relaxed);
    pz_reply_start(reply, PZ_DOES_RETRIEVE);
    pz_call_refuse_unread(
        call, missing, pz_store_get(emulator->store, call->ref, emulator->base_url, &reply->body));
}

/* ------------------------------------------------------------------ list */

static void apply_options(const pz_emulator_options *options, pz_page *page)
{
    if (!options->honour_offset)
        page->offset = 0;
    if (options->page_limit > 0 && (page->limit < 0 || page->limit > options->page_limit)) {
        page->limit = options->page_limit;
        page->capped = true;
    }
}

static void answer_list(pz_call *call, const pz_page *page, size_t likely_length)
{
    pz_emulator *emulator = call->emulator;
    pz_buffer *out = &call->reply.body;
    pz_reply_start(&call->reply, page->capped  ? PZ_DOES_LIST_CAP
                                 : page->asked ? PZ_DOES_LIST_PAGE
                                               : PZ_DOES_LIST);
    if (likely_length > 0)
        pz_buffer_reserve(out, likely_length + LIST_ROOM_BYTES);
    pz_buffer_append_text(out, "{\"href\":\"");
    pz_buffer_append_text(out, emulator->base_url);
    pz_buffer_append_text(out, pz_connections_path);
    pz_buffer_append_text(out, "\",\"items\":[");
    enum pz_store_result result =
        pz_store_list(emulator->store, page->offset, page->limit, emulator->base_url, out);
    pz_buffer_append_text(out, "]}");
    pz_call_refuse_unread(call, missing, result);
}

/* A list may be long: one is made at a time, and counted before the next one begins. A list of all
 * connections will be about as long as the last such list. Where that has no room it is refused at
 * once; else its memory is allocated in one piece, of which malloc keeps nothing afterwards. */
static void answer_list_alone(pz_call *call, const pz_page *page)
{
    pz_emulator *emulator = call->emulator;
    bool is_whole = page->limit < 0 && page->offset == 0;
    pthread_mutex_lock(&emulator->large_lock);
    size_t likely = is_whole ? emulator->last_list_bytes : 0;
    if (pz_in_flight_has_room(&emulator->in_flight, likely)) {
        answer_list(call, page, likely);
        if (is_whole)
            emulator->last_list_bytes = call->reply.body.length;
        pz_call_hold_reply(call);
    } else {
        pz_call_refuse_no_room(call);
    }
    pthread_mutex_unlock(&emulator->large_lock);
}

void pz_handle_list(pz_call *call)
{
    pz_form query;
    pz_page page;
    atomic_fetch_add_explicit(&call->emulator->counts.lists, 1, memory_order_relaxed);
    if (pz_query_page(call, NULL, &query, &page)) {
        apply_options(&call->emulator->options, &page);
        answer_list_alone(call, &page);
    }
    pz_form_free(&query);
}

/* ------------------------------------------------------------------ items of other resources */

static void answer_item(pz_call *call, const char *path, const char *ref)
{
    pz_reply_start(&call->reply, PZ_DOES_READ_ITEM);
    pz_call_refuse_unread(call, no_item,
                          pz_store_get_item(call->emulator->store, path, ref, &call->reply.body));
}

static void answer_items(pz_call *call, const pz_page *page, const char *type)
{
    char text[96];
    pz_buffer *out = &call->reply.body;
    int64_t limit = page->limit < 0 ? DEFAULT_LIMIT : page->limit;
    pz_reply_start(&call->reply, PZ_DOES_LIST_ITEMS);
    pz_buffer_append_text(out, "{\"href\":\"");
    pz_buffer_append_text(out, call->emulator->base_url);
    pz_buffer_append_text(out, call->path);
    snprintf(text, sizeof text, "\",\"offset\":%lld,\"limit\":%lld,\"items\":[",
             (long long)page->offset, (long long)limit);
    pz_buffer_append_text(out, text);
    const pz_items_wanted wanted = {call->path, type, page->offset, limit};
    enum pz_store_result result = pz_store_list_items(call->emulator->store, &wanted, out);
    pz_buffer_append_text(out, "]}");
    pz_call_refuse_unread(call, no_item, result);
}

void pz_handle_items(pz_call *call)
{
    if (!pz_items_are_at(call->path, strlen(call->path))) {
        char path[PATH_MAX_BYTES];
        const char *slash = strrchr(call->path, '/');
        snprintf(path, sizeof path, "%.*s", (int)(slash - call->path), call->path);
        answer_item(call, path, slash + 1);
        return;
    }
    pz_form query;
    pz_page page;
    enum pz_store_result result = pz_items_find_owner(call->emulator->store, call->path);
    if (result != PZ_STORE_OK) {
        pz_call_refuse_unread(call, no_item, result);
        return;
    }
    if (pz_query_page(call, "type", &query, &page))
        answer_items(call, &page, pz_form_get(&query, "type"));
    pz_form_free(&query);
}
