/* Reads the table that describes a request. Wrong types and unknown fields are the caller's
 * mistakes, and raise; invalid data returns an error.
 *
 * The request borrows the texts of the table, which is on the caller's stack. Nothing here
 * allocates Lua memory unless it raises, so no finalizer can run and remove the texts. */
#include <math.h>
#include <string.h>

#include "lua/engine_request.h"

enum field_type { TEXT, BODY, MILLISECONDS, COUNT, FLAG, HEADERS };

typedef struct spec_field {
    const char *name;
    size_t name_length;
    enum field_type type;
    size_t offset; /* in pz_request */
} spec_field;

#define FIELD(name, type)                                                                          \
    {                                                                                              \
#name, sizeof #name - 1, type, offsetof(pz_request, name)                                  \
    }

#define OWN_FIELDS 6 /* the first fields belong to a request, not to a profile */

static const spec_field fields[] = {
    FIELD(method, TEXT),
    FIELD(url, TEXT),
    FIELD(timeout_ms, MILLISECONDS),
    {"headers", sizeof "headers" - 1, HEADERS, 0},
    FIELD(body, BODY),
    FIELD(replayable, FLAG),
    FIELD(http2, FLAG),
    FIELD(connect_timeout_ms, MILLISECONDS),
    FIELD(stall_timeout_ms, MILLISECONDS),
    FIELD(max_response_bytes, COUNT),
    FIELD(max_response_headers, COUNT),
    FIELD(max_header_bytes, COUNT),
    FIELD(user_agent, TEXT),
    FIELD(ca_file, TEXT),
    FIELD(ca_path, TEXT),
    FIELD(client_cert, TEXT),
    FIELD(client_cert_key, TEXT),
    FIELD(client_cert_passphrase, TEXT),
    FIELD(proxy, TEXT),
};

#define DEFAULT_RESPONSE_BYTES ((size_t)64 * 1024 * 1024)
#define DEFAULT_RESPONSE_HEADERS 256
#define DEFAULT_HEADER_BYTES ((size_t)256 * 1024)
#define COUNT_MAX 9007199254740992.0 /* 2^53 */

const pz_request pz_lua_default_request = {
    .max_response_bytes = DEFAULT_RESPONSE_BYTES,
    .max_response_headers = DEFAULT_RESPONSE_HEADERS,
    .max_header_bytes = DEFAULT_HEADER_BYTES,
    .http2 = true,
    .replayable = true,
};

static const char milliseconds[] = "milliseconds (more than 0, less than 2^31)";

/* The table to read and the request to fill. `refused`: a value is invalid; a wrong type raises. */
typedef struct reader {
    lua_State *L;
    int index; /* of the table */
    pz_request *request;
    pz_headers *headers;
    pz_failure *failure;
    bool refused;
} reader;

/* Raises; returns bool only so that callers can return it. */
static bool wrong(reader *r, const char *name, const char *expected)
{
    const char *message = lua_pushfstring(r->L, "field '%s': %s expected", name, expected);
    return luaL_argerror(r->L, r->index, message) != 0;
}

/* Finds the field for the key below the value on top of the stack; raises if it is unknown. */
static const spec_field *find_field(reader *r)
{
    size_t length = 0;
    const char *name = "?";
    if (lua_type(r->L, -2) == LUA_TSTRING)
        name = lua_tolstring(r->L, -2, &length);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (fields[i].name_length == length && memcmp(fields[i].name, name, length) == 0)
            return &fields[i];
    }
    luaL_argerror(r->L, r->index, lua_pushfstring(r->L, "unknown field '%s'", name));
    return NULL;
}

static const char *read_bytes(reader *r, const char *name, size_t *length)
{
    if (lua_type(r->L, -1) != LUA_TSTRING)
        wrong(r, name, "string");
    return lua_tolstring(r->L, -1, length);
}

