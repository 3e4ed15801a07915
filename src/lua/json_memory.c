/* The memory of a JSON call, and the nesting limit. */
#include "lua/json_memory.h"

#include "lua/type.h"

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

void pz_lua_json_register_memory(lua_State *L)
{
    pz_lua_register_type(L, memory_metatable, memory_functions);
}

unsigned pz_lua_json_check_depth(lua_State *L, int index)
{
    lua_Integer depth = luaL_optinteger(L, index, PZ_LUA_JSON_DEPTH_DEFAULT);
    if (depth < 1 || depth > PZ_LUA_JSON_DEPTH_LIMIT)
        luaL_error(L, "the nesting bound must be from 1 to %d", PZ_LUA_JSON_DEPTH_LIMIT);
    return (unsigned)depth;
}
