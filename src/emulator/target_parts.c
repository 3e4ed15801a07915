/* Headers of a target's calls, and why it can't be called. */
#include "emulator/target_parts.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "version.h"

bool pz_target_fail(pz_target *target, const char *problem, const char *what)
{
    snprintf(target->problem, sizeof target->problem, "%s%.100s", problem, what);
    return false;
}

const char *pz_target_text(const pz_json_value *object, const char *name)
{
    const pz_json_value *value = pz_json_get(object, name);
    size_t length;
    return pz_json_is(value, PZ_JSON_STRING) ? pz_json_text(value, &length) : "";
}

bool pz_target_add_header(struct curl_slist **headers, const char *name, const char *value)
{
    pz_buffer line;
    pz_buffer_init(&line, PZ_TARGET_HEADER_MAX_BYTES);
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

/* libcurl sends the text as it is, so it must not contain a line break. */
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

const char *pz_target_find_header(const struct curl_slist *headers, const char *name)
{
    size_t length = strlen(name);
    for (; headers != NULL; headers = headers->next) {
        const char *end = headers->data + length;
        if (strncasecmp(headers->data, name, length) == 0 && (*end == ':' || *end == ';'))
            return *end == ';' ? end + 1 : end + 1 + strspn(end + 1, " ");
    }
    return NULL;
}

bool pz_target_add_pair(pz_target *target, struct curl_slist **headers, const char *name,
                        const char *value)
{
    if (!is_header_name(name) || !is_header_value(value))
        return pz_target_fail(target, "this can't be the name or the value of a header: ", name);
    return pz_target_add_header(headers, name, value) ||
           pz_target_fail(target, "no memory, or too long a header: ", name);
}

bool pz_target_add_pairs(pz_target *target, struct curl_slist **headers, const pz_json_value *pairs)
{
    for (size_t i = 0; i < pz_json_count(pairs); i++) {
        const pz_json_value *pair = pz_json_item(pairs, i);
        if (!pz_target_add_pair(target, headers, pz_target_text(pair, "name"),
                                pz_target_text(pair, "value")))
            return false;
    }
    return true;
}

/* "Expect:" keeps libcurl from asking before it sends a body. */
bool pz_target_add_own_headers(pz_target *target, struct curl_slist **headers,
                               const char *content_type)
{
    struct curl_slist *longer = curl_slist_append(*headers, "Expect:");
    if (longer == NULL)
        return pz_target_fail(target, "no memory", "");
    *headers = longer;
    bool ok = true;
    if (pz_target_find_header(*headers, "User-Agent") == NULL)
        ok = pz_target_add_header(headers, "User-Agent", "personalize-emulator/" PZ_VERSION);
    if (ok && content_type != NULL && pz_target_find_header(*headers, "Content-Type") == NULL)
        ok = pz_target_add_header(headers, "Content-Type", content_type);
    return ok || pz_target_fail(target, "no memory", "");
}
