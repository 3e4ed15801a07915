/* core.json: the codec as Lua sees it. */
#include "lua/json.h"

#include "lua/parts.h"
#include "lua/type.h"

/* ------------------------------------------------------------------ memory */

static const char memory_metatable[] = "personalize.json_memory";

void pz_lua_json_free_memory(pz_lua_json_memory *memory)
{
    for (int i = 0; i < PZ_LUA_JSON_BUFFERS; i++)
        pz_buffer_free(&memory->buffers[i]);
}

static int free_memory(lua_State *L)
{
    pz_lua_json_free_memory(luaL_checkudata(L, 1, memory_metatable));
    return 0;
}

pz_lua_json_memory *pz_lua_json_new_memory(lua_State *L)
{
    pz_lua_json_memory *memory = lua_newuserdatauv(L, sizeof *memory, 0);
    for (int i = 0; i < PZ_LUA_JSON_BUFFERS; i++)
        pz_buffer_init(&memory->buffers[i], SIZE_MAX / 2);
    luaL_setmetatable(L, memory_metatable);
    return memory;
}

static const luaL_Reg memory_functions[] = {{"__gc", free_memory}, {NULL, NULL}};

/* ------------------------------------------------------------------ the table of functions */

unsigned pz_lua_json_check_depth(lua_State *L, int index)
{
    lua_Integer depth = luaL_optinteger(L, index, PZ_LUA_JSON_DEPTH_DEFAULT);
    if (depth < 1 || depth > PZ_LUA_JSON_DEPTH_LIMIT)
        luaL_error(L, "the nesting bound must be from 1 to %d", PZ_LUA_JSON_DEPTH_LIMIT);
    return (unsigned)depth;
}

static const luaL_Reg functions[] = {
    {"decode", pz_lua_json_decode},       {"encode", pz_lua_json_encode},
    {"array", pz_lua_json_array},         {"is_array", pz_lua_json_is_array},
    {"number", pz_lua_json_number},       {"is_number", pz_lua_json_is_number},
    {"recognise", pz_lua_json_recognise}, {"has_only", pz_lua_json_has_only},
};

int pz_lua_open_json(lua_State *L)
{
    pz_lua_register_type(L, memory_metatable, memory_functions);
    lua_newtable(L);
    pz_lua_json_new_marks(L);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        lua_pushvalue(L, -1);
        lua_pushvalue(L, -3);
        lua_pushcclosure(L, functions[i].func, 2);
        lua_setfield(L, -3, functions[i].name);
    }
    lua_pop(L, 1);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    pz_lua_json_push_array_mark(L);
    lua_setfield(L, -2, "array_mt");
    pz_lua_json_push_object_mark(L);
    lua_setfield(L, -2, "object_mt");
    lua_pushinteger(L, PZ_LUA_JSON_DEPTH_LIMIT);
    lua_setfield(L, -2, "depth_limit");
    return 1;
}
