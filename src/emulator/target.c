/* Reads the members of a connection that describe a call; what is wrong with them is told. */
#include "emulator/target.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "emulator/connection.h"
#include "emulator/form.h"
#include "emulator/template.h"
#include "emulator/validation.h"
#include "version.h"

enum {
    URL_MAX_BYTES = 64 << 10,
    BODY_MAX_BYTES = 10 << 20,
    HEADER_MAX_BYTES = 16 << 10,
    METHOD_MAX_LENGTH = 16,
    DEFAULT_TIMEOUT_MS = 1000,
    TIMEOUT_MAX_MS = 60000,
    LIST_MAX_ITEMS = 1000,
};

static bool fail(pz_target *target, const char *problem, const char *what)
{
    snprintf(target->problem, sizeof target->problem, "%s%.100s", problem, what);
    return false;
}

/* A member's text; empty when it is not there. */
static const char *text_of(const pz_json_value *object, const char *name)
{
    const pz_json_value *value = pz_json_get(object, name);
    size_t length;
    return pz_json_is(value, PZ_JSON_STRING) ? pz_json_text(value, &length) : "";
}

static long timeout_of(const pz_json_value *connection, const char *name)
{
    int64_t ms;
    if (!pz_json_integer(pz_json_get(connection, name), &ms))
        return DEFAULT_TIMEOUT_MS;
    if (ms < 1)
        return 1; /* to libcurl 0 is no limit */
    return ms > TIMEOUT_MAX_MS ? TIMEOUT_MAX_MS : (long)ms;
}

/* ------------------------------------------------------------------ headers */

bool pz_target_add_header(struct curl_slist **headers, const char *name, const char *value)
{
    pz_buffer line;
    pz_buffer_init(&line, HEADER_MAX_BYTES);
    pz_buffer_append_text(&line, name);
    /* libcurl takes "name:" as: do not send it */
    pz_buffer_append_text(&line, *value == '\0' ? ";" : ": ");
    pz_buffer_append_text(&line, value);
    pz_buffer_append_byte(&line, '\0');
    struct curl_slist *longer =
        line.failure == PZ_BUFFER_OK ? curl_slist_append(*headers, line.bytes) : NULL;
    pz_buffer_free(&line);
    if (longer == NULL)
        return false;
    *headers = longer;
    return true;
}

/* What libcurl would send as it is, and so must not hold the end of a line. */
static bool is_header_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "!#$%&'*+-.^_`|~";
    return *name != '\0' && name[strspn(name, allowed)] == '\0';
}

static bool is_header_value(const char *value)
{
    for (; *value != '\0'; value++)
        if (((unsigned char)*value < 0x20 && *value != '\t') || *value == 0x7f)
            return false;
    return true;
}

static const char *find_pair(const pz_json_value *pairs, const char *name)
{
    for (size_t i = 0; i < pz_json_count(pairs); i++)
        if (strcasecmp(text_of(pz_json_item(pairs, i), "name"), name) == 0)
            return text_of(pz_json_item(pairs, i), "value");
    return NULL;
}

static bool add_pair(pz_target *target, struct curl_slist **headers, const char *name,
                     const char *value)
{
    if (!is_header_name(name) || !is_header_value(value))
        return fail(target, "this can't be the name or the value of a header: ", name);
    return pz_target_add_header(headers, name, value) ||
           fail(target, "no memory, or too long a header: ", name);
}

static bool add_pairs(pz_target *target, struct curl_slist **headers, const pz_json_value *pairs)
{
    for (size_t i = 0; i < pz_json_count(pairs); i++) {
        const pz_json_value *pair = pz_json_item(pairs, i);
        if (!add_pair(target, headers, text_of(pair, "name"), text_of(pair, "value")))
            return false;
    }
    return true;
}

/* "Expect:" keeps libcurl from asking before it sends a body. */
static bool add_own(pz_target *target, struct curl_slist **headers, const pz_json_value *pairs,
                    const char *content_type)
{
    struct curl_slist *longer = curl_slist_append(*headers, "Expect:");
    if (longer == NULL)
        return fail(target, "no memory", "");
    *headers = longer;
    bool ok = 1;
    if (find_pair(pairs, "User-Agent") == NULL)
        ok = pz_target_add_header(headers, "User-Agent", "personalize-emulator/" PZ_VERSION);
    if (ok && content_type != NULL && find_pair(pairs, "Content-Type") == NULL)
        ok = pz_target_add_header(headers, "Content-Type", content_type);
    return ok || fail(target, "no memory", "");
}

