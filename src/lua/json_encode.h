/* Encodes Lua values as JSON text. */
#ifndef PZ_LUA_JSON_ENCODE_H
#define PZ_LUA_JSON_ENCODE_H

#include "lua/compat.h"

int pz_lua_json_encode(lua_State *L);

#endif
