/* Fuzzes what the emulator does with the body of a request: forms, and connections from the JSON
 * text through validation, secrets and composition to what is stored and answered; and the call
 * that a connection describes, as far as to its being sent.
 */
#include <stdlib.h>
#include <string.h>

#include "emulator/connection.h"
#include "emulator/form.h"
#include "emulator/journal_text.h"
#include "emulator/mask.h"
#include "emulator/outputs.h"
#include "emulator/target.h"
#include "emulator/validation.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char ref[] = "00000000-0000-4000-8000-000000000000";

static void try_form(const char *text, size_t length)
{
    pz_form form;
    pz_buffer again;
    pz_buffer_init(&again, 1 << 20);
    if (pz_form_parse(&form, text, length) == PZ_FORM_OK)
        for (size_t i = 0; i < form.count; i++)
            pz_form_add(&again, form.fields[i].name, form.fields[i].value);
    pz_form_free(&form);
    pz_buffer_free(&again);
}

/* What is stored must be JSON again, and hold no secret. */
static void check_stored(const pz_buffer *stored)
{
    pz_json_error error;
    pz_json_document *document = pz_json_document_new();
    if (document == NULL)
        return;
    const pz_json_value *connection =
        pz_json_document_parse(document, stored->bytes, stored->length, 200, &error);
    size_t size;
    const char *text = pz_json_text(pz_json_get(connection, "ref"), &size);
    if (text == NULL || strcmp(text, ref) != 0 ||
        pz_json_get(pz_connection_part(connection, "auth"), "clientSecret") != NULL)
        abort();
    pz_json_document_free(document);
}

static void try_stored(pz_json_document *document, pz_json_value *definition, int mask_unknown_auth)
{
    const pz_connection_facts facts = {"key", ref, "2025-07-02T14:04:58.347Z", "user", 1};
    pz_json_value *secrets = pz_json_new_object(document);
    pz_buffer stored;
    pz_buffer_init(&stored, 1 << 22);
    if (secrets != NULL &&
        pz_connection_take_secrets(document, definition, mask_unknown_auth, secrets)) {
        pz_json_value *connection = pz_connection_compose(document, definition, &facts);
        if (connection != NULL &&
            pz_connection_write_with_base(connection, "http://127.0.0.1:1", &stored))
            check_stored(&stored);
    }
    pz_buffer_free(&stored);
}

static void try_target(const pz_emulator *emulator, pz_json_document *document,
                       pz_json_value *connection)
{
    pz_target target;
    pz_known known;
    pz_known_init(&known);
    pz_target_read(&target, emulator, document, connection);
    if (target.user != NULL && pz_known_add(&known, target.user, strlen(target.user)) &&
        pz_mask_add_basic(&known, target.user, target.user))
        pz_mask_apply(&known, &target.body);
    pz_known_free(&known);
    pz_target_free(&target);
    pz_outputs_pick(document, pz_json_get(connection, "outputMappings"), connection);
}

/* What the journal shows of JSON is JSON again. */
static void try_journal(const pz_emulator *emulator, pz_json_document *document, const char *text,
                        size_t length, bool is_json)
{
    pz_json_error error;
    pz_buffer shown;
    pz_buffer_init(&shown, 1 << 26);
    pz_journal_text(&emulator->options, text, length, &shown);
    if (is_json && shown.failure == PZ_BUFFER_OK &&
        pz_json_document_parse(document, shown.bytes, shown.length, 128, &error) == NULL &&
        !error.no_memory)
        abort();
    pz_buffer_free(&shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static pz_emulator emulator = {.base_url = "http://127.0.0.1:1"};
    const char *text = (const char *)bytes;
    pz_json_error error;
    pz_reply reply;
    emulator.options.strict = length & 1;
    try_form(text, length);
    pz_json_document *document = pz_json_document_new();
    if (document == NULL)
        return 0;
    pz_reply_init(&reply, &emulator.clock);
    pz_json_value *definition = pz_json_document_parse(document, text, length, 128, &error);
    try_journal(&emulator, document, text, length, definition != NULL);
    if (definition != NULL && pz_validate(&emulator, &reply, definition)) {
        try_target(&emulator, document, definition);
        try_stored(document, definition, length >> 1 & 1);
    }
    pz_reply_free(&reply);
    pz_json_document_free(document);
    return 0;
}
