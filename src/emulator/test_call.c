/* testConnection: makes the call that a connection describes, on the outbound thread, and answers
 * with what happened. With OAuth a token is fetched first: the credentials go into the header (as
 * RFC 6749 prefers), and if that is refused into the form. What comes back is searched for secrets
 * before anybody sees it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/call.h"
#include "emulator/clock.h"
#include "emulator/connection.h"
#include "emulator/mask.h"
#include "emulator/test_answer.h"
#include "emulator/validation.h"

enum { FORM_MAX_BYTES = 11 << 20, SECRET_MAX_BYTES = 11 << 20, TOKEN_MAX_BYTES = 16 << 10 };

struct test {
    pz_outbound_call outbound;
    pz_call *call;
    pz_json_document *document;
    const pz_json_value *connection; /* in the document */
    pz_described described;
    const char *secret; /* that goes with described.user */
    pz_buffer stored_secret;
    pz_buffer form; /* of the token call */
    pz_mask mask;
    double began;
};

static void free_test(void *context)
{
    struct test *test = context;
    pz_described_free(&test->described);
    pz_json_document_free(test->document);
    pz_buffer_free(&test->form);
    pz_mask_free(&test->mask);
    pz_buffer_free(&test->stored_secret);
    pz_buffer_free(&test->outbound.answer);
    pz_buffer_free(&test->outbound.answer_headers);
    free(test);
}

static void finish(struct test *test)
{
    pz_call *call = test->call;
    free_test(test);
    pz_call_resume(call);
}

static void finish_failed(struct test *test, const char *stage, const char *message)
{
    pz_test_answer_failure(&test->call->answer, &test->described, stage, message,
                           pz_clock_monotonic() - test->began);
    finish(test);
}

/* Sends what `outbound` says; what an earlier call brought is let go. */
static void submit(struct test *test, void (*done)(pz_outbound_call *))
{
    pz_buffer_free(&test->outbound.answer);
    pz_buffer_free(&test->outbound.answer_headers);
    const pz_emulator_options *options = &test->call->emulator->options;
    test->outbound.ca_file = options->ca_file;
    test->outbound.cert = test->described.mutual_tls ? options->client_cert : NULL;
    test->outbound.cert_key = options->client_cert_key;
    test->outbound.connect_ms = test->described.connect_ms;
    test->outbound.answer_ms = test->described.socket_ms;
    test->outbound.context = test;
    test->outbound.done = done;
    if (!pz_outbound_submit(test->call->emulator->outbound, &test->outbound))
        finish_failed(test, "configuration", "the emulator is stopping");
}

/* ------------------------------------------------------------------ the call itself */

static void called(pz_outbound_call *outbound)
{
    struct test *test = outbound->context;
    if (!pz_test_has_answer(outbound)) {
        finish_failed(test, pz_test_stage(outbound), pz_test_message(outbound));
        return;
    }
    pz_mask_apply(&test->mask, &outbound->answer);
    pz_mask_apply(&test->mask, &outbound->answer_headers);
    pz_test_answer_result(&test->call->answer, &test->described, outbound,
                          pz_clock_monotonic() - test->began);
    finish(test);
}

static void send_call(struct test *test)
{
    pz_outbound_call *outbound = &test->outbound;
    const pz_buffer *body = &test->described.body;
    outbound->method = test->described.method;
    outbound->url = test->described.url.bytes;
    outbound->body = body->length > 0 ? body->bytes : NULL;
    outbound->body_length = body->length;
    outbound->headers = test->described.headers;
    outbound->decode = test->described.decode;
    int is_basic = test->described.auth == PZ_DESCRIBED_BASIC;
    outbound->user = is_basic ? test->described.user : NULL;
    outbound->password = is_basic ? test->secret : NULL;
    submit(test, called);
}

/* ------------------------------------------------------------------ the token before it */

static void send_token_call(struct test *test, int credentials_in_form);

static int add_bearer(struct test *test)
{
    pz_json_error error;
    const pz_buffer *answer = &test->outbound.answer;
    const pz_json_value *root = pz_json_document_parse(
        test->document, answer->length == 0 ? "" : answer->bytes, answer->length, 16, &error);
    size_t length;
    const pz_json_value *token = pz_json_get(root, "access_token");
    const char *text = pz_json_is(token, PZ_JSON_STRING) ? pz_json_text(token, &length) : NULL;
    if (text == NULL || length > TOKEN_MAX_BYTES || text[strcspn(text, "\r\n")] != '\0')
        return 0;
    pz_buffer value;
    pz_buffer_init(&value, TOKEN_MAX_BYTES + 16);
    pz_buffer_append_text(&value, "Bearer ");
    pz_buffer_append_text(&value, text);
    pz_buffer_append_byte(&value, '\0');
    int added = value.failure == PZ_BUFFER_OK && pz_mask_add(&test->mask, text) &&
                pz_described_add_header(&test->described.headers, "Authorization", value.bytes);
    pz_buffer_free(&value);
    return added;
}

