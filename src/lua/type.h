/* How a kind of userdata is made known to Lua. */
#ifndef PZ_LUA_TYPE_H
#define PZ_LUA_TYPE_H

#include "lua/compat.h"

/* Registers the metatable `name`: methods and metamethods stand in one list, and scripts cannot
 * reach the table itself. luaL_setmetatable gives it to a userdata, luaL_checkudata asks for it. */
static inline void pz_lua_register_type(lua_State *L, const char *name, const luaL_Reg *functions)
{
    luaL_newmetatable(L, name);
    luaL_setfuncs(L, functions, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}

#endif
