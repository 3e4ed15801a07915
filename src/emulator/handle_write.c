/* The calls that change connections: create and update. The body is checked, completed and stored;
 * the answer goes out after the commit. */
#include <stdlib.h>
#include <string.h>

#include "emulator/call.h"
#include "emulator/clock.h"
#include "emulator/connection.h"
#include "emulator/validation.h"

enum { STORED_MAX_BYTES = 64 << 20 };

struct change {
    pz_call *call;
    char ref[PZ_IDENTIFIER_SIZE];
    int64_t revision;  /* 0: it is a create */
    bool lacks_secret; /* a stored secret is missing in the body */
    bool is_new;
    pz_json_document *document;
    pz_json_value *definition;
    pz_json_value *secrets; /* those of the body */
    pz_buffer body;         /* the connection as it is stored */
    pz_buffer secrets_text;
    pz_buffer modified_before; /* modifiedAt of the stored connection */
};

/* ------------------------------------------------------------------ completing */

static bool lacks(const pz_json_value *stored, const pz_json_value *given)
{
    for (size_t i = 0; i < pz_json_count(stored); i++) {
        const char *name;
        pz_json_member(stored, i, &name, NULL);
        if (pz_json_get(given, name) == NULL)
            return true;
    }
    return false;
}

/* Copies secrets into `merged`, without nulls and without members that `others` has. */
static bool take_over(pz_json_document *document, pz_json_value *merged,
                      const pz_json_value *secrets, const pz_json_value *others)
{
    for (size_t i = 0; i < pz_json_count(secrets); i++) {
        const char *name;
        pz_json_value *value = pz_json_member(secrets, i, &name, NULL);
        if (!pz_json_is(value, PZ_JSON_NULL) && pz_json_get(others, name) == NULL &&
            !pz_json_set(document, merged, name, value))
            return false;
    }
    return true;
}

/* Replaces the secrets of the body by all secrets that this change leaves. */
static bool merge_secrets(struct change *change, const pz_buffer *stored)
{
    pz_json_document *document = change->document;
    pz_json_error error;
    pz_json_value *merged = pz_json_new_object(document);
    if (stored->length > 0) {
        const pz_json_value *before =
            pz_json_document_parse(document, stored->bytes, stored->length, 128, &error);
        if (before == NULL)
            return false;
        change->lacks_secret = lacks(before, change->secrets);
        if (change->call->emulator->options.keep_missing_secret &&
            !take_over(document, merged, before, change->secrets))
            return false;
    }
    if (!take_over(document, merged, change->secrets, NULL))
        return false;
    change->secrets = merged;
    return merged != NULL;
}

/* The time of the stored connection's last change; "" for a new one. */
static const char *changed_before(struct change *change)
{
    pz_buffer_append_byte(&change->modified_before, '\0');
    return change->modified_before.failure == PZ_BUFFER_OK ? change->modified_before.bytes : "";
}

/* Completes the connection, as a row and as the answer. A published create answer has no
 * revision. */
static bool complete(struct change *change, pz_store_row *row)
{
    pz_emulator *emulator = change->call->emulator;
    char now[PZ_TIMESTAMP_SIZE];
    /* later than that of the change before, so that comparing them shows the change */
    pz_clock_timestamp_after(&emulator->clock, changed_before(change), now);
    bool is_new = change->is_new;
    pz_connection_facts facts = {emulator->options.client_key, change->ref, now,
                                 pz_connection_modified_by, change->revision + 1};
    pz_json_value *connection = pz_connection_compose(change->document, change->definition, &facts);
    if (connection == NULL)
        return false;
    pz_connection_write(connection, &change->body, &row->base_at);
    pz_json_write(change->secrets, 0, &change->secrets_text);
    row->ref = change->ref;
    row->revision = facts.revision;
    row->body = change->body.bytes;
    row->body_length = change->body.length;
    row->secrets = pz_json_count(change->secrets) > 0 ? change->secrets_text.bytes : NULL;
    row->secrets_length = change->secrets_text.length;

    pz_reply *reply = &change->call->reply;
    if (is_new || !emulator->options.update_revision)
        pz_json_remove(connection, "revision");
    pz_reply_start(reply, is_new                 ? PZ_DOES_CREATE
                          : change->lacks_secret ? PZ_DOES_UPDATE_SECRET
                                                 : PZ_DOES_UPDATE);
    return pz_connection_write_with_base(connection, emulator->base_url, &reply->body) &&
           change->body.failure == PZ_BUFFER_OK && change->secrets_text.failure == PZ_BUFFER_OK;
}

