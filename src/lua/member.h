/* Sets a member of the table on top of the stack. */
#ifndef PZ_LUA_MEMBER_H
#define PZ_LUA_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "lua/compat.h"

static inline void pz_set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

static inline void pz_set_integer(lua_State *L, const char *name, int64_t integer)
{
    lua_pushinteger(L, (lua_Integer)integer);
    lua_setfield(L, -2, name);
}

static inline void pz_set_number(lua_State *L, const char *name, double number)
{
    lua_pushnumber(L, (lua_Number)number);
    lua_setfield(L, -2, name);
}

static inline void pz_set_boolean(lua_State *L, const char *name, bool truth)
{
    lua_pushboolean(L, truth);
    lua_setfield(L, -2, name);
}

#endif
