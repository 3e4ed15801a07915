/* Routes a call to its handler, and refuses calls that are not authorized. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "emulator/call.h"
#include "emulator/clock.h"
#include "emulator/framing.h"
#include "emulator/items.h"
#include "emulator/libmicrohttpd.h"
#include "emulator/peer.h"

enum audience { FOR_ALL, FOR_TOKENS, FOR_THIS_MACHINE };

struct route {
    const char *method;
    const char *path; /* up to its last slash if a reference follows */
    bool with_ref;
    enum audience audience;
    const char *type; /* the media type of the body; NULL: none is looked at */
    pz_handler handle;
};

static const char json[] = "application/json";

/* The first match counts: testConnection could be a reference otherwise. */
static const struct route routes[] = {
    {"GET", "/", false, FOR_ALL, NULL, pz_handle_root},
    {"POST", "/oauth/token", false, FOR_ALL, NULL, pz_handle_token},
    {"POST", "/v2/oauth/token", false, FOR_ALL, NULL, pz_handle_v2_token},
    {"POST", "/v2/connections/testConnection", false, FOR_TOKENS, json, pz_handle_test},
    {"GET", "/v2/connections", false, FOR_TOKENS, NULL, pz_handle_list},
    {"POST", "/v2/connections", false, FOR_TOKENS, json, pz_handle_create},
    {"GET", "/v2/connections/", true, FOR_TOKENS, NULL, pz_handle_retrieve},
    {"PUT", "/v2/connections/", true, FOR_TOKENS, json, pz_handle_update},
    {"GET", "/v2/decisionModelDefinitions", false, FOR_TOKENS, NULL, pz_handle_items},
    {"GET", "/v3/flowDefinitions", false, FOR_TOKENS, NULL, pz_handle_items},
    {"GET", "/v3/templates", false, FOR_TOKENS, NULL, pz_handle_items},
    {"GET", "/v2/decisionModelDefinitions/", true, FOR_TOKENS, NULL, pz_handle_items},
    {"GET", "/v3/flowDefinitions/", true, FOR_TOKENS, NULL, pz_handle_items},
    {"GET", "/v3/templates/", true, FOR_TOKENS, NULL, pz_handle_items},
    {"POST", "/_emulator/fail", false, FOR_THIS_MACHINE, json, pz_handle_fail},
    {"POST", "/_emulator/heal", false, FOR_THIS_MACHINE, NULL, pz_handle_heal},
    {"POST", "/_emulator/reset", false, FOR_THIS_MACHINE, NULL, pz_handle_reset},
    {"POST", "/_emulator/seed", false, FOR_THIS_MACHINE, NULL, pz_handle_seed},
    {"POST", "/_emulator/clock", false, FOR_THIS_MACHINE, json, pz_handle_clock},
    {"POST", "/_emulator/items", false, FOR_THIS_MACHINE, json, pz_handle_put_items},
    {"GET", "/_emulator/connections", false, FOR_THIS_MACHINE, NULL, pz_handle_connections},
    {"GET", "/_emulator/faults", false, FOR_THIS_MACHINE, NULL, pz_handle_faults},
    {"GET", "/_emulator/", false, FOR_THIS_MACHINE, NULL, pz_handle_page},
    {"GET", "/_emulator/page.css", false, FOR_THIS_MACHINE, NULL, pz_handle_page},
    {"GET", "/_emulator/page.js", false, FOR_THIS_MACHINE, NULL, pz_handle_page},
    {"GET", "/_emulator/counts", false, FOR_THIS_MACHINE, NULL, pz_handle_counts},
    {"GET", "/_emulator/requests", false, FOR_THIS_MACHINE, NULL, pz_handle_requests},
};

enum { ROUTES = sizeof routes / sizeof *routes };

/* A reference is a UUID in plain characters: no path tricks, no percent sequences. */
static const char *ref_in(const struct route *route, const char *path)
{
    size_t length = strlen(route->path);
    if (strncmp(path, route->path, length) != 0)
        return NULL;
    if (route->handle == pz_handle_items && pz_items_are_at(path, strlen(path)))
        return path + length; /* the variants of a decision model */
    return pz_identifier_valid(path + length, strlen(path + length)) ? path + length : NULL;
}

static bool matches(const struct route *route, const char *path)
{
    return route->with_ref ? ref_in(route, path) != NULL : strcmp(route->path, path) == 0;
}

