/* Reads from the schema's table how the members of auth are sent: another type of authentication
 * whose members go into headers, parameters, HTTP Basic or a token call needs nothing here. */
#include "emulator/target_auth.h"

#include <stdio.h>
#include <strings.h>

#include "emulator/connection.h"
#include "emulator/form.h"
#include "emulator/members.h"
#include "emulator/validation.h"

/* The name of the member that the target's authType sends in that way; "" if it has none. */
static const char *name_sent(const pz_target *target, enum pz_member_sent sent)
{
    const pz_member *member = pz_member_sent(target->auth_type, sent);
    return member == NULL ? "" : member->name;
}

static bool fail_member(pz_target *target, const char *name, const char *problem)
{
    snprintf(target->problem, sizeof target->problem, "auth.%.100s %s", name, problem);
    return false;
}

static bool read_token_call(pz_target *target, const pz_emulator *emulator,
                            const pz_json_value *auth)
{
    const pz_json_value *headers = pz_json_get(auth, name_sent(target, PZ_SENT_TOKEN_HEADERS));
    const char *items_name = name_sent(target, PZ_SENT_TOKEN_FORM);
    const pz_json_value *items = pz_json_get(auth, items_name);
    const char *url_name = name_sent(target, PZ_SENT_TOKEN_URL);
    target->auth = PZ_TARGET_OAUTH;
    target->user = pz_target_text(auth, name_sent(target, PZ_SENT_CLIENT_ID));
    target->secret_name = name_sent(target, PZ_SENT_CLIENT_SECRET);
    target->token_url = pz_target_text(auth, url_name);
    if (!pz_is_safe_url(emulator, target->token_url))
        return fail_member(target, url_name,
                           "must begin with https:// (http:// only to this machine)");
    pz_form_add(&target->token_form, "grant_type", "client_credentials");
    for (size_t i = 0; i < pz_json_count(items); i++)
        pz_form_add(&target->token_form, pz_target_text(pz_json_item(items, i), "name"),
                    pz_target_text(pz_json_item(items, i), "value"));
    if (target->token_form.failure != PZ_BUFFER_OK)
        return fail_member(target, items_name, "are too long");
    return pz_target_add_pairs(target, &target->token_headers, headers) &&
           pz_target_add_own_headers(target, &target->token_headers,
                                     "application/x-www-form-urlencoded");
}

static bool read_certificate(pz_target *target, const pz_emulator *emulator,
                             const pz_json_value *auth)
{
    for (const pz_member *member = pz_auth_members; member->name != NULL; member++) {
        if (member->sent != PZ_SENT_CERTIFICATE ||
            !pz_json_is(pz_json_get(auth, member->name), PZ_JSON_TRUE))
            continue;
        target->mutual_tls = true;
        if (emulator->options.client_cert == NULL)
            return fail_member(target, member->name,
                               "needs the emulator's options client_cert and client_cert_key");
    }
    return true;
}

bool pz_target_read_auth(pz_target *target, const pz_emulator *emulator)
{
    const pz_json_value *auth = pz_connection_part(target->connection, "auth");
    const char *type = pz_target_text(auth, "authType");
    target->auth_type = type;
    if (!read_certificate(target, emulator, auth))
        return false;
    if (*type == '\0' || strcasecmp(type, "NONE") == 0)
        return true;
    if (pz_member_sent(type, PZ_SENT_TOKEN_URL) != NULL)
        return read_token_call(target, emulator, auth);
    if (pz_member_sent(type, PZ_SENT_BASIC_USER) != NULL) {
        target->auth = PZ_TARGET_BASIC;
        target->user = pz_target_text(auth, name_sent(target, PZ_SENT_BASIC_USER));
        target->secret_name = name_sent(target, PZ_SENT_BASIC_PASSWORD);
        return true;
    }
    target->auth = PZ_TARGET_MEMBERS;
    return pz_member_sent(type, PZ_SENT_HEADER) != NULL ||
           pz_member_sent(type, PZ_SENT_QUERY) != NULL ||
           pz_target_fail(target, "the emulator can't authenticate itself by ", type);
}

static bool add_to_headers(pz_target *target, const pz_member *member, const char *text)
{
    pz_buffer value;
    pz_buffer_init(&value, PZ_TARGET_HEADER_MAX_BYTES);
    pz_buffer_append_text(&value, member->sent_before == NULL ? "" : member->sent_before);
    pz_buffer_append_text(&value, text);
    pz_buffer_append_byte(&value, '\0');
    bool is_added =
        value.failure == PZ_BUFFER_OK
            ? pz_target_add_pair(target, &target->headers, member->sent_name, value.bytes)
            : fail_member(target, member->name, "is too long");
    pz_buffer_free(&value);
    return is_added;
}

static bool add_to_url(pz_target *target, const pz_member *member, const char *text)
{
    const char *before = target->url_with_credentials;
    char *after = NULL;
    pz_buffer pair;
    CURLU *url = curl_url();
    pz_buffer_init(&pair, PZ_TARGET_URL_MAX_BYTES);
    pz_buffer_append_text(&pair, member->sent_name);
    pz_buffer_append_byte(&pair, '=');
    pz_buffer_append_text(&pair, text);
    pz_buffer_append_byte(&pair, '\0');
    bool is_added = url != NULL && pair.failure == PZ_BUFFER_OK &&
                    curl_url_set(url, CURLUPART_URL, before == NULL ? target->url.bytes : before,
                                 0) == CURLUE_OK &&
                    curl_url_set(url, CURLUPART_QUERY, pair.bytes,
                                 CURLU_APPENDQUERY | CURLU_URLENCODE) == CURLUE_OK &&
                    curl_url_get(url, CURLUPART_URL, &after, 0) == CURLUE_OK;
    curl_url_cleanup(url);
    pz_buffer_free(&pair);
    if (!is_added)
        return fail_member(target, member->name, "can't be added to request.connectionUrl");
    curl_free(target->url_with_credentials);
    target->url_with_credentials = after;
    return true;
}

bool pz_target_add_credentials(pz_target *target)
{
    const pz_json_value *auth = pz_connection_part(target->connection, "auth");
    for (const pz_member *member = pz_auth_members; member->name != NULL; member++) {
        const char *text = pz_target_text(auth, member->name);
        if (*text == '\0' || !pz_member_is_of(member, target->auth_type))
            continue;
        if (member->sent == PZ_SENT_HEADER && !add_to_headers(target, member, text))
            return false;
        if (member->sent == PZ_SENT_QUERY && !add_to_url(target, member, text))
            return false;
    }
    return true;
}
