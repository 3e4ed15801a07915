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
    bool has_result;       /* the userdata keeps it in place of the engine */
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
    pz_lua_push_kept(L, engine_index); /* the engine's own, so LuaJIT needs no new table */
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

/* An answer is a table. Its headers, its body as a string and its measurements are made on access,
 * because they are costly or rarely used. A body of JSON is decoded in place. */
/* The metatable's name. Its address is the key of an answer's transfer. */
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

/* Pushes the transfer of the answer at index 1 and returns it; NULL if both were collected
 * together, or if the table is not an answer. */
static pz_transfer *push_transfer(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_rawgetp(L, 1, answer_type);
    return lua_isnil(L, -1) ? NULL : transfer_at(L, -1);
}

/* Frees the body unless Lua is reading it, because a finalizer may run then and use the same
 * answer. If memory runs out during the read, the body lives as long as the transfer. */
static void free_body(pz_transfer *transfer)
{
    if (!transfer->body_is_read)
        pz_buffer_free(&transfer->response.body);
}

/* Pushes a measurement. It is rarely used, so it is made each time. */
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

/* Makes the headers or the body, and sets them as a member, so that this happens only once. */
static int push_and_set(lua_State *L, pz_transfer *transfer, bool is_body)
{
    pz_buffer *body = &transfer->response.body;
    if (is_body && body->length == 0) /* the body was dropped */
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

/* decode_body(answer, max_depth) -> same as json.decode; the body must be neither read as a string
 * nor dropped. */
int pz_lua_decode_body(lua_State *L)
{
    lua_settop(L, 2);
    pz_transfer *transfer = push_transfer(L);
    luaL_argcheck(L, transfer != NULL && transfer->response.body.length > 0, 1,
                  "an answer that has its body expected");
    lua_replace(L, 1); /* the transfer keeps the text alive */
    bool was_read = transfer->body_is_read;
    transfer->body_is_read = true;
    int count =
        pz_lua_json_decode_text(L, transfer->response.body.bytes, transfer->response.body.length);
    transfer->body_is_read = was_read;
    return count;
}

/* drop_body(answer): frees the body. */
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

/* True for the forked copy of a transfer in progress, which never ends. */
static bool is_orphan(const pz_transfer *transfer)
{
    return transfer->engine != NULL && pz_engine_is_foreign(transfer->engine);
}

/* done(): also true for a collected transfer. LuaJIT leaves a collected userdata in tables with
 * weak keys for one more cycle, and a caller that finds it there must not wait for it. */
static int transfer_done(lua_State *L)
{
    const transfer_box *box = pz_lua_check_self(L, transfer_type);
    const pz_transfer *transfer = box->transfer;
    lua_pushboolean(L, transfer == NULL || transfer->done || is_orphan(transfer));
    return 1;
}

/* number(): the number that `engine:take_ended` returns. */
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
    pz_lua_set_kept(L, 1); /* a finished transfer needs no engine */
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