static bool same_method(const struct route *route, const char *method)
{
    return strcmp(route->method, method) == 0 ||
           (strcmp(route->method, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

static void refuse_method(pz_call *call)
{
    pz_reply_error(&call->reply, PZ_REFUSES_METHOD, "There is no such call; see the header Allow");
    size_t size = sizeof call->reply.allow;
    for (size_t i = 0, length = 0; i < ROUTES && length < size; i++) {
        if (matches(&routes[i], call->path))
            length += (size_t)snprintf(call->reply.allow + length, size - length, "%s%s%s",
                                       length == 0 ? "" : ", ", routes[i].method,
                                       strcmp(routes[i].method, "GET") == 0 ? ", HEAD" : "");
    }
}

static bool is_authorized(pz_call *call)
{
    static const char scheme[] = "Bearer ";
    const char *given = pz_call_header(call, MHD_HTTP_HEADER_AUTHORIZATION);
    if (given != NULL && strncasecmp(given, scheme, sizeof scheme - 1) == 0) {
        given += sizeof scheme - 1;
        if (pz_tokens_live(call->emulator->tokens, pz_clock_seconds(&call->emulator->clock), given,
                           strlen(given)))
            return true;
    }
    pz_reply_error(&call->reply, PZ_REFUSES_UNAUTHORIZED,
                   given == NULL ? "The header Authorization is missing or is not a bearer token"
                                 : "The access token is unknown or has expired");
    call->reply.challenge = "Bearer";
    return false;
}

static const struct route *find(const pz_call *call, bool *path_known)
{
    *path_known = false;
    for (size_t i = 0; i < ROUTES; i++) {
        if (!matches(&routes[i], call->path))
            continue;
        *path_known = true;
        if (same_method(&routes[i], call->method))
            return &routes[i];
    }
    return NULL;
}

/* Without a token a client must not learn which paths exist below /v2/ and /v3/. */
static bool may_call(pz_call *call, const struct route *route)
{
    if (call->is_control) {
        if (call->emulator->options.remote_control || pz_peer_is_local(call))
            return true;
        pz_reply_error(&call->reply, PZ_OWN_CONTROL_REMOTE,
                       "The emulator is controlled from its own machine");
        return false;
    }
    bool is_api = strncmp(call->path, "/v2/", 4) == 0 || strncmp(call->path, "/v3/", 4) == 0;
    return !is_api || (route != NULL && route->audience == FOR_ALL) || is_authorized(call);
}

static bool has_strange_query(const pz_call *call, const struct route *route)
{
    return call->emulator->options.strict && *call->query != '\0' &&
           route->audience == FOR_TOKENS && route->handle != pz_handle_list &&
           route->handle != pz_handle_items;
}

static void carry_out(pz_call *call)
{
    bool path_known;
    const struct route *route = find(call, &path_known);
    if (pz_framing_refuses(call) || pz_call_refuses_surplus(call) || !may_call(call, route))
        return;
    if (!path_known) {
        pz_reply_error(&call->reply, PZ_REFUSES_PATH, "There is nothing under this path");
    } else if (route == NULL) {
        refuse_method(call);
    } else if (has_strange_query(call, route)) {
        pz_reply_error(&call->reply, PZ_REFUSES_UNKNOWN_QUERY, "This call has no query parameters");
    } else if (call->has_no_room) {
        pz_call_refuse_no_room(call);
    } else if (call->received > PZ_BODY_MAX_BYTES) {
        pz_reply_error(&call->reply, PZ_REFUSES_SIZE, "The body is larger than 10 MiB");
    } else if (call->body.failure != PZ_BUFFER_OK) {
        pz_reply_no_memory(&call->reply);
    } else if (route->type != NULL && !pz_call_has_type(call, route->type)) {
        pz_reply_error(&call->reply, PZ_REFUSES_TYPE,
                       "Make sure that Content-Type: application/json is set");
    } else {
        call->ref = route->with_ref ? ref_in(route, call->path) : NULL;
        route->handle(call);
    }
}

void pz_route(pz_call *call)
{
    /* Set before anything can refuse the call: its body must not get into the journal. */
    call->carries_secrets = strstr(call->path, "/oauth/token") != NULL;
    if (!pz_fault_replaces_call(call->fault))
        carry_out(call);
}
