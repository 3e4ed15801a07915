/* testConnection: makes the call that a connection describes, and answers with what happened. With
 * OAuth a token is fetched first: the credentials go into the header (as RFC 6749 prefers), and if
 * that is refused into the form. Secrets are masked in the target's answer before the client sees
 * it. */
#include <stdio.h>
#include <string.h>

#include "emulator/call.h"
#include "emulator/clock.h"
#include "emulator/connection.h"
#include "emulator/mask.h"
#include "emulator/members.h"
#include "emulator/reply_of_target.h"
#include "emulator/target.h"
#include "emulator/target_auth.h"
#include "emulator/validation.h"

enum { FORM_MAX_BYTES = 11 << 20, SECRET_MAX_BYTES = 11 << 20, TOKEN_MAX_BYTES = 16 << 10 };

struct test {
    pz_target_call call_out;
    pz_call *call;
    pz_json_document *document;
    const pz_json_value *connection; /* in the document */
    pz_target target;
    const char *secret; /* that goes with target.user */
    pz_known known;     /* secrets to mask in the answer */
    double began;
};

/* For `return`: false. */
static bool fail(struct test *test, const char *stage, const char *message)
{
    pz_reply_of_target_failure(&test->call->reply, &test->target, stage, message,
                               pz_clock_monotonic() - test->began);
    return false;
}

static void run(struct test *test)
{
    const pz_emulator_options *options = &test->call->emulator->options;
    test->call_out.ca_file = options->ca_file;
    test->call_out.outbound = options->outbound != NULL ? options->outbound : "loopback";
    test->call_out.cert = test->target.mutual_tls ? options->client_cert : NULL;
    test->call_out.cert_key = options->client_cert_key;
    test->call_out.connect_ms = test->target.connect_ms;
    test->call_out.answer_ms = test->target.socket_ms;
    pz_target_call_run(&test->call_out, &test->call->emulator->stopping);
}

/* ------------------------------------------------------------------ the secrets */

/* NULL: the answer says why. */
static pz_json_value *read_connection(pz_call *call, pz_json_document *document)
{
    pz_json_value *root = pz_call_json(call, document);
    pz_json_value *connection = pz_json_get(root, "connection");
    if (root == NULL)
        return NULL;
    if (!pz_json_is(connection, PZ_JSON_OBJECT)) {
        pz_reply_error(&call->reply, PZ_REFUSES_INVALID,
                       "connection: is required and must be an object");
        return NULL;
    }
    return pz_validate(call->emulator, &call->reply, connection) ? connection : NULL;
}

/* Adds a stored secret to the auth where the body lacks it: connections that clients retrieve have
 * none. False: no memory. */
static bool complete(struct test *test, pz_json_value *auth, const char *name)
{
    size_t length;
    pz_buffer stored;
    const char *ref = pz_json_text(pz_json_get(test->connection, "ref"), &length);
    if (auth == NULL || ref == NULL || pz_json_is(pz_json_get(auth, name), PZ_JSON_STRING))
        return true;
    pz_buffer_init(&stored, SECRET_MAX_BYTES);
    bool is_stored = pz_emulator_secret(test->call->emulator, ref, name, &stored);
    bool is_done = stored.failure == PZ_BUFFER_OK &&
                   (!is_stored ||
                    pz_json_set(test->document, auth, name,
                                pz_json_new_string(test->document, stored.bytes, stored.length)));
    pz_buffer_free(&stored);
    return is_done;
}

/* False: no memory. */
static bool take_secrets(struct test *test)
{
    const pz_target *target = &test->target;
    pz_json_value *auth = pz_connection_part(test->connection, "auth");
    size_t length;
    for (const pz_member *member = pz_auth_members; member->name != NULL; member++) {
        if (!member->secret || !pz_member_is_of(member, target->auth_type))
            continue;
        if (!complete(test, auth, member->name))
            return false;
        const char *text = pz_json_text(pz_json_get(auth, member->name), &length);
        /* what stands behind a NUL is not sent, so that a target can show what stands before */
        if (text != NULL && !pz_known_add(&test->known, text, strlen(text)))
            return false;
    }
    if (target->secret_name == NULL)
        return true;
    test->secret = pz_json_text(pz_json_get(auth, target->secret_name), &length);
    if (test->secret == NULL)
        test->secret = "";
    return pz_mask_add_basic(&test->known, target->user, test->secret);
}

/* ------------------------------------------------------------------ the token before the call */

static bool add_bearer_of(struct test *test, const pz_json_value *root)
{
    size_t length;
    const pz_json_value *token = pz_json_get(root, "access_token");
    const char *text = pz_json_is(token, PZ_JSON_STRING) ? pz_json_text(token, &length) : NULL;
    if (text == NULL || length > TOKEN_MAX_BYTES || text[strcspn(text, "\r\n")] != '\0')
        return false;
    pz_buffer value;
    pz_buffer_init(&value, TOKEN_MAX_BYTES + 16);
    pz_buffer_append_text(&value, "Bearer ");
    pz_buffer_append_text(&value, text);
    pz_buffer_append_byte(&value, '\0');
    bool added = value.failure == PZ_BUFFER_OK && pz_known_add(&test->known, text, strlen(text)) &&
                 pz_target_add_header(&test->target.headers, "Authorization", value.bytes);
    pz_buffer_free(&value);
    return added;
}

