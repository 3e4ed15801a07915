/* The tables that Lua gets: an answer, or why there is none. */
#include "lua/engine.h"

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static void set_integer(lua_State *L, const char *name, curl_off_t integer)
{
    lua_pushinteger(L, (lua_Integer)integer);
    lua_setfield(L, -2, name);
}

static void set_number(lua_State *L, const char *name, double number)
{
    lua_pushnumber(L, (lua_Number)number);
    lua_setfield(L, -2, name);
}

static void set_boolean(lua_State *L, const char *name, int truth)
{
    lua_pushboolean(L, truth);
    lua_setfield(L, -2, name);
}

void pz_lua_push_headers(lua_State *L, const pz_transfer *transfer)
{
    const pz_response *response = &transfer->response;
    size_t count = pz_response_field_count(response);
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        pz_field field = pz_response_field(response, i);
        lua_pushlstring(L, field.name, field.name_length);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushlstring(L, field.value, field.value_length);
        } else { /* of a header given twice both, as HTTP has it */
            lua_pushliteral(L, ", ");
            lua_pushlstring(L, field.value, field.value_length);
            lua_concat(L, 3);
        }
        lua_rawset(L, -3);
    }
}

static const char *version_name(long version)
{
    switch (version) {
    case CURL_HTTP_VERSION_1_0:
        return "1.0";
    case CURL_HTTP_VERSION_1_1:
        return "1.1";
    case CURL_HTTP_VERSION_2_0:
        return "2";
    default:
        return "unknown";
    }
}

void pz_lua_push_answer(lua_State *L, const pz_transfer *transfer)
{
    const pz_response *response = &transfer->response;
    lua_createtable(L, 0, 12);
    set_integer(L, "status", response->status);
    lua_pushlstring(L, response->body.length > 0 ? response->body.bytes : "",
                    response->body.length);
    lua_setfield(L, -2, "body");
    set_text(L, "http_version", version_name(transfer->http_version));
    set_boolean(L, "reused", transfer->reused);
    set_number(L, "elapsed", transfer->elapsed);
    set_number(L, "time_connect", transfer->time_connect);
    set_number(L, "time_first_byte", transfer->time_first_byte);
    set_integer(L, "bytes_sent", transfer->bytes_sent);
    set_integer(L, "bytes_received", transfer->bytes_received);
}

static void push_error(lua_State *L, const pz_failure *failure)
{
    lua_createtable(L, 0, 9);
    set_text(L, "kind", pz_kind_name(failure->kind));
    set_text(L, "message", failure->message);
    if (failure->phase != PZ_PHASE_NONE)
        set_text(L, "phase", pz_phase_name(failure->phase));
    if (failure->code != CURLE_OK)
        set_integer(L, "curl_code", failure->code);
}

void pz_lua_push_failure(lua_State *L, const pz_transfer *transfer)
{
    push_error(L, &transfer->failure);
    set_boolean(L, "sent", transfer->issued);
    set_number(L, "elapsed", transfer->elapsed);
    set_integer(L, "bytes_received", transfer->bytes_received);
    if (transfer->response.status != 0) {
        set_integer(L, "status", transfer->response.status);
        pz_lua_push_headers(L, transfer);
        lua_setfield(L, -2, "headers");
    }
}

int pz_lua_fail(lua_State *L, const pz_failure *failure)
{
    if (failure->kind == PZ_KIND_MEMORY)
        return luaL_error(L, "not enough memory");
    lua_pushnil(L);
    push_error(L, failure);
    set_boolean(L, "sent", 0);
    return 2;
}

int pz_lua_fail_with(lua_State *L, enum pz_kind kind, const char *message)
{
    pz_failure failure;
    pz_failure_set(&failure, kind, "%s", message);
    return pz_lua_fail(L, &failure);
}
