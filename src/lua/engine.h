/* An engine as Lua sees it. */
#ifndef PZ_LUA_ENGINE_H
#define PZ_LUA_ENGINE_H

#include "lua/compat.h"

int pz_lua_new_engine(lua_State *L);
/* Returns the descriptor of the engine at `index`; raises if the engine cannot be used. */
int pz_lua_engine_fd(lua_State *L, int index);
void pz_lua_register_engine(lua_State *L);

#endif