/* The tree of the answer is not kept while the target is called. */
static bool add_bearer(struct test *test)
{
    pz_json_error error;
    pthread_mutex_t *lock = &test->call->emulator->large_lock;
    const pz_buffer *answer = &test->call_out.answer;
    pthread_mutex_lock(lock);
    pz_json_document *document = pz_json_document_new();
    bool is_added =
        document != NULL &&
        add_bearer_of(test,
                      pz_json_document_parse(document, answer->length == 0 ? "" : answer->bytes,
                                             answer->length, 16, &error));
    pz_json_document_free(document);
    pthread_mutex_unlock(lock);
    return is_added;
}

static void call_for_token(struct test *test, bool credentials_in_form)
{
    pz_target_call *call_out = &test->call_out;
    const pz_target *target = &test->target;
    pz_buffer form;
    pz_buffer_init(&form, FORM_MAX_BYTES);
    pz_buffer_append(&form, target->token_form.bytes, target->token_form.length);
    if (credentials_in_form) {
        pz_form_add(&form, "client_id", target->user);
        pz_form_add(&form, "client_secret", test->secret);
    }
    call_out->method = "POST";
    call_out->url = target->token_url;
    call_out->body = form.bytes;
    call_out->body_length = form.length;
    call_out->headers = target->token_headers;
    call_out->decode = false;
    call_out->user = credentials_in_form ? NULL : target->user;
    call_out->password = credentials_in_form ? NULL : test->secret;
    if (form.failure == PZ_BUFFER_OK)
        run(test);
    else
        call_out->code = CURLE_OUT_OF_MEMORY;
    pz_buffer_free(&form);
}

/* False: the reply says why. */
static bool fetch_token(struct test *test)
{
    const pz_target_call *call_out = &test->call_out;
    char message[64];
    call_for_token(test, false);
    if (call_out->code == CURLE_OK && (call_out->status == 400 || call_out->status == 401))
        call_for_token(test, true);
    if (call_out->code != CURLE_OK)
        return fail(test, "token", pz_target_message(call_out));
    if (call_out->status != 200) {
        snprintf(message, sizeof message, "the token endpoint answered with status %ld",
                 call_out->status);
        return fail(test, "token", message);
    }
    return add_bearer(test) ||
           fail(test, "token", "the token endpoint's answer holds no access_token");
}

/* ------------------------------------------------------------------ the call */

/* A reply may be long, and the tree that it is made of longer: as with lists, one is made at a time
 * and counted before the next one begins. */
static void reply_alone(struct test *test)
{
    pz_call *call = test->call;
    double seconds = pz_clock_monotonic() - test->began;
    pthread_mutex_lock(&call->emulator->large_lock);
    pz_reply_of_target_result(&call->reply, &test->target, &test->call_out, seconds);
    pz_call_hold_reply(call);
    pthread_mutex_unlock(&call->emulator->large_lock);
}

static void call_target(struct test *test)
{
    pz_target_call *call_out = &test->call_out;
    const pz_buffer *body = &test->target.body;
    bool is_basic = test->target.auth == PZ_TARGET_BASIC;
    call_out->method = test->target.method;
    call_out->url = test->target.url_with_credentials != NULL ? test->target.url_with_credentials
                                                              : test->target.url.bytes;
    call_out->body = body->length > 0 ? body->bytes : NULL;
    call_out->body_length = body->length;
    call_out->headers = test->target.headers;
    call_out->decode = test->target.decode;
    call_out->user = is_basic ? test->target.user : NULL;
    call_out->password = is_basic ? test->secret : NULL;
    run(test);
    if (!pz_target_has_answered(call_out)) {
        fail(test, pz_target_stage(call_out), pz_target_message(call_out));
        return;
    }
    pz_mask_apply(&test->known, &call_out->answer);
    pz_mask_apply(&test->known, &call_out->answer_headers);
    reply_alone(test);
}

static void test_connection(struct test *test)
{
    pz_target *target = &test->target;
    bool is_read = pz_target_read(target, test->call->emulator, test->document, test->connection);
    if (is_read && !take_secrets(test))
        fail(test, "configuration", "the secret could not be read");
    else if (!is_read || !pz_target_add_credentials(target))
        fail(test, "configuration", target->problem);
    else if (test->target.auth != PZ_TARGET_OAUTH || fetch_token(test))
        call_target(test);
    pz_target_free(&test->target);
    pz_target_call_free(&test->call_out);
    pz_known_free(&test->known);
}

void pz_handle_test(pz_call *call)
{
    struct test test = {.call = call, .began = pz_clock_monotonic()};
    atomic_fetch_add_explicit(&call->emulator->counts.tests, 1, memory_order_relaxed);
    test.document = pz_json_document_new();
    pz_known_init(&test.known);
    if (test.document == NULL)
        pz_reply_no_memory(&call->reply);
    else if ((test.connection = read_connection(call, test.document)) != NULL)
        test_connection(&test);
    pz_json_document_free(test.document);
}