static void finish_refused_token(struct test *test, long status)
{
    char message[64];
    snprintf(message, sizeof message, "the token endpoint answered with status %ld", status);
    finish_failed(test, "token", message);
}

static void token_called(pz_outbound_call *outbound)
{
    struct test *test = outbound->context;
    if (outbound->code != CURLE_OK)
        finish_failed(test, "token", pz_test_message(outbound));
    else if (outbound->user != NULL && (outbound->status == 400 || outbound->status == 401))
        send_token_call(test, 1);
    else if (outbound->status != 200)
        finish_refused_token(test, outbound->status);
    else if (!add_bearer(test))
        finish_failed(test, "token", "the token endpoint's answer holds no access_token");
    else
        send_call(test);
}

static void send_token_call(struct test *test, int credentials_in_form)
{
    pz_outbound_call *outbound = &test->outbound;
    const pz_described *described = &test->described;
    pz_buffer_append(&test->form, described->token_form.bytes, described->token_form.length);
    if (credentials_in_form) {
        test->form.length = described->token_form.length;
        pz_form_add(&test->form, "client_id", described->user);
        pz_form_add(&test->form, "client_secret", test->secret);
    }
    if (test->form.failure != PZ_BUFFER_OK) {
        finish_failed(test, "token", "the token call's form is too long");
        return;
    }
    outbound->method = "POST";
    outbound->url = described->token_url;
    outbound->body = test->form.bytes;
    outbound->body_length = test->form.length;
    outbound->headers = described->token_headers;
    outbound->decode = 0;
    outbound->user = credentials_in_form ? NULL : described->user;
    outbound->password = credentials_in_form ? NULL : test->secret;
    submit(test, token_called);
}

/* ------------------------------------------------------------------ on the server's thread */

/* The body's own, or the one stored for the connection: what clients retrieve has none. Look at
 * stored_secret.failure too. */
static const char *find_secret(struct test *test, const pz_json_value *connection)
{
    size_t length;
    const char *name = test->described.secret_name;
    const char *secret =
        pz_json_text(pz_json_get(pz_connection_part(connection, "auth"), name), &length);
    const char *ref = pz_json_text(pz_json_get(connection, "ref"), &length);
    if (secret != NULL || ref == NULL)
        return secret == NULL ? "" : secret;
    if (!pz_emulator_secret(test->call->emulator, ref, name, &test->stored_secret))
        return "";
    pz_buffer_append_byte(&test->stored_secret, '\0');
    return test->stored_secret.bytes == NULL ? "" : test->stored_secret.bytes;
}

/* NULL: the answer says why. */
static pz_json_value *read_connection(pz_call *call, pz_json_document *document)
{
    pz_json_value *root = pz_call_json(call, document);
    pz_json_value *connection = pz_json_get(root, "connection");
    if (root == NULL)
        return NULL;
    if (!pz_json_is(connection, PZ_JSON_OBJECT)) {
        pz_answer_error(&call->answer, PZ_REFUSES_INVALID,
                        "connection: is required and must be an object");
        return NULL;
    }
    return pz_answer_validation(call->emulator, &call->answer, connection) ? connection : NULL;
}

static int take_secret(struct test *test)
{
    if (test->described.secret_name == NULL)
        return 1;
    test->secret = find_secret(test, test->connection);
    return test->stored_secret.failure == PZ_BUFFER_OK && pz_mask_add(&test->mask, test->secret) &&
           pz_mask_add_basic(&test->mask, test->described.user, test->secret);
}

static void begin_test(void *context)
{
    struct test *test = context;
    if (!pz_described_read(&test->described, test->call->emulator, test->connection))
        finish_failed(test, "configuration", test->described.problem);
    else if (!take_secret(test))
        finish_failed(test, "configuration", "the secret could not be read");
    else if (test->described.auth == PZ_DESCRIBED_OAUTH)
        send_token_call(test, 0);
    else
        send_call(test);
}

void pz_handle_test(pz_call *call)
{
    atomic_fetch_add_explicit(&call->emulator->counts.tests, 1, memory_order_relaxed);
    struct test *test = calloc(1, sizeof *test);
    if (test == NULL || (test->document = pz_json_document_new()) == NULL) {
        free(test);
        pz_answer_no_memory(&call->answer);
        return;
    }
    test->call = call;
    test->began = pz_clock_monotonic();
    pz_buffer_init(&test->form, FORM_MAX_BYTES);
    pz_buffer_init(&test->stored_secret, SECRET_MAX_BYTES);
    test->connection = read_connection(call, test->document);
    if (test->connection == NULL)
        free_test(test);
    else
        pz_call_wait(call, &(pz_wait){begin_test, free_test, test});
}
