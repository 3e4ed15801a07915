/* A transfer as Lua sees it, and its answer. */
#include "lua/transfer.h"

#include <string.h>

#include "http/engine.h"
#include "lua/json_decode.h"
#include "lua/member.h"
#include "lua/transfer_failure.h"
#include "lua/type.h"

static const char transfer_type[] = "personalize.transfer";

typedef struct transfer_box {
    pz_transfer *transfer; /* NULL only while being made or collected */
    bool has_result;       /* it is kept in the engine's place */
} transfer_box;

static transfer_box *check_box(lua_State *L)
{
    transfer_box *box = pz_lua_check_self(L, transfer_type);
    luaL_argcheck(L, box->transfer != NULL, 1, "the transfer was collected");
    return box;
}

pz_transfer *pz_lua_new_transfer(lua_State *L, int engine_index)
{
    transfer_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    box->transfer = NULL;
    box->has_result = false;
    pz_lua_set_type(L, transfer_type);
    pz_lua_push_kept(L, engine_index); /* the engine: LuaJIT has no table to make for it */
    pz_lua_set_kept(L, -2);
    box->transfer = pz_transfer_new();
    if (box->transfer == NULL)
        luaL_error(L, "not enough memory");
    return box->transfer;
}

static pz_transfer *transfer_at(lua_State *L, int index)
{
    const transfer_box *box = pz_lua_check_type(L, index, transfer_type);
    return box->transfer;
}

/* ------------------------------------------------------------------ answers */

/* An answer is a table. What is dear to make of it, or is wanted by few, is made when
 * somebody asks: its headers, its body as a string, its measurements. A body of JSON is decoded
 * from where it lies. */
/* The metatable's name; its address is the key under which an answer has its transfer. */
static const char answer_type[] = "personalize.transfer.answer";

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

static void push_answer(lua_State *L, const pz_transfer *transfer, int index)
{
    const pz_response *response = &transfer->response;
    index = lua_absindex(L, index);
    lua_createtable(L, 0, 4);
    pz_set_integer(L, "status", response->status);
    if (response->body.length == 0)
        pz_set_text(L, "body", "");
    lua_pushvalue(L, index);
    lua_rawsetp(L, -2, answer_type);
    pz_lua_set_type(L, answer_type);
}

/* Pushes the transfer of the answer at index 1 and returns it; NULL when they were collected
 * together, or when the table is no answer of an engine. */
static pz_transfer *push_transfer(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_rawgetp(L, 1, answer_type);
    return lua_isnil(L, -1) ? NULL : transfer_at(L, -1);
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

/* ------------------------------------------------------------------ methods */

/* The copy that a fork made of a transfer under way will never end. */
static bool is_orphan(const pz_transfer *transfer)
{
    return transfer->engine != NULL && pz_engine_is_foreign(transfer->engine);
}

/* LuaJIT leaves a collected userdata in tables with weak keys for one more cycle: whoever meets it
 * there learns that there is nothing to wait for. */
static int transfer_done(lua_State *L)
{
    const transfer_box *box = pz_lua_check_self(L, transfer_type);
    const pz_transfer *transfer = box->transfer;
    lua_pushboolean(L, transfer == NULL || transfer->done || is_orphan(transfer));
    return 1;
}

/* The number that `engine:take_ended` gives. */
static int transfer_number(lua_State *L)
{
    lua_pushnumber(L, (lua_Number)check_box(L)->transfer->number);
    return 1;
}

static int transfer_result(lua_State *L)
{
    transfer_box *box = check_box(L);
    pz_transfer *transfer = box->transfer;
    if (box->has_result) {
        pz_lua_push_kept(L, 1);
        return 1;
    }
    if (is_orphan(transfer))
        return pz_lua_fail_with(L, PZ_KIND_CLOSED,
                                "the transfer belongs to another process: it began before a fork");
    if (!transfer->done)
        return pz_lua_fail_with(L, PZ_KIND_PENDING, "the transfer is under way");
    if (transfer->failure.kind != PZ_KIND_NONE) {
        lua_pushnil(L);
        pz_lua_push_failure(L, transfer);
        return 2;
    }
    push_answer(L, transfer, 1);
    lua_pushvalue(L, -1);
    pz_lua_set_kept(L, 1); /* what is done needs its engine no more */
    box->has_result = true;
    return 1;
}

static int transfer_cancel(lua_State *L)
{
    pz_transfer *transfer = check_box(L)->transfer;
    if (transfer->engine != NULL && !is_orphan(transfer))
        pz_engine_cancel(transfer->engine, transfer);
    return 0;
}

static int transfer_gc(lua_State *L)
{
    transfer_box *box = pz_lua_check_self(L, transfer_type);
    pz_transfer *transfer = box->transfer;
    box->transfer = NULL;
    if (transfer == NULL || is_orphan(transfer))
        return 0;
    if (transfer->engine != NULL)
        pz_engine_cancel(transfer->engine, transfer);
    pz_transfer_release(transfer);
    return 0;
}

static int transfer_tostring(lua_State *L)
{
    pz_transfer *transfer = check_box(L)->transfer;
    if (!transfer->done)
        lua_pushliteral(L, "transfer (under way)");
    else if (transfer->failure.kind != PZ_KIND_NONE)
        lua_pushfstring(L, "transfer (%s)", pz_kind_name(transfer->failure.kind));
    else
        lua_pushfstring(L, "transfer (status %d)", transfer->response.status);
    return 1;
}

static const luaL_Reg methods[] = {
    {"done", transfer_done},
    {"number", transfer_number},
    {"result", transfer_result},
    {"cancel", transfer_cancel},
    {"__gc", transfer_gc},
    {"__tostring", transfer_tostring},
    {NULL, NULL},
};

void pz_lua_register_transfer(lua_State *L)
{
    pz_lua_register_type(L, transfer_type, methods);
    luaL_newmetatable(L, answer_type);
    lua_pushcfunction(L, answer_index);
    lua_setfield(L, -2, "__index");
    lua_rawsetp(L, LUA_REGISTRYINDEX, answer_type);
}
