/* A waker as Lua sees it. */
#ifndef PZ_LUA_WAKER_H
#define PZ_LUA_WAKER_H

#include "lua/compat.h"

void pz_lua_register_waker(lua_State *L);
int pz_lua_new_waker(lua_State *L);

#endif
