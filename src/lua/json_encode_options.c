/* The encoder's options and memory: all that can raise happens here, before the walk. */
#include "lua/json_encode.h"

#define DEFAULT_BOUND (64 * 1024 * 1024)

static void push_option(lua_State *L, const char *name)
{
    if (lua_isnil(L, PZ_ENCODE_OPTIONS))
        lua_pushnil(L);
    else
        lua_getfield(L, PZ_ENCODE_OPTIONS, name);
}

static bool boolean_option(lua_State *L, const char *name)
{
    push_option(L, name);
    bool truth = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return truth;
}

static void push_table_option(lua_State *L, const char *name)
{
    push_option(L, name);
    if (!lua_isnil(L, -1) && !lua_istable(L, -1))
        luaL_error(L, "option '%s': a table expected, got %s", name, luaL_typename(L, -1));
}

static size_t bound_option(lua_State *L)
{
    push_option(L, "max_bytes");
    lua_Number bound = luaL_optnumber(L, -1, DEFAULT_BOUND);
    if (!(bound >= 1 && bound <= (lua_Number)(SIZE_MAX / 4)))
        luaL_error(L, "option 'max_bytes': a number of bytes expected");
    lua_pop(L, 1);
    return (size_t)bound;
}

void pz_encode_prepare(pz_encoder *e)
{
    lua_State *L = e->L;
    lua_settop(L, PZ_ENCODE_OPTIONS);
    if (!lua_isnil(L, PZ_ENCODE_OPTIONS))
        luaL_checktype(L, PZ_ENCODE_OPTIONS, LUA_TTABLE);
    e->marks = lua_touserdata(L, lua_upvalueindex(1));
    pz_lua_json_memory *memory = pz_lua_json_new_memory(L);
    e->out = &memory->buffers[0];
    e->frames = &memory->buffers[1];
    e->members = &memory->buffers[2];
    e->shapes = &memory->buffers[3];
    e->out->bound = bound_option(L);
    e->pretty = boolean_option(L, "pretty");
    e->canonical = boolean_option(L, "canonical");
    push_option(L, "max_depth");
    e->max_depth = pz_lua_json_check_depth(L, -1);
    lua_pop(L, 1);
    lua_pushliteral(L, "__jsontype");
    lua_pushliteral(L, "__jsonarrays");
    push_table_option(L, "arrays");
    push_table_option(L, "rank");
    if (e->canonical)
        lua_createtable(L, 32, 0);
    else
        lua_pushnil(L);
}
