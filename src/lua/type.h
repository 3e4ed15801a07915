/* How a kind of userdata is made known to Lua. */
#ifndef PZ_LUA_TYPE_H
#define PZ_LUA_TYPE_H

#include "lua/compat.h"

/* Registers the metatable `name`: methods and metamethods stand in one list, and scripts cannot
 * reach the table itself. luaL_setmetatable gives it to a userdata, luaL_checkudata asks for it.
 * The functions have it as their first upvalue. */
static inline void pz_lua_register_type(lua_State *L, const char *name, const luaL_Reg *functions)
{
    luaL_newmetatable(L, name);
    lua_pushvalue(L, -1);
    luaL_setfuncs(L, functions, 1);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

/* For these functions: what luaL_checkudata answers for the first argument, without looking for the
 * metatable by its name. */
static inline void *pz_lua_check_self(lua_State *L, const char *name)
{
    if (lua_getmetatable(L, 1)) {
        int is_own = lua_rawequal(L, -1, lua_upvalueindex(1));
        lua_pop(L, 1);
        if (is_own)
            return lua_touserdata(L, 1);
    }
    return luaL_checkudata(L, 1, name);
}

#endif