/* ------------------------------------------------------------------ the parts */

static bool fill(pz_target *target, enum pz_template_kind kind, enum pz_target_part part,
                 const char *text, pz_buffer *out)
{
    char missing[64];
    target->has_freemarker[part] |= pz_template_text_is_freemarker(text);
    if (pz_template_fill(kind, text, target->inputs, out, missing, sizeof missing))
        return true;
    if (missing[0] != '\0')
        return fail(target, "no input mapping has the key ", missing);
    return fail(target, "the filled text is too long", "");
}

/* The values are filled, and may hold anything then. */
static bool add_filled_pairs(pz_target *target, const pz_json_value *pairs)
{
    for (size_t i = 0; i < pz_json_count(pairs); i++) {
        const pz_json_value *pair = pz_json_item(pairs, i);
        pz_buffer name, value;
        pz_buffer_init(&name, HEADER_MAX_BYTES);
        pz_buffer_init(&value, HEADER_MAX_BYTES);
        bool ok = fill(target, PZ_TEMPLATE_TEXT, PZ_TARGET_HEADERS, text_of(pair, "name"), &name) &&
                  fill(target, PZ_TEMPLATE_TEXT, PZ_TARGET_HEADERS, text_of(pair, "value"), &value);
        pz_buffer_append_byte(&name, '\0');
        pz_buffer_append_byte(&value, '\0');
        if (ok && (name.failure != PZ_BUFFER_OK || value.failure != PZ_BUFFER_OK))
            ok = fail(target, "no memory, or too long a header: ", text_of(pair, "name"));
        ok = ok && add_pair(target, &target->headers, name.bytes, value.bytes);
        pz_buffer_free(&name);
        pz_buffer_free(&value);
        if (!ok)
            return false;
    }
    return true;
}

static bool read_url(pz_target *target, const pz_json_value *request)
{
    const char *text = text_of(request, "connectionUrl");
    pz_buffer *url = &target->url;
    if (*text == '\0')
        return fail(target, "request.connectionUrl is missing", "");
    int filled = fill(target, PZ_TEMPLATE_URL, PZ_TARGET_URL, text, url);
    pz_buffer_append_byte(url, '\0');
    if (!filled)
        return false;
    if (url->failure != PZ_BUFFER_OK)
        return fail(target, "request.connectionUrl is too long", "");
    if (strncasecmp(url->bytes, "http://", 7) != 0 && strncasecmp(url->bytes, "https://", 8) != 0)
        return fail(target, "request.connectionUrl must begin with http:// or https://", "");
    return true;
}

static bool read_method(pz_target *target, const pz_json_value *request)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    target->method = text_of(request, "requestType");
    if (*target->method == '\0')
        target->method = "GET";
    size_t length = strlen(target->method);
    if (length > METHOD_MAX_LENGTH || strspn(target->method, letters) != length)
        return fail(target, "request.requestType is not a method: ", target->method);
    return true;
}

/* Whether a media type has the word, in whatever case. */
static bool has_word(const char *type, const char *word)
{
    size_t length = strlen(word);
    while (*type != '\0' && strncasecmp(type, word, length) != 0)
        type++;
    return *type != '\0';
}

static bool read_body(pz_target *target, const pz_json_value *request)
{
    const pz_json_value *headers = pz_json_get(target->connection, "customHeaders");
    const char *text = text_of(request, "requestBody");
    const char *type = find_pair(headers, "Content-Type");
    enum pz_template_kind kind = PZ_TEMPLATE_TEXT;
    if (type == NULL || has_word(type, "json"))
        kind = PZ_TEMPLATE_JSON;
    else if (has_word(type, "x-www-form-urlencoded"))
        kind = PZ_TEMPLATE_FORM;
    bool has_body =
        *text != '\0' && strcmp(target->method, "GET") != 0 && strcmp(target->method, "HEAD") != 0;
    target->decode = find_pair(headers, "Accept-Encoding") != NULL;
    return (!has_body || fill(target, kind, PZ_TARGET_BODY, text, &target->body)) &&
           add_filled_pairs(target, headers) &&
           add_own(target, &target->headers, headers, has_body ? "application/json" : NULL);
}

