/* Decodes JSON text into Lua values. */
#ifndef PZ_LUA_JSON_DECODE_H
#define PZ_LUA_JSON_DECODE_H

#include <stddef.h>

#include "lua/compat.h"

int pz_lua_json_decode(lua_State *L);
/* Same for a text that the value at index 1 keeps alive; the nesting limit is at index 2. */
int pz_lua_json_decode_text(lua_State *L, const char *text, size_t length);

#endif
