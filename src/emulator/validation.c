/* Goes through a definition member by member, and collects its problems. */
#include "emulator/validation.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "emulator/members.h"
#include "libcurl.h"
#include "url/url.h"

enum { PATH_SIZE = 256, NAME_MAX_SHOWN = 64, PROBLEMS_MAX_BYTES = 64 << 10 };

struct check {
    const pz_emulator *emulator;
    pz_buffer *problems;
    bool invalid; /* even if it were not strict */
};

static void tell(struct check *check, const char *path, const char *text)
{
    if (check->problems->length > 0)
        pz_buffer_append_text(check->problems, "; ");
    pz_buffer_append_text(check->problems, path);
    pz_buffer_append_text(check->problems, ": ");
    pz_buffer_append_text(check->problems, text);
}

static void problem(struct check *check, const char *path, const char *text)
{
    check->invalid = true;
    tell(check, path, text);
}

static void extend(char out[PATH_SIZE], const char *path, const char *name)
{
    snprintf(out, PATH_SIZE, "%s%s%s", path, *path == '\0' ? "" : ".", name);
}

/* The host as libcurl gives it: IPv6 in brackets. */
static bool is_loopback(const char *host)
{
    size_t length = strlen(host);
    return *host == '[' ? pz_url_is_loopback(host + 1, length - 2)
                        : pz_url_is_loopback(host, length);
}

static bool is_own(const pz_emulator *emulator, const char *url)
{
    size_t length = strlen(emulator->base_url);
    return strncmp(url, emulator->base_url, length) == 0 && url[length] == '/';
}

bool pz_is_safe_url(const pz_emulator *emulator, const char *url)
{
    char *scheme = NULL;
    char *host = NULL;
    CURLU *parsed = curl_url();
    bool safe = parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
                curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
                (strcmp(scheme, "https") == 0 || is_loopback(host) || is_own(emulator, url)) &&
                (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0);
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(parsed);
    return safe;
}

static void check_members(struct check *check, const char *path, const pz_json_value *object,
                          const pz_member *members);

static void check_text(struct check *check, const char *path, const pz_json_value *value,
                       const pz_member *member)
{
    size_t length;
    const char *text = pz_json_text(value, &length);
    if (!pz_json_is(value, PZ_JSON_STRING))
        problem(check, path, "must be a string");
    else if (member->required && length == 0)
        problem(check, path, "must not be empty");
    else if (member->kind == PZ_MEMBER_URL && length > 0 && !pz_is_safe_url(check->emulator, text))
        problem(check, path, "must begin with https:// (http:// only to this machine)");
}

static void check_object(struct check *check, const char *path, const pz_json_value *value,
                         const pz_member *member)
{
    if (pz_json_is(value, PZ_JSON_ARRAY) && pz_json_count(value) == 1)
        value = pz_json_item(value, 0);
    if (pz_json_is(value, PZ_JSON_OBJECT))
        check_members(check, path, value, member->inner);
    else
        problem(check, path, "must be an object");
}

static void check_array(struct check *check, const char *path, const pz_json_value *value,
                        const pz_member *member)
{
    if (!pz_json_is(value, PZ_JSON_ARRAY)) {
        problem(check, path, "must be an array");
        return;
    }
    for (size_t i = 0; member->kind == PZ_MEMBER_OBJECTS && i < pz_json_count(value); i++) {
        char item_path[PATH_SIZE + 24];
        snprintf(item_path, sizeof item_path, "%s[%zu]", path, i);
        const pz_json_value *item = pz_json_item(value, i);
        if (pz_json_is(item, PZ_JSON_OBJECT))
            check_members(check, item_path, item, member->inner);
        else
            problem(check, item_path, "must be an object");
    }
}

static void check_value(struct check *check, const char *path, const pz_json_value *value,
                        const pz_member *member)
{
    int64_t integer;
    switch (member->kind) {
    case PZ_MEMBER_TEXT:
    case PZ_MEMBER_URL:
        check_text(check, path, value, member);
        break;
    case PZ_MEMBER_FLAG:
        if (!pz_json_is(value, PZ_JSON_TRUE) && !pz_json_is(value, PZ_JSON_FALSE))
            problem(check, path, "must be true or false");
        break;
    case PZ_MEMBER_COUNT:
        if (!pz_json_integer(value, &integer) || integer < 0)
            problem(check, path, "must be an integer, 0 or more");
        break;
    case PZ_MEMBER_OBJECT:
        check_object(check, path, value, member);
        break;
    case PZ_MEMBER_OBJECTS:
    case PZ_MEMBER_ARRAY:
        check_array(check, path, value, member);
        break;
    }
}

static void check_members(struct check *check, const char *path, const pz_json_value *object,
                          const pz_member *members)
{
    char inner[PATH_SIZE];
    for (const pz_member *member = members; member->name != NULL; member++) {
        const pz_json_value *value = pz_json_get(object, member->name);
        extend(inner, path, member->name);
        if (value == NULL || pz_json_is(value, PZ_JSON_NULL)) {
            if (member->required)
                problem(check, inner, "is required");
        } else if (!member->server_owned) {
            check_value(check, inner, value, member);
        }
    }
    for (size_t i = 0; check->emulator->options.strict && i < pz_json_count(object); i++) {
        const char *name;
        size_t length;
        pz_json_member(object, i, &name, &length);
        extend(inner, path, length > NAME_MAX_SHOWN ? "(a long name)" : name);
        if (pz_member_find(members, name, length) == NULL && !pz_member_is_secret(name, length))
            tell(check, inner, "is not a published member");
    }
}

bool pz_validate(const pz_emulator *emulator, pz_reply *reply, const pz_json_value *connection)
{
    pz_buffer problems;
    struct check check = {emulator, &problems, false};
    pz_buffer_init(&problems, PROBLEMS_MAX_BYTES);
    if (pz_json_is(connection, PZ_JSON_OBJECT))
        check_members(&check, "", connection, pz_connection_members);
    else
        problem(&check, "connection", "must be an object");
    bool valid = problems.length == 0 && problems.failure == PZ_BUFFER_OK;
    if (!valid)
        pz_buffer_append_byte(&problems, '\0');
    if (problems.failure == PZ_BUFFER_TOO_LARGE)
        pz_reply_error(reply, PZ_REFUSES_INVALID, "There are too many problems to list");
    else if (problems.failure == PZ_BUFFER_NO_MEMORY)
        pz_reply_no_memory(reply);
    else if (!valid)
        pz_reply_error(reply, check.invalid ? PZ_REFUSES_INVALID : PZ_REFUSES_UNKNOWN_MEMBER,
                       problems.bytes);
    pz_buffer_free(&problems);
    return valid;
}
