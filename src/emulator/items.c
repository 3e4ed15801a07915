/* One table for all of them: a collection is known by its path. */
#include "emulator/items.h"

#include <stdio.h>
#include <string.h>

#include "emulator/query_page.h"

enum { PATH_MAX_BYTES = 128, ITEM_MAX_BYTES = 10 << 20, DEFAULT_LIMIT = 10 };

static const char missing[] = "There is nothing of this ref";
static const char decision_models[] = "/v2/decisionModelDefinitions";
static const char *const collections[] = {decision_models, "/v3/flowDefinitions", "/v3/templates"};

static bool is_path(const char *path, size_t length, const char *known)
{
    return strlen(known) == length && memcmp(path, known, length) == 0;
}

/* "/v2/decisionModelDefinitions/<ref>/variants" */
static bool is_variants(const char *path, size_t length)
{
    static const char variants[] = "/variants";
    size_t before = sizeof decision_models, ref = PZ_IDENTIFIER_SIZE - 1;
    char text[PZ_IDENTIFIER_SIZE];
    if (length != before + ref + sizeof variants - 1 || path[before - 1] != '/' ||
        memcmp(path, decision_models, before - 1) != 0 ||
        memcmp(path + before + ref, variants, sizeof variants - 1) != 0)
        return false;
    memcpy(text, path + before, ref);
    text[ref] = '\0';
    return pz_identifier_valid(text, ref);
}

bool pz_items_are_at(const char *path, size_t length)
{
    for (size_t i = 0; i < sizeof collections / sizeof *collections; i++) {
        if (is_path(path, length, collections[i]))
            return true;
    }
    return is_variants(path, length);
}

/* ------------------------------------------------------------------ putting */

static enum pz_store_result put_one(pz_store *store, const char *path, const pz_json_value *item,
                                    const char **problem)
{
    size_t length = 0;
    const char *ref = pz_json_text(pz_json_get(item, "ref"), &length);
    pz_buffer body;
    if (ref == NULL || !pz_identifier_valid(ref, length)) {
        *problem = "each item must be an object whose ref is a UUID";
        return PZ_STORE_MISSING;
    }
    pz_buffer_init(&body, ITEM_MAX_BYTES);
    pz_json_write(item, 0, &body);
    enum pz_store_result result = body.failure == PZ_BUFFER_OK
                                      ? pz_store_put_item(store, path, ref, body.bytes, body.length)
                                      : PZ_STORE_FAILED;
    pz_buffer_free(&body);
    return result;
}

enum pz_store_result pz_items_put(pz_store *store, const char *path, const pz_json_value *items,
                                  const char **problem)
{
    *problem = NULL;
    if (path == NULL || !pz_items_are_at(path, strlen(path))) {
        *problem = "path must be /v2/decisionModelDefinitions, "
                   "/v2/decisionModelDefinitions/<ref>/variants, /v3/flowDefinitions or "
                   "/v3/templates";
        return PZ_STORE_MISSING;
    }
    if (!pz_json_is(items, PZ_JSON_ARRAY)) {
        *problem = "items must be an array";
        return PZ_STORE_MISSING;
    }
    enum pz_store_result result = PZ_STORE_OK;
    for (size_t i = 0; result == PZ_STORE_OK && i < pz_json_count(items); i++)
        result = put_one(store, path, pz_json_item(items, i), problem);
    return result;
}

/* ------------------------------------------------------------------ reading */

static void answer_item(pz_call *call, const char *path, const char *ref)
{
    pz_reply_start(&call->reply, PZ_DOES_READ_ITEM);
    pz_call_refuse_unread(call, missing,
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
    pz_call_refuse_unread(call, missing, result);
}

/* Variants are those of a decision model that is there. */
static enum pz_store_result find_model_of(const pz_call *call)
{
    char ref[PZ_IDENTIFIER_SIZE];
    pz_buffer model;
    memcpy(ref, call->path + sizeof decision_models, sizeof ref - 1);
    ref[sizeof ref - 1] = '\0';
    pz_buffer_init(&model, ITEM_MAX_BYTES);
    enum pz_store_result result =
        pz_store_get_item(call->emulator->store, decision_models, ref, &model);
    pz_buffer_free(&model);
    return result;
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
    enum pz_store_result result =
        is_variants(call->path, strlen(call->path)) ? find_model_of(call) : PZ_STORE_OK;
    if (result != PZ_STORE_OK) {
        pz_call_refuse_unread(call, missing, result);
        return;
    }
    if (pz_query_page(call, "type", &query, &page))
        answer_items(call, &page, pz_form_get(&query, "type"));
    pz_form_free(&query);
}
