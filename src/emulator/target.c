/* Reads the members of a connection that describe a call, or states what is wrong with them. */
#include "emulator/target.h"

#include <string.h>
#include <strings.h>

#include "emulator/connection.h"
#include "emulator/members.h"
#include "emulator/target_auth.h"
#include "emulator/template.h"

enum {
    BODY_MAX_BYTES = 10 << 20,
    METHOD_MAX_LENGTH = 16,
    DEFAULT_TIMEOUT_MS = 1000,
    TIMEOUT_MAX_MS = 60000,
    LIST_MAX_ITEMS = 1000,
};

static long timeout_of(const pz_json_value *connection, const char *name)
{
    int64_t ms;
    if (!pz_json_integer(pz_json_get(connection, name), &ms))
        return DEFAULT_TIMEOUT_MS;
    if (ms < 1)
        return 1; /* to libcurl 0 is no limit */
    return ms > TIMEOUT_MAX_MS ? TIMEOUT_MAX_MS : (long)ms;
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
        return pz_target_fail(target, "no input mapping has the key ", missing);
    return pz_target_fail(target, "the filled text is too long", "");
}

/* Adds headers whose inputs are filled in: the result is checked, since an input may hold anything.
 */
static bool add_filled_pairs(pz_target *target, const pz_json_value *pairs)
{
    for (size_t i = 0; i < pz_json_count(pairs); i++) {
        const pz_json_value *pair = pz_json_item(pairs, i);
        pz_buffer name, value;
        pz_buffer_init(&name, PZ_TARGET_HEADER_MAX_BYTES);
        pz_buffer_init(&value, PZ_TARGET_HEADER_MAX_BYTES);
        bool ok = fill(target, PZ_TEMPLATE_TEXT, PZ_TARGET_HEADERS, pz_target_text(pair, "name"),
                       &name) &&
                  fill(target, PZ_TEMPLATE_TEXT, PZ_TARGET_HEADERS, pz_target_text(pair, "value"),
                       &value);
        pz_buffer_append_byte(&name, '\0');
        pz_buffer_append_byte(&value, '\0');
        if (ok && (name.failure != PZ_BUFFER_OK || value.failure != PZ_BUFFER_OK))
            ok = pz_target_fail(target,
                                "no memory, or too long a header: ", pz_target_text(pair, "name"));
        ok = ok && pz_target_add_pair(target, &target->headers, name.bytes, value.bytes);
        pz_buffer_free(&name);
        pz_buffer_free(&value);
        if (!ok)
            return false;
    }
    return true;
}

static bool read_url(pz_target *target, const pz_json_value *request)
{
    const char *text = pz_target_text(request, "connectionUrl");
    pz_buffer *url = &target->url;
    if (*text == '\0')
        return pz_target_fail(target, "request.connectionUrl is missing", "");
    bool filled = fill(target, PZ_TEMPLATE_URL, PZ_TARGET_URL, text, url);
    pz_buffer_append_byte(url, '\0');
    if (!filled)
        return false;
    if (url->failure != PZ_BUFFER_OK)
        return pz_target_fail(target, "request.connectionUrl is too long", "");
    if (strncasecmp(url->bytes, "http://", 7) != 0 && strncasecmp(url->bytes, "https://", 8) != 0)
        return pz_target_fail(target, "request.connectionUrl must begin with http:// or https://",
                              "");
    return true;
}

static bool read_method(pz_target *target, const pz_json_value *request)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    target->method = pz_target_text(request, "requestType");
    if (*target->method == '\0')
        target->method = "GET";
    size_t length = strlen(target->method);
    if (length > METHOD_MAX_LENGTH || strspn(target->method, letters) != length)
        return pz_target_fail(target, "request.requestType is not a method: ", target->method);
    return true;
}

/* True if a media type has the word, in whatever case. */
static bool has_word(const char *type, const char *word)
{
    size_t length = strlen(word);
    while (*type != '\0' && strncasecmp(type, word, length) != 0)
        type++;
    return *type != '\0';
}

/* How inputs are encoded is told by the header that is sent: an input may be in it, too. */
static enum pz_template_kind kind_of_body(const pz_target *target)
{
    const char *type = pz_target_find_header(target->headers, "Content-Type");
    if (type == NULL || has_word(type, "json"))
        return PZ_TEMPLATE_JSON;
    return has_word(type, "x-www-form-urlencoded") ? PZ_TEMPLATE_FORM : PZ_TEMPLATE_TEXT;
}

static bool read_headers_and_body(pz_target *target, const pz_json_value *request)
{
    const char *text = pz_target_text(request, "requestBody");
    bool has_body =
        *text != '\0' && strcmp(target->method, "GET") != 0 && strcmp(target->method, "HEAD") != 0;
    if (!add_filled_pairs(target, pz_json_get(target->connection, "customHeaders")))
        return false;
    target->decode = pz_target_find_header(target->headers, "Accept-Encoding") != NULL;
    return (!has_body || fill(target, kind_of_body(target), PZ_TARGET_BODY, text, &target->body)) &&
           pz_target_add_own_headers(target, &target->headers,
                                     has_body ? "application/json" : NULL);
}

/* ------------------------------------------------------------------ all of them */

/* Bounds every list whose items are sent or answered. */
static bool lists_are_short(pz_target *target, const pz_json_value *object,
                            const pz_member *members)
{
    for (const pz_member *member = members; member->name != NULL; member++) {
        if (member->kind == PZ_MEMBER_OBJECTS &&
            pz_json_count(pz_json_get(object, member->name)) > LIST_MAX_ITEMS)
            return pz_target_fail(target, "the emulator tests no more than 1000 ", member->name);
        if (member->kind == PZ_MEMBER_OBJECT &&
            !lists_are_short(target, pz_connection_part(object, member->name), member->inner))
            return false;
    }
    return true;
}

bool pz_target_read(pz_target *target, const pz_emulator *emulator, pz_json_document *document,
                    const pz_json_value *connection)
{
    memset(target, 0, sizeof *target);
    target->connection = connection;
    pz_buffer_init(&target->url, PZ_TARGET_URL_MAX_BYTES);
    pz_buffer_init(&target->body, BODY_MAX_BYTES);
    pz_buffer_init(&target->token_form, BODY_MAX_BYTES);
    target->connect_ms = timeout_of(connection, "connectionTimeout");
    target->socket_ms = timeout_of(connection, "socketTimeout");
    const pz_json_value *request = pz_connection_part(connection, "request");
    if (!lists_are_short(target, connection, pz_connection_members))
        return false;
    target->inputs = pz_template_inputs(document, pz_json_get(connection, "inputMappings"));
    if (target->inputs == NULL)
        return pz_target_fail(target, "no memory", "");
    return read_url(target, request) && read_method(target, request) &&
           read_headers_and_body(target, request) && pz_target_read_auth(target, emulator);
}

void pz_target_free(pz_target *target)
{
    pz_buffer_free(&target->url);
    pz_buffer_free(&target->body);
    pz_buffer_free(&target->token_form);
    curl_free(target->url_with_credentials);
    curl_slist_free_all(target->headers);
    curl_slist_free_all(target->token_headers);
}
