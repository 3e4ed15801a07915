/* Fills in members that a client left out, takes secrets out, orders the members as published. */
#include "emulator/connection.h"

#include <string.h>
#include <strings.h>

#include "emulator/members.h"
#include "json/document_object.h" /* member names that hold NULs are kept as well */

const char pz_connections_path[] = "/v2/connections";
const char pz_connection_modified_by[] = "73fadb31-d0de-4ca8-848d-cef57ad78845";

enum { DEFAULT_TIMEOUT_MS = 1000, HREF_SIZE = 64 };
static const char default_icon[] = "assets/images/icons/connections/plug.svg";

pz_json_value *pz_connection_part(const pz_json_value *connection, const char *name)
{
    pz_json_value *part = pz_json_get(connection, name);
    if (pz_json_is(part, PZ_JSON_ARRAY))
        part = pz_json_item(part, 0);
    return pz_json_is(part, PZ_JSON_OBJECT) ? part : NULL;
}

/* The href is stored without the base URL: the emulator may listen elsewhere the next time. */
static pz_json_value *href(pz_json_document *document, const char *ref)
{
    char text[HREF_SIZE];
    size_t length = strlen(pz_connections_path);
    memcpy(text, pz_connections_path, length);
    text[length++] = '/';
    memcpy(text + length, ref, strlen(ref) + 1);
    return pz_json_new_text(document, text);
}

static pz_json_value *server_owned(pz_json_document *document, const char *name,
                                   const pz_connection_facts *facts, bool *wanted)
{
    *wanted = true;
    if (strcmp(name, "clientKey") == 0)
        return pz_json_new_text(document, facts->client_key);
    if (strcmp(name, "href") == 0)
        return href(document, facts->ref);
    if (strcmp(name, "ref") == 0)
        return pz_json_new_text(document, facts->ref);
    if (strcmp(name, "modifiedByRef") == 0)
        return pz_json_new_text(document, facts->modified_by);
    if (strcmp(name, "modifiedAt") == 0)
        return pz_json_new_text(document, facts->modified_at);
    if (strcmp(name, "revision") == 0)
        return pz_json_new_integer(document, facts->revision);
    *wanted = false;
    return NULL;
}

static pz_json_value *default_value(pz_json_document *document, const char *name, bool *wanted)
{
    *wanted = true;
    if (strcmp(name, "archived") == 0)
        return pz_json_new_boolean(document, 0);
    if (strcmp(name, "connectionTimeout") == 0 || strcmp(name, "socketTimeout") == 0)
        return pz_json_new_integer(document, DEFAULT_TIMEOUT_MS);
    if (strcmp(name, "icon") == 0)
        return pz_json_new_text(document, default_icon);
    *wanted = false;
    return NULL;
}

static bool add_published(pz_json_document *document, pz_json_value *connection,
                          const pz_json_value *definition, const pz_member *member,
                          const pz_connection_facts *facts)
{
    bool wanted;
    pz_json_value *value;
    if (member->server_owned) {
        value = server_owned(document, member->name, facts, &wanted);
    } else {
        value = pz_json_get(definition, member->name);
        wanted = value != NULL;
        if (value == NULL || pz_json_is(value, PZ_JSON_NULL)) {
            bool has_default;
            pz_json_value *filled = default_value(document, member->name, &has_default);
            if (has_default) {
                value = filled;
                wanted = true;
            }
        }
    }
    return !wanted || pz_json_set(document, connection, member->name, value);
}

pz_json_value *pz_connection_compose(pz_json_document *document, const pz_json_value *definition,
                                     const pz_connection_facts *facts)
{
    pz_json_value *connection = pz_json_new_object(document);
    if (connection == NULL)
        return NULL;
    for (const pz_member *member = pz_connection_members; member->name != NULL; member++)
        if (!add_published(document, connection, definition, member, facts))
            return NULL;
    for (size_t i = 0; i < pz_json_count(definition); i++) {
        const char *name;
        size_t length;
        pz_json_value *value = pz_json_member(definition, i, &name, &length);
        if (pz_member_find(pz_connection_members, name, length) == NULL &&
            !pz_json_set_part(document, connection, (pz_json_text_part){name, length}, value))
            return NULL;
    }
    return connection;
}

bool pz_is_unpublished_auth(const pz_json_value *auth)
{
    size_t length;
    const char *type = pz_json_text(pz_json_get(auth, "authType"), &length);
    for (const char *const *known = pz_published_auth_types; type != NULL; known++)
        if (*known == NULL || strcasecmp(type, *known) == 0)
            return *known == NULL;
    return false;
}

bool pz_is_unpublished_auth_member(const char *name, size_t length)
{
    return pz_member_is_secret(name, length) ||
           pz_member_find(pz_auth_members, name, length) == NULL;
}

bool pz_connection_take_secrets(pz_json_document *document, pz_json_value *connection,
                                bool mask_unknown_auth, pz_json_value *secrets)
{
    pz_json_value *auth = pz_connection_part(connection, "auth");
    bool (*is_secret)(const char *, size_t) = mask_unknown_auth && pz_is_unpublished_auth(auth)
                                                  ? pz_is_unpublished_auth_member
                                                  : pz_member_is_secret;
    for (size_t i = 0; i < pz_json_count(auth); i++) {
        const char *name;
        size_t length;
        pz_json_value *value = pz_json_member(auth, i, &name, &length);
        if (is_secret(name, length) &&
            !pz_json_set_part(document, secrets, (pz_json_text_part){name, length}, value))
            return false;
    }
    pz_json_remove_where(auth, is_secret);
    return true;
}

void pz_connection_write(const pz_json_value *connection, pz_buffer *out, size_t *base_at)
{
    /* Only clientKey stands before the href, and a quote inside of a value is escaped: the first
     * such place is the right one. */
    static const char before[] = "\"href\":\"";
    size_t start = out->length;
    pz_json_write(connection, 0, out);
    *base_at = 0;
    pz_buffer_append_byte(out, '\0');
    if (out->failure != PZ_BUFFER_OK)
        return;
    out->length--; /* it is JSON, without a NUL of its own */
    const char *found = strstr(out->bytes + start, before);
    if (found != NULL)
        *base_at = (size_t)(found - out->bytes) - start + sizeof before - 1;
}

bool pz_connection_write_with_base(const pz_json_value *connection, const char *base_url,
                                   pz_buffer *out)
{
    size_t before = out->length;
    size_t added = strlen(base_url);
    size_t base_at;
    pz_connection_write(connection, out, &base_at);
    if (out->failure != PZ_BUFFER_OK || !pz_buffer_reserve(out, added))
        return false;
    base_at += before;
    memmove(out->bytes + base_at + added, out->bytes + base_at, out->length - base_at);
    memcpy(out->bytes + base_at, base_url, added);
    out->length += added;
    return true;
}
