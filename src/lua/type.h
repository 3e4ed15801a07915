/* Registers types of userdata. */
#ifndef PZ_LUA_TYPE_H
#define PZ_LUA_TYPE_H

#include <stdbool.h>

#include "lua/compat.h"

/* Registers the metatable `name`. One list has its methods and metamethods; scripts cannot reach
 * the metatable itself. luaL_setmetatable and luaL_checkudata find it by its name. For speed the
 * registry also has it under the name's address, and the functions have it as their first upvalue:
 * then Lua does not look up the name. */
static inline void pz_lua_register_type(lua_State *L, const char *name, const luaL_Reg *functions)
{
    luaL_newmetatable(L, name);
    lua_pushvalue(L, -1);
    luaL_setfuncs(L, functions, 1);
    lua_newtable(L); /* a script that asks a userdata for __index must not get the metatable */
    lua_pushvalue(L, -2);
    luaL_setfuncs(L, functions, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, name);
}

/* Same as luaL_setmetatable, but faster. */
static inline void pz_lua_set_type(lua_State *L, const char *name)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, name);
    lua_setmetatable(L, -2);
}

/* Same as luaL_checkudata, but faster. */
static inline void *pz_lua_check_type(lua_State *L, int index, const char *name)
{
    void *data = lua_touserdata(L, index);
    if (data != NULL && lua_getmetatable(L, index)) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, name);
        bool is_own = lua_rawequal(L, -1, -2);
        lua_pop(L, 2);
        if (is_own)
            return data;
    }
    return luaL_checkudata(L, index, name);
}

/* Same for the first argument, in the registered functions. */
static inline void *pz_lua_check_self(lua_State *L, const char *name)
{
    void *self = lua_touserdata(L, 1);
    if (self != NULL && lua_getmetatable(L, 1)) {
        bool is_own = lua_rawequal(L, -1, lua_upvalueindex(1));
        lua_pop(L, 1);
        if (is_own)
            return self;
    }
    return luaL_checkudata(L, 1, name);
}

#endif