/* ------------------------------------------------------------------ storing, in a transaction */

/* PZ_STORE_TAKEN: another connection has the name, and the option unique_names forbids that. */
static enum pz_store_result look_for_name(const struct change *change)
{
    const pz_emulator *emulator = change->call->emulator;
    size_t length = 0;
    const char *name = pz_json_text(pz_json_get(change->definition, "name"), &length);
    return emulator->options.unique_names && name != NULL
               ? pz_store_look_for_name(emulator->store, change->ref, name, length)
               : PZ_STORE_OK;
}

static enum pz_store_result insert(struct change *change)
{
    const pz_buffer nothing = {0};
    pz_store_row row;
    enum pz_store_result result = look_for_name(change);
    change->is_new = true;
    if (result != PZ_STORE_OK)
        return result;
    return merge_secrets(change, &nothing) && complete(change, &row)
               ? pz_store_insert(change->call->emulator->store, &row)
               : PZ_STORE_FAILED;
}

static enum pz_store_result replace(struct change *change)
{
    pz_store *store = change->call->emulator->store;
    pz_buffer stored;
    pz_store_row row;
    pz_buffer_init(&stored, STORED_MAX_BYTES);
    enum pz_store_result result =
        pz_store_find(store, change->ref, &change->revision, &change->modified_before, &stored);
    if (result == PZ_STORE_MISSING && change->call->emulator->options.put_creates) {
        pz_buffer_free(&stored);
        return insert(change);
    }
    if (result == PZ_STORE_OK)
        result = look_for_name(change);
    if (result == PZ_STORE_OK)
        result = stored.failure == PZ_BUFFER_OK && merge_secrets(change, &stored) &&
                         complete(change, &row)
                     ? pz_store_replace(store, &row)
                     : PZ_STORE_FAILED;
    pz_buffer_free(&stored);
    return result;
}

static void store(struct change *change, enum pz_store_result (*write)(struct change *))
{
    pz_store *store = change->call->emulator->store;
    pz_reply *reply = &change->call->reply;
    enum pz_store_result result = pz_store_begin(store);
    if (result == PZ_STORE_OK)
        result = pz_store_end(store, write(change));
    if (result == PZ_STORE_MISSING)
        pz_reply_error(reply, PZ_REFUSES_MISSING, "There is no connection of this ref");
    else if (result == PZ_STORE_TAKEN)
        pz_reply_error(reply, PZ_REFUSES_NAME, "name: another connection has it");
    else
        pz_call_refuse_unwritten(change->call, result);
}

/* ------------------------------------------------------------------ the calls */

/* False: the reply says why. */
static bool read_change(struct change *change)
{
    pz_call *call = change->call;
    if (change->document == NULL) {
        pz_reply_no_memory(&call->reply);
        return false;
    }
    change->definition = pz_call_json(call, change->document);
    if (change->definition == NULL ||
        !pz_validate(call->emulator, &call->reply, change->definition))
        return false;
    change->secrets = pz_json_new_object(change->document);
    if (pz_connection_take_secrets(change->document, change->definition,
                                   call->emulator->options.mask_unknown_auth, change->secrets))
        return true;
    pz_reply_no_memory(&call->reply);
    return false;
}

static void handle(struct change *change, enum pz_store_result (*write)(struct change *))
{
    change->document = pz_json_document_new();
    pz_buffer_init(&change->body, STORED_MAX_BYTES);
    pz_buffer_init(&change->secrets_text, STORED_MAX_BYTES);
    pz_buffer_init(&change->modified_before, PZ_TIMESTAMP_SIZE);
    if (read_change(change))
        store(change, write);
    pz_json_document_free(change->document);
    pz_buffer_free(&change->body);
    pz_buffer_free(&change->secrets_text);
    pz_buffer_free(&change->modified_before);
}

void pz_handle_create(pz_call *call)
{
    struct change change = {.call = call};
    atomic_fetch_add_explicit(&call->emulator->counts.creates, 1, memory_order_relaxed);
    pz_identifier_new(change.ref);
    handle(&change, insert);
}

void pz_handle_update(pz_call *call)
{
    struct change change = {.call = call};
    atomic_fetch_add_explicit(&call->emulator->counts.updates, 1, memory_order_relaxed);
    memcpy(change.ref, call->ref, sizeof change.ref);
    handle(&change, replace);
}
