/* An answer as Lua sees it: a table. What is dear to make of it, or is wanted by few, is made when
 * somebody asks: its headers, its body as a string, its measurements. A body of JSON is decoded
 * from where it lies. */
#include <string.h>

#include "lua/engine.h"
#include "lua/json.h"
#include "lua/member.h"
#include "lua/type.h"

/* The metatable's name; its address is the key under which an answer has its transfer. */
static const char type_name[] = "personalize.transfer.answer";

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

void pz_lua_push_answer(lua_State *L, const pz_transfer *transfer, int index)
{
    const pz_response *response = &transfer->response;
    index = lua_absindex(L, index);
    lua_createtable(L, 0, 4);
    pz_set_integer(L, "status", response->status);
    if (response->body.length == 0)
        pz_set_text(L, "body", "");
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, type_name);
    pz_lua_set_type(L, type_name);
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

/* Pushes the transfer of the answer at index 1 and returns it; NULL when they were collected
 * together, or when the table is no answer of an engine. */
static pz_transfer *push_transfer(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_rawgetp(L, 1, type_name);
    return lua_isnil(L, -1) ? NULL : pz_lua_transfer_at(L, -1);
}

/* Lua may collect while it reads a body, and a finalizer may ask for the same answer. Should memory
 * run out meanwhile, the body stays until the transfer goes. */
static void free_body(pz_transfer *transfer)
{
    if (!transfer->body_is_read)
        pz_buffer_free(&transfer->response.body);
}

/* Pushes a value that is rarely asked for, and is made each time. */
static void push_measurement(lua_State *L, const pz_transfer *transfer, const char *name)
{
    if (strcmp(name, "http_version") == 0)
        lua_pushstring(L, version_name(transfer->http_version));
    else if (strcmp(name, "reused") == 0)
        lua_pushboolean(L, transfer->reused);
    else if (strcmp(name, "elapsed") == 0)
        lua_pushnumber(L, transfer->elapsed);
    else if (strcmp(name, "time_connect") == 0)
        lua_pushnumber(L, transfer->time_connect);
    else if (strcmp(name, "time_first_byte") == 0)
        lua_pushnumber(L, transfer->time_first_byte);
    else if (strcmp(name, "bytes_sent") == 0)
        lua_pushinteger(L, (lua_Integer)transfer->bytes_sent);
    else if (strcmp(name, "body_bytes") == 0)
        lua_pushinteger(L, (lua_Integer)transfer->body_bytes);
    else if (strcmp(name, "bytes_received") == 0)
        lua_pushinteger(L, (lua_Integer)transfer->bytes_received);
    else
        lua_pushnil(L);
}

/* Headers and body are made once, then they are members like the status. */
static int push_and_set(lua_State *L, pz_transfer *transfer, bool is_body)
{
    pz_buffer *body = &transfer->response.body;
    if (is_body && body->length == 0) /* it was dropped */
        return 0;
    bool was_read = transfer->body_is_read;
    transfer->body_is_read = true;
    if (is_body)
        lua_pushlstring(L, body->bytes, body->length);
    else
        pz_lua_push_headers(L, transfer);
    transfer->body_is_read = was_read;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    if (is_body)
        free_body(transfer);
    return 1;
}

/* __index */
static int answer_index(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    pz_transfer *transfer = push_transfer(L);
    if (transfer == NULL)
        return 0;
    bool is_body = strcmp(name, "body") == 0;
    if (is_body || strcmp(name, "headers") == 0)
        return push_and_set(L, transfer, is_body);
    push_measurement(L, transfer, name);
    return 1;
}

/* decode_body(answer, max_depth) -> as json.decode; the body must not be taken or dropped yet. */
int pz_lua_decode_body(lua_State *L)
{
    lua_settop(L, 2);
    pz_transfer *transfer = push_transfer(L);
    luaL_argcheck(L, transfer != NULL && transfer->response.body.length > 0, 1,
                  "an answer that has its body expected");
    lua_replace(L, 1); /* the transfer keeps the text where it is */
    bool was_read = transfer->body_is_read;
    transfer->body_is_read = true;
    int count =
        pz_lua_json_decode_text(L, transfer->response.body.bytes, transfer->response.body.length);
    transfer->body_is_read = was_read;
    return count;
}

/* drop_body(answer): nobody wants it any more. */
int pz_lua_drop_body(lua_State *L)
{
    lua_settop(L, 1);
    pz_transfer *transfer = push_transfer(L);
    if (transfer != NULL)
        free_body(transfer);
    lua_pushliteral(L, "body");
    lua_pushnil(L);
    lua_rawset(L, 1);
    return 0;
}

void pz_lua_register_answer(lua_State *L)
{
    luaL_newmetatable(L, type_name);
    lua_pushcfunction(L, answer_index);
    lua_setfield(L, -2, "__index");
    lua_rawsetp(L, LUA_REGISTRYINDEX, type_name);
}
