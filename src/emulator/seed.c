/* Stores the example connections, which are compiled in. */
#include "emulator/seed.h"

#include <string.h>

#include "emulator/connection.h"
#include "emulator/embed.h"
#include "emulator/items.h"
#include "json/document.h"

/* The published bodies are embedded as they are in seed/, and so are the items. */
PZ_EMBED(pz_seed_list, "src/emulator/seed/list.json");
PZ_EMBED(pz_seed_retrieve, "src/emulator/seed/retrieve.json");
PZ_EMBED(pz_seed_create, "src/emulator/seed/create-response.json");
PZ_EMBED(pz_seed_items, "src/emulator/seed/items.json");

enum { MAX_BYTES = 1 << 20, MAX_DEPTH = 32 };

static const char placeholder[] = "<baseURL>";

static void append_with_base(pz_buffer *out, const char *text, size_t length, const char *base_url)
{
    const size_t size = sizeof placeholder - 1;
    const char *end = text + length;
    for (const char *at = text; (at = memchr(at, *placeholder, (size_t)(end - at))) != NULL;) {
        if ((size_t)(end - at) < size || memcmp(at, placeholder, size) != 0) {
            at++;
            continue;
        }
        pz_buffer_append(out, text, (size_t)(at - text));
        pz_buffer_append_text(out, base_url);
        text = at += size;
    }
    pz_buffer_append(out, text, (size_t)(end - text));
}

static const char *text_of(const pz_json_value *connection, const char *name)
{
    size_t length;
    const char *text = pz_json_text(pz_json_get(connection, name), &length);
    return text == NULL ? "" : text;
}

/* Its server-owned members are kept: they are the published ones. */
static enum pz_store_result store_one(pz_store *store, pz_json_document *document,
                                      const pz_json_value *example, const char *api_token)
{
    pz_connection_facts facts = {text_of(example, "clientKey"), text_of(example, "ref"),
                                 text_of(example, "modifiedAt"), text_of(example, "modifiedByRef"),
                                 1};
    pz_store_row row = {.ref = facts.ref, .revision = 1};
    pz_buffer body;
    pz_buffer secrets;
    pz_buffer_init(&body, MAX_BYTES);
    pz_buffer_init(&secrets, MAX_BYTES);
    pz_json_value *connection = pz_connection_compose(document, example, &facts);
    pz_connection_write(connection, &body, &row.base_at);
    const char *type = text_of(pz_connection_part(example, "auth"), "authType");
    pz_json_value *secret = pz_json_new_object(document);
    if (strcmp(type, "OAUTH") == 0 &&
        pz_json_set(document, secret, "clientSecret", pz_json_new_text(document, api_token)))
        pz_json_write(secret, 0, &secrets);
    row.body = body.bytes;
    row.body_length = body.length;
    row.secrets = secrets.length > 0 ? secrets.bytes : NULL;
    row.secrets_length = secrets.length;
    enum pz_store_result result = PZ_STORE_FAILED;
    if (connection != NULL && body.failure == PZ_BUFFER_OK)
        result = pz_store_replace(store, &row);
    if (result == PZ_STORE_MISSING)
        result = pz_store_insert(store, &row);
    pz_buffer_free(&body);
    pz_buffer_free(&secrets);
    return result;
}

/* One connection, or a list of them. */
static enum pz_store_result store_text(pz_store *store, const pz_buffer *text,
                                       const char *api_token)
{
    pz_json_error error;
    pz_json_document *document = pz_json_document_new();
    const pz_json_value *root =
        document == NULL || text->failure != PZ_BUFFER_OK
            ? NULL
            : pz_json_document_parse(document, text->bytes, text->length, MAX_DEPTH, &error);
    const pz_json_value *items = pz_json_get(root, "items");
    enum pz_store_result result = root == NULL ? PZ_STORE_FAILED : PZ_STORE_OK;
    if (root != NULL && items == NULL)
        result = store_one(store, document, root, api_token);
    for (size_t i = 0; result == PZ_STORE_OK && i < pz_json_count(items); i++)
        result = store_one(store, document, pz_json_item(items, i), api_token);
    pz_json_document_free(document);
    return result;
}

/* An object of collections by their paths. */
static enum pz_store_result store_items(pz_store *store)
{
    pz_json_error error;
    pz_json_document *document = pz_json_document_new();
    const pz_json_value *root =
        document == NULL ? NULL
                         : pz_json_document_parse(document, pz_seed_items,
                                                  (size_t)(pz_seed_items_end - pz_seed_items),
                                                  MAX_DEPTH, &error);
    enum pz_store_result result = root == NULL ? PZ_STORE_FAILED : PZ_STORE_OK;
    for (size_t i = 0; result == PZ_STORE_OK && i < pz_json_count(root); i++) {
        const char *path, *problem;
        const pz_json_value *items = pz_json_member(root, i, &path, NULL);
        result = pz_items_put(store, path, items, &problem);
    }
    pz_json_document_free(document);
    return result;
}

enum pz_store_result pz_seed(pz_store *store, const char *base_url, const char *api_token)
{
    const struct {
        const char *text;
        const char *end;
    } examples[] = {
        {pz_seed_list, pz_seed_list_end},
        {pz_seed_retrieve, pz_seed_retrieve_end},
        {pz_seed_create, pz_seed_create_end},
    };
    enum pz_store_result result = PZ_STORE_OK;
    for (size_t i = 0; result == PZ_STORE_OK && i < sizeof examples / sizeof *examples; i++) {
        pz_buffer text;
        pz_buffer_init(&text, MAX_BYTES);
        append_with_base(&text, examples[i].text, (size_t)(examples[i].end - examples[i].text),
                         base_url);
        result = store_text(store, &text, api_token);
        pz_buffer_free(&text);
    }
    return result == PZ_STORE_OK ? store_items(store) : result;
}
