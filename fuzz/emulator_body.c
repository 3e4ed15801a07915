/* Fuzzes what the emulator does with the body of a request: forms, and connections from the JSON
 * text through validation, secrets and composition to what is stored and answered; and the call
 * that a connection describes, as far as to its being sent.
 *
 * clang -fsanitize=fuzzer,address,undefined -std=c11 -D_GNU_SOURCE -Isrc fuzz/emulator_body.c
 *       src/buffer.c src/json/?*.c $(ls src/emulator/?*.c) -lmicrohttpd -lsqlite3 -lcurl -luuid
 *       -pthread -o emulator_body (at the repository's top) */
#include <stdlib.h>
#include <string.h>

#include "emulator/connection.h"
#include "emulator/described.h"
#include "emulator/form.h"
#include "emulator/mask.h"
#include "emulator/outputs.h"
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

static void try_stored(pz_json_document *document, pz_json_value *definition)
{
    const pz_connection_facts facts = {"key", ref, "2025-07-02T14:04:58.347Z", "user", 1};
    pz_json_value *secrets = pz_json_new_object(document);
    pz_buffer stored;
    pz_buffer_init(&stored, 1 << 22);
    if (secrets != NULL && pz_connection_take_secrets(document, definition, secrets)) {
        pz_json_value *connection = pz_connection_compose(document, definition, &facts);
        if (connection != NULL &&
            pz_connection_write_with_base(connection, "http://127.0.0.1:1", &stored))
            check_stored(&stored);
    }
    pz_buffer_free(&stored);
}

static void try_described(const pz_emulator *emulator, pz_json_document *document,
                          const pz_json_value *connection)
{
    pz_described described;
    pz_mask mask = {0};
    pz_described_read(&described, emulator, connection);
    if (described.user != NULL && pz_mask_add(&mask, described.user) &&
        pz_mask_add_basic(&mask, described.user, described.user))
        pz_mask_apply(&mask, &described.body);
    pz_mask_free(&mask);
    pz_described_free(&described);
    pz_outputs_pick(document, pz_json_get(connection, "outputMappings"), connection);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static pz_emulator emulator = {.base_url = "http://127.0.0.1:1"};
    const char *text = (const char *)bytes;
    pz_json_error error;
    pz_answer answer;
    emulator.options.strict = length & 1;
    try_form(text, length);
    pz_json_document *document = pz_json_document_new();
    if (document == NULL)
        return 0;
    pz_answer_init(&answer, &emulator.clock);
    pz_json_value *definition = pz_json_document_parse(document, text, length, 128, &error);
    if (definition != NULL && pz_answer_validation(&emulator, &answer, definition)) {
        try_described(&emulator, document, definition);
        try_stored(document, definition);
    }
    pz_answer_free(&answer);
    pz_json_document_free(document);
    return 0;
}
