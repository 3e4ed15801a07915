/* Reads the table that describes a request. Wrong types and unknown fields are the caller's mistake
 * and raise; what data can do is an error that is returned. */
#include <math.h>
#include <string.h>

#include "lua/engine.h"

enum field_type { TEXT, MILLISECONDS, COUNT, FLAG, OTHER };

typedef struct spec_field {
    const char *name;
    enum field_type type;
    size_t offset; /* in pz_request */
} spec_field;

static const spec_field fields[] = {
    {"method", TEXT, offsetof(pz_request, method)},
    {"url", TEXT, offsetof(pz_request, url)},
    {"headers", OTHER, 0},
    {"body", OTHER, 0},
    {"ca_file", TEXT, offsetof(pz_request, ca_file)},
    {"ca_path", TEXT, offsetof(pz_request, ca_path)},
    {"client_cert", TEXT, offsetof(pz_request, client_cert)},
    {"client_cert_key", TEXT, offsetof(pz_request, client_cert_key)},
    {"proxy", TEXT, offsetof(pz_request, proxy)},
    {"user_agent", TEXT, offsetof(pz_request, user_agent)},
    {"timeout_ms", MILLISECONDS, offsetof(pz_request, timeout_ms)},
    {"connect_timeout_ms", MILLISECONDS, offsetof(pz_request, connect_timeout_ms)},
    {"stall_timeout_ms", MILLISECONDS, offsetof(pz_request, stall_timeout_ms)},
    {"max_response_bytes", COUNT, offsetof(pz_request, max_response_bytes)},
    {"max_response_headers", COUNT, offsetof(pz_request, max_response_headers)},
    {"max_header_bytes", COUNT, offsetof(pz_request, max_header_bytes)},
    {"http2", FLAG, offsetof(pz_request, http2)},
    {"replayable", FLAG, offsetof(pz_request, replayable)},
};

#define FIELD_COUNT (sizeof fields / sizeof *fields)

#define DEFAULT_RESPONSE_BYTES ((size_t)64 * 1024 * 1024)
#define DEFAULT_RESPONSE_HEADERS 256
#define DEFAULT_HEADER_BYTES ((size_t)256 * 1024)
#define COUNT_MAX 9007199254740992.0 /* 2^53 */

static int wrong(lua_State *L, int index, const char *name, const char *expected)
{
    return luaL_argerror(L, index, lua_pushfstring(L, "field '%s': %s expected", name, expected));
}

static void refuse_unknown(lua_State *L, int index)
{
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        int known = 0;
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        for (size_t i = 0; i < FIELD_COUNT && !known; i++)
            known = strcmp(fields[i].name, name) == 0;
        if (!known)
            luaL_argerror(L, index, lua_pushfstring(L, "unknown field '%s'", name));
    }
}

static int read_text(lua_State *L, int index, const char *name, const char **text,
                     pz_failure *failure)
{
    if (lua_type(L, -1) != LUA_TSTRING)
        return wrong(L, index, name, "string");
    size_t length;
    *text = lua_tolstring(L, -1, &length);
    if (strlen(*text) == length)
        return 1;
    pz_failure_set(failure, PZ_KIND_VALIDATION, "%s: has a NUL byte", name);
    return 0;
}

static lua_Number read_number(lua_State *L, int index, const char *name, lua_Number most,
                              const char *expected)
{
    lua_Number number = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    if (!(number > 0 && number <= most))
        return wrong(L, index, name, expected);
    return number;
}

/* The value is on top of the stack, where a text stays; false: refused. */
static int read_field(lua_State *L, int index, const spec_field *field, pz_request *request,
                      pz_failure *failure)
{
    void *target = (char *)request + field->offset;
    switch (field->type) {
    case TEXT:
        return read_text(L, index, field->name, target, failure);
    case MILLISECONDS:
        *(long *)target = (long)ceil(read_number(L, index, field->name, PZ_TIMEOUT_MS_MAX,
                                                 "milliseconds (more than 0, less than 2^31)"));
        break;
    case COUNT:
        *(size_t *)target =
            (size_t)ceil(read_number(L, index, field->name, COUNT_MAX, "a number (more than 0)"));
        break;
    case FLAG:
        if (lua_type(L, -1) != LUA_TBOOLEAN)
            return wrong(L, index, field->name, "boolean");
        *(int *)target = lua_toboolean(L, -1);
        break;
    case OTHER:
        break;
    }
    lua_pop(L, 1);
    return 1;
}

static void get_field(lua_State *L, int index, const char *name)
{
    lua_pushstring(L, name);
    lua_rawget(L, index);
}

static int read_headers(lua_State *L, int index, pz_headers *headers, pz_failure *failure)
{
    get_field(L, index, "headers");
    if (lua_isnil(L, -1))
        return 1;
    if (!lua_istable(L, -1))
        return wrong(L, index, "headers", "array of pairs");
    int list = lua_gettop(L);
    int count = (int)lua_rawlen(L, list);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, list, i);
        if (!lua_istable(L, -1))
            return wrong(L, index, lua_pushfstring(L, "headers[%d]", i), "pair of strings");
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
            return wrong(L, index, lua_pushfstring(L, "headers[%d]", i), "pair of strings");
        size_t name_length, value_length;
        const char *name = lua_tolstring(L, -2, &name_length);
        const char *value = lua_tolstring(L, -1, &value_length);
        if (!pz_headers_add(headers, name, name_length, value, value_length, failure))
            return 0;
        lua_pop(L, 3);
    }
    return 1;
}

static void read_body(lua_State *L, int index, pz_request *request)
{
    get_field(L, index, "body");
    if (lua_isnil(L, -1))
        return;
    if (lua_type(L, -1) != LUA_TSTRING)
        wrong(L, index, "body", "string");
    request->body = lua_tolstring(L, -1, &request->body_length);
}

int pz_lua_read_request(lua_State *L, int index, pz_request *request, pz_headers *headers,
                        pz_failure *failure)
{
    *request = (pz_request){
        .max_response_bytes = DEFAULT_RESPONSE_BYTES,
        .max_response_headers = DEFAULT_RESPONSE_HEADERS,
        .max_header_bytes = DEFAULT_HEADER_BYTES,
        .http2 = 1,
        .replayable = 1,
    };
    luaL_checkstack(L, (int)FIELD_COUNT + 10, "too many values");
    refuse_unknown(L, index);
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        get_field(L, index, fields[i].name);
        if (lua_isnil(L, -1))
            lua_pop(L, 1);
        else if (!read_field(L, index, &fields[i], request, failure))
            return 0;
    }
    if (request->method == NULL)
        return wrong(L, index, "method", "string");
    if (request->url == NULL)
        return wrong(L, index, "url", "string");
    if (request->timeout_ms == 0)
        return wrong(L, index, "timeout_ms", "milliseconds (more than 0, less than 2^31)");
    read_body(L, index, request);
    return read_headers(L, index, headers, failure);
}
