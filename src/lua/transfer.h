/* A transfer and its answer as Lua sees them. */
#ifndef PZ_LUA_TRANSFER_H
#define PZ_LUA_TRANSFER_H

#include "http/transfer.h"
#include "lua/compat.h"

void pz_lua_register_transfer(lua_State *L);
/* Pushes a transfer that keeps the engine at `engine_index` alive; the userdata owns it. */
pz_transfer *pz_lua_new_transfer(lua_State *L, int engine_index);

int pz_lua_decode_body(lua_State *L);
int pz_lua_drop_body(lua_State *L);

#endif