static bool read_token_call(pz_target *target, const pz_emulator *emulator,
                            const pz_json_value *auth)
{
    const pz_json_value *headers = pz_json_get(auth, "oauthCustomHeaders");
    const pz_json_value *items = pz_json_get(auth, "formUrlEncodedItems");
    target->auth = PZ_TARGET_OAUTH;
    target->user = text_of(auth, "clientId");
    target->secret_name = "clientSecret";
    target->token_url = text_of(auth, "accessTokenUrl");
    if (!pz_is_safe_url(emulator, target->token_url))
        return fail(target,
                    "auth.accessTokenUrl must begin with https:// "
                    "(http:// only to this machine)",
                    "");
    pz_form_add(&target->token_form, "grant_type", "client_credentials");
    for (size_t i = 0; i < pz_json_count(items); i++)
        pz_form_add(&target->token_form, text_of(pz_json_item(items, i), "name"),
                    text_of(pz_json_item(items, i), "value"));
    if (target->token_form.failure != PZ_BUFFER_OK)
        return fail(target, "auth.formUrlEncodedItems are too long", "");
    return add_pairs(target, &target->token_headers, headers) &&
           add_own(target, &target->token_headers, headers, "application/x-www-form-urlencoded");
}

static bool read_auth(pz_target *target, const pz_emulator *emulator)
{
    const pz_json_value *auth = pz_connection_part(target->connection, "auth");
    const char *type = text_of(auth, "authType");
    target->mutual_tls = pz_json_is(pz_json_get(auth, "useMutualTls"), PZ_JSON_TRUE);
    if (target->mutual_tls && emulator->options.client_cert == NULL)
        return fail(
            target,
            "auth.useMutualTls needs the emulator's options client_cert and client_cert_key", "");
    if (*type == '\0' || strcasecmp(type, "NONE") == 0)
        return true;
    if (strcasecmp(type, "OAUTH") == 0)
        return read_token_call(target, emulator, auth);
    if (strcasecmp(type, "BASIC") == 0) {
        target->auth = PZ_TARGET_BASIC;
        target->user = text_of(auth, "username");
        target->secret_name = "password";
        return true;
    }
    return fail(target, "the emulator can't authenticate itself by ", type);
}

/* Each of them is sent, or answered. */
static bool lists_are_short(pz_target *target, const pz_json_value *connection)
{
    static const struct {
        const char *part; /* NULL: the connection itself */
        const char *name;
    } lists[] = {{NULL, "inputMappings"},
                 {NULL, "outputMappings"},
                 {NULL, "customHeaders"},
                 {"auth", "oauthCustomHeaders"},
                 {"auth", "formUrlEncodedItems"}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const pz_json_value *owner =
            lists[i].part == NULL ? connection : pz_connection_part(connection, lists[i].part);
        if (pz_json_count(pz_json_get(owner, lists[i].name)) > LIST_MAX_ITEMS)
            return fail(target, "the emulator tests no more than 1000 ", lists[i].name);
    }
    return true;
}

bool pz_target_read(pz_target *target, const pz_emulator *emulator, pz_json_document *document,
                    const pz_json_value *connection)
{
    memset(target, 0, sizeof *target);
    target->connection = connection;
    pz_buffer_init(&target->url, URL_MAX_BYTES);
    pz_buffer_init(&target->body, BODY_MAX_BYTES);
    pz_buffer_init(&target->token_form, BODY_MAX_BYTES);
    target->connect_ms = timeout_of(connection, "connectionTimeout");
    target->socket_ms = timeout_of(connection, "socketTimeout");
    const pz_json_value *request = pz_connection_part(connection, "request");
    if (!lists_are_short(target, connection))
        return false;
    target->inputs = pz_template_inputs(document, pz_json_get(connection, "inputMappings"));
    if (target->inputs == NULL)
        return fail(target, "no memory", "");
    return read_url(target, request) && read_method(target, request) &&
           read_body(target, request) && read_auth(target, emulator);
}

void pz_target_free(pz_target *target)
{
    pz_buffer_free(&target->url);
    pz_buffer_free(&target->body);
    pz_buffer_free(&target->token_form);
    curl_slist_free_all(target->headers);
    curl_slist_free_all(target->token_headers);
}