static void read_text(reader *r, const char *name, const char **text)
{
    size_t length;
    *text = read_bytes(r, name, &length);
    if (strlen(*text) == length)
        return;
    if (!r->refused)
        pz_failure_set(r->failure, PZ_KIND_VALIDATION, "%s: has a NUL byte", name);
    r->refused = true;
}

static lua_Number read_number(reader *r, const char *name, lua_Number most, const char *expected)
{
    lua_Number number = lua_type(r->L, -1) == LUA_TNUMBER ? lua_tonumber(r->L, -1) : 0;
    if (!(number > 0 && number <= most))
        wrong(r, name, expected);
    return ceil(number);
}

/* Adds the header at `i` of the array on top of the stack. */
static void read_header(reader *r, int i)
{
    lua_State *L = r->L;
    lua_rawgeti(L, -1, i);
    bool is_pair = lua_istable(L, -1);
    if (is_pair) {
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        is_pair = lua_type(L, -2) == LUA_TSTRING && lua_type(L, -1) == LUA_TSTRING;
    }
    if (!is_pair)
        wrong(r, lua_pushfstring(L, "headers[%d]", i), "pair of strings");
    size_t name_length, value_length;
    const char *name = lua_tolstring(L, -2, &name_length);
    const char *value = lua_tolstring(L, -1, &value_length);
    if (!r->refused &&
        !pz_headers_add(r->headers, name, name_length, value, value_length, r->failure))
        r->refused = true;
    lua_pop(L, 3);
}

static void read_field(reader *r, const spec_field *field)
{
    void *target = (char *)r->request + field->offset;
    if (field - fields >= OWN_FIELDS)
        r->request->profile = 0; /* the request no longer matches the profile */
    switch (field->type) {
    case TEXT:
        read_text(r, field->name, target);
        break;
    case BODY:
        r->request->body = read_bytes(r, field->name, &r->request->body_length);
        break;
    case MILLISECONDS:
        *(long *)target = (long)read_number(r, field->name, PZ_TIMEOUT_MS_MAX, milliseconds);
        break;
    case COUNT:
        *(size_t *)target =
            pz_lua_to_size(read_number(r, field->name, COUNT_MAX, "a number (more than 0)"));
        break;
    case FLAG:
        if (!lua_isboolean(r->L, -1))
            wrong(r, field->name, "boolean");
        *(bool *)target = lua_toboolean(r->L, -1);
        break;
    case HEADERS:
        if (!lua_istable(r->L, -1))
            wrong(r, field->name, "array of pairs");
        for (int i = 1, count = (int)lua_rawlen(r->L, -1); i <= count; i++)
            read_header(r, i);
        break;
    }
}

static void read_fields(reader *r)
{
    luaL_checkstack(r->L, 10, "too many values");
    for (lua_pushnil(r->L); lua_next(r->L, r->index) != 0; lua_pop(r->L, 1))
        read_field(r, find_field(r));
}

bool pz_lua_read_request(lua_State *L, int index, pz_request *request, pz_headers *headers,
                         pz_failure *failure)
{
    reader r = {L, index, request, headers, failure, false};
    read_fields(&r);
    if (request->method == NULL)
        return wrong(&r, "method", "string");
    if (request->url == NULL)
        return wrong(&r, "url", "string");
    if (request->timeout_ms == 0)
        return wrong(&r, "timeout_ms", milliseconds);
    return !r.refused;
}

bool pz_lua_read_profile(lua_State *L, int index, pz_request *request, pz_failure *failure)
{
    static const char *const own[] = {"method", "url", "headers", "body", NULL};
    for (size_t i = 0; own[i] != NULL; i++) {
        lua_getfield(L, index, own[i]);
        if (!lua_isnil(L, -1))
            luaL_argerror(L, index, lua_pushfstring(L, "field '%s': belongs to a request", own[i]));
        lua_pop(L, 1);
    }
    reader r = {L, index, request, NULL, failure, false};
    *request = pz_lua_default_request;
    read_fields(&r);
    return !r.refused;
}
