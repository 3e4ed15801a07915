/* A transfer as Lua sees it: is it done, what came of it, never mind. */
#include "http/transfer.h"

#include <string.h>

#include "http/engine.h"
#include "lua/engine.h"
#include "lua/type.h"

static const char type_name[] = "personalize.transfer";

typedef struct transfer_box {
    pz_transfer *transfer; /* NULL only while being made or collected */
    bool has_result;       /* it is kept in the engine's place */
} transfer_box;

static transfer_box *check_box(lua_State *L)
{
    transfer_box *box = pz_lua_check_self(L, type_name);
    luaL_argcheck(L, box->transfer != NULL, 1, "the transfer was collected");
    return box;
}

pz_transfer *pz_lua_new_transfer(lua_State *L, int engine_index)
{
    transfer_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    box->transfer = NULL;
    box->has_result = false;
    pz_lua_set_type(L, type_name);
    pz_lua_push_kept(L, engine_index); /* the engine: LuaJIT has no table to make for it */
    pz_lua_set_kept(L, -2);
    box->transfer = pz_transfer_new();
    if (box->transfer == NULL)
        luaL_error(L, "not enough memory");
    return box->transfer;
}

pz_transfer *pz_lua_transfer_at(lua_State *L, int index)
{
    const transfer_box *box = pz_lua_check_type(L, index, type_name);
    return box->transfer;
}

/* The copy that a fork made of a transfer under way will never end. */
static bool is_orphan(const pz_transfer *transfer)
{
    return transfer->engine != NULL && pz_engine_is_foreign(transfer->engine);
}

/* LuaJIT leaves a collected userdata in tables with weak keys for one more cycle: whoever meets it
 * there learns that there is nothing to wait for. */
static int transfer_done(lua_State *L)
{
    const transfer_box *box = pz_lua_check_self(L, type_name);
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
    pz_lua_push_answer(L, transfer, 1);
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
    transfer_box *box = pz_lua_check_self(L, type_name);
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
    pz_lua_register_type(L, type_name, methods);
}
