/* The two calls that give out access tokens. */
#include <stdlib.h>
#include <string.h>

#include "emulator/call.h"
#include "emulator/clock.h"
#include "emulator/libmicrohttpd.h"

static const char scope[] = "personalize.external_webservices:manage";

/* Tokens of older organisations live at most this long. */
enum { OLDER_TTL_SECONDS = 600 };
static const char masked[] = "masked";

static bool equal(const char *given, const char *expected)
{
    return given != NULL && strcmp(given, expected) == 0;
}

static void answer_with_token(pz_call *call, enum pz_behaviour_id behaviour)
{
    pz_emulator *emulator = call->emulator;
    bool is_older = behaviour == PZ_DOES_V2_TOKEN;
    double ttl = emulator->options.token_ttl;
    if (is_older && ttl > OLDER_TTL_SECONDS)
        ttl = OLDER_TTL_SECONDS;
    char token[PZ_TOKEN_SIZE];
    if (!pz_tokens_issue(emulator->tokens, pz_clock_seconds(&emulator->clock), ttl, token)) {
        pz_reply_no_memory(&call->reply);
        return;
    }
    atomic_fetch_add(&emulator->counts.tokens, 1);
    pz_json_document *document = pz_json_document_new();
    pz_json_value *body = document == NULL ? NULL : pz_json_new_object(document);
    if (body != NULL &&
        pz_json_set(document, body, "access_token", pz_json_new_text(document, token)) &&
        pz_json_set(document, body, "scope", pz_json_new_text(document, scope)) &&
        pz_json_set(document, body, "expires_in", pz_json_new_integer(document, (int64_t)ttl)) &&
        pz_json_set(document, body, "token_type",
                    pz_json_new_text(document, is_older ? "bearer" : "Bearer")) &&
        (!is_older ||
         pz_json_set(document, body, "x_access_token", pz_json_new_text(document, token))))
        pz_reply_json(&call->reply, behaviour, body);
    else
        pz_reply_no_memory(&call->reply);
    pz_json_document_free(document);
}

/* The parameters of the call, sent as a form or as a JSON object of strings. */
struct fields {
    pz_form form;
    pz_json_document *document;
    pz_json_value *object;
};

static const char *field(const struct fields *fields, const char *name)
{
    size_t length;
    if (fields->object == NULL)
        return pz_form_get(&fields->form, name);
    const pz_json_value *value = pz_json_get(fields->object, name);
    return pz_json_is(value, PZ_JSON_STRING) ? pz_json_text(value, &length) : NULL;
}

static bool is_secret(const char *name)
{
    return strcmp(name, "client_secret") == 0 || strcmp(name, "password") == 0;
}

/* Writes the body for the journal, secrets masked. A body that can't be read is left out. */
static void mask_body(pz_call *call, const struct fields *fields)
{
    for (size_t i = 0; i < fields->form.count; i++) {
        const pz_form_field *one = &fields->form.fields[i];
        pz_form_add(&call->masked_body, one->name, is_secret(one->name) ? masked : one->value);
    }
    for (size_t i = 0; i < pz_json_count(fields->object); i++) {
        const char *name;
        pz_json_member(fields->object, i, &name, NULL);
        if (is_secret(name) && !pz_json_set(fields->document, fields->object, name,
                                            pz_json_new_text(fields->document, masked)))
            return;
    }
    if (fields->object != NULL)
        pz_json_write(fields->object, 0, &call->masked_body);
}

static void free_fields(struct fields *fields)
{
    pz_form_free(&fields->form);
    pz_json_document_free(fields->document);
}

/* False: the answer says why. */
static bool read_fields(pz_call *call, struct fields *fields)
{
    memset(fields, 0, sizeof *fields);
    if (pz_call_has_type(call, "application/json")) {
        pz_json_error error;
        fields->document = pz_json_document_new();
        if (fields->document == NULL) {
            pz_reply_no_memory(&call->reply);
            return false;
        }
        if (!pz_call_parse(call, fields->document, 2, &fields->object, &error))
            return false;
        if (pz_json_is(fields->object, PZ_JSON_OBJECT))
            return true;
        fields->object = NULL;
    } else if (pz_call_has_type(call, "application/x-www-form-urlencoded")) {
        if (pz_form_parse(&fields->form, call->body.bytes, call->body.length) == PZ_FORM_OK)
            return true;
        fields->form.count = 0;
    }
    pz_reply_oauth_error(&call->reply, PZ_REFUSES_TOKEN_FORM, "invalid_request",
                         "The body must be application/x-www-form-urlencoded");
    return false;
}

static bool grant_is_known(pz_call *call, const struct fields *fields)
{
    const char *grant = field(fields, "grant_type");
    if (equal(grant, "client_credentials"))
        return true;
    if (grant == NULL)
        pz_reply_oauth_error(&call->reply, PZ_REFUSES_TOKEN_FORM, "invalid_request",
                             "grant_type is missing");
    else
        pz_reply_oauth_error(&call->reply, PZ_REFUSES_TOKEN_GRANT, "unsupported_grant_type",
                             "grant_type must be client_credentials");
    return false;
}

void pz_handle_token(pz_call *call)
{
    const pz_emulator_options *options = &call->emulator->options;
    struct fields fields;
    if (read_fields(call, &fields) && grant_is_known(call, &fields)) {
        if (equal(field(&fields, "client_id"), options->client_id) &&
            equal(field(&fields, "client_secret"), options->client_secret))
            answer_with_token(call, PZ_DOES_TOKEN);
        else
            pz_reply_oauth_error(&call->reply, PZ_REFUSES_CREDENTIALS, "access_denied",
                                 "Unknown client_id or wrong client_secret");
    }
    mask_body(call, &fields);
    free_fields(&fields);
}

/* The form's clientKey may be left out, as generic OAuth clients do; a wrong one is refused. */
void pz_handle_v2_token(pz_call *call)
{
    const pz_emulator_options *options = &call->emulator->options;
    struct fields fields;
    char *password = NULL;
    char *user = MHD_basic_auth_get_username_password(call->connection, &password);
    if (read_fields(call, &fields) && grant_is_known(call, &fields)) {
        const char *client_key = field(&fields, "clientKey");
        if (equal(user, options->client_key) && equal(password, options->api_token) &&
            (client_key == NULL || equal(client_key, options->client_key))) {
            answer_with_token(call, PZ_DOES_V2_TOKEN);
        } else {
            pz_reply_oauth_error(&call->reply, PZ_REFUSES_V2_CREDENTIALS, "invalid_client",
                                 "Unknown client key or wrong API token");
            call->reply.challenge = "Basic realm=\"emulator\"";
        }
    }
    mask_body(call, &fields);
    free_fields(&fields);
    MHD_free(user);
    MHD_free(password);
}
