/* Operations on an emulator as a whole, for its own calls and for Lua: contents, counts, secrets.
 */
#include "emulator/emulator.h"

#include <string.h>

#include "emulator/items.h"
#include "emulator/seed.h"
#include "json/document.h"

enum { ITEMS_MAX_DEPTH = 128 };
enum { SECRETS_MAX_BYTES = 16 << 20, SECRETS_MAX_DEPTH = 128 };

static enum pz_store_result write_seed(pz_emulator *emulator)
{
    return pz_seed(emulator->store, emulator->base_url, emulator->options.api_token);
}

enum pz_store_result pz_emulator_seed(pz_emulator *emulator)
{
    enum pz_store_result result = pz_store_begin(emulator->store);
    return result != PZ_STORE_OK ? result : pz_store_end(emulator->store, write_seed(emulator));
}

const char *pz_emulator_put(pz_emulator *emulator, const char *path, const char *items,
                            size_t length)
{
    pz_json_error error;
    const char *problem = NULL;
    pz_json_document *document = pz_json_document_new();
    const pz_json_value *list =
        document == NULL ? NULL
                         : pz_json_document_parse(document, items, length, ITEMS_MAX_DEPTH, &error);
    enum pz_store_result result = PZ_STORE_FAILED;
    if (list != NULL && (result = pz_store_begin(emulator->store)) == PZ_STORE_OK)
        result = pz_store_end(emulator->store, pz_items_put(emulator->store, path, list, &problem));
    pz_json_document_free(document);
    if (problem == NULL && result != PZ_STORE_OK)
        problem = "the items could not be stored";
    return problem;
}

static enum pz_store_result clear(pz_emulator *emulator)
{
    enum pz_store_result result = pz_store_begin(emulator->store);
    if (result != PZ_STORE_OK)
        return result;
    result = pz_store_clear(emulator->store);
    if (result == PZ_STORE_OK && emulator->options.seed)
        result = write_seed(emulator);
    return pz_store_end(emulator->store, result);
}

enum pz_store_result pz_emulator_reset(pz_emulator *emulator)
{
    enum pz_store_result result = clear(emulator);
    if (result != PZ_STORE_OK)
        return result;
    pz_clock_reset(&emulator->clock);
    pz_faults_clear(emulator->faults);
    pz_tokens_clear(emulator->tokens);
    pz_journal_clear(emulator->journal);
    pz_counts *counts = &emulator->counts;
    atomic_ulong *all[] = {&counts->requests, &counts->tokens,  &counts->lists, &counts->retrieves,
                           &counts->creates,  &counts->updates, &counts->tests, &counts->errors};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        atomic_store(all[i], 0);
    return PZ_STORE_OK;
}

void pz_emulator_counts(pz_emulator *emulator, pz_count counts[PZ_COUNTS])
{
    pz_counts *own = &emulator->counts;
    int64_t connections = -1; /* it stays where the database cannot be read */
    (void)pz_store_count(emulator->store, &connections);
    const pz_count all[PZ_COUNTS] = {
        {"requests", (long)atomic_load(&own->requests)},
        {"tokens", (long)atomic_load(&own->tokens)},
        {"lists", (long)atomic_load(&own->lists)},
        {"retrieves", (long)atomic_load(&own->retrieves)},
        {"creates", (long)atomic_load(&own->creates)},
        {"updates", (long)atomic_load(&own->updates)},
        {"tests", (long)atomic_load(&own->tests)},
        {"errors", (long)atomic_load(&own->errors)},
        {"connections", (long)connections},
    };
    memcpy(counts, all, sizeof all);
}

bool pz_emulator_secret(pz_emulator *emulator, const char *ref, const char *name, pz_buffer *out)
{
    pz_buffer stored;
    pz_json_error error;
    size_t length = 0;
    const char *text = NULL;
    const pz_json_value *secrets = NULL;
    pz_buffer_init(&stored, SECRETS_MAX_BYTES);
    pz_json_document *document = pz_json_document_new();
    enum pz_store_result result =
        document == NULL ? PZ_STORE_FAILED : pz_store_secrets(emulator->store, ref, &stored);
    if (result == PZ_STORE_OK && stored.length > 0)
        secrets = pz_json_document_parse(document, stored.bytes, stored.length, SECRETS_MAX_DEPTH,
                                         &error);
    /* stored secrets can be parsed, unless memory is out */
    bool is_known =
        result == PZ_STORE_MISSING || (result == PZ_STORE_OK && stored.failure == PZ_BUFFER_OK &&
                                       (secrets != NULL || stored.length == 0));
    text = pz_json_text(pz_json_get(secrets, name), &length);
    if (text != NULL)
        pz_buffer_append(out, text, length);
    if (!is_known)
        out->failure = PZ_BUFFER_NO_MEMORY;
    pz_json_document_free(document);
    pz_buffer_free(&stored);
    return text != NULL;
}
