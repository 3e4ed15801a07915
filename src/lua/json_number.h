/* Numbers that a Lua number cannot hold exactly, as userdata with their text. */
#ifndef PZ_LUA_JSON_NUMBER_H
#define PZ_LUA_JSON_NUMBER_H

#include <stddef.h>

#include "lua/compat.h"

void pz_lua_json_push_number_metatable(lua_State *L);
/* Pushes a number userdata; its metatable is at `metatable`, `text` is a JSON number. */
void pz_lua_json_push_number(lua_State *L, const char *text, size_t length, int metatable);
/* Returns the text of the number userdata at `index`; does not check its type. */
const char *pz_lua_json_number_text(lua_State *L, int index, size_t *length);
int pz_lua_json_number(lua_State *L);
int pz_lua_json_is_number(lua_State *L);

#endif
