/* Stores the items of all these resources in one table, by the path of their collection. */
#include "emulator/items.h"

#include <string.h>

#include "emulator/identifier.h"

enum { ITEM_MAX_BYTES = 10 << 20 };

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

enum pz_store_result pz_items_find_owner(pz_store *store, const char *path)
{
    char ref[PZ_IDENTIFIER_SIZE];
    pz_buffer model;
    if (!is_variants(path, strlen(path)))
        return PZ_STORE_OK;
    memcpy(ref, path + sizeof decision_models, sizeof ref - 1);
    ref[sizeof ref - 1] = '\0';
    pz_buffer_init(&model, ITEM_MAX_BYTES);
    enum pz_store_result result = pz_store_get_item(store, decision_models, ref, &model);
    pz_buffer_free(&model);
    return result;
}
