/* The parts of the module that Lua loads: each function pushes one table of functions, which
 * luaopen_personalize_core sets as a field of that name. */
#ifndef PZ_LUA_PARTS_H
#define PZ_LUA_PARTS_H

#include "lua/compat.h"

int pz_lua_open_json(lua_State *L);     /* core.json: decode, encode, array, number, ... */
int pz_lua_open_http(lua_State *L);     /* core.http: engine */
int pz_lua_open_url(lua_State *L);      /* core.url: parse, escape, is_loopback */
int pz_lua_open_masking(lua_State *L);  /* core.masking: known */
int pz_lua_open_file(lua_State *L);     /* core.file: read, write, list, ... */
int pz_lua_open_process(lua_State *L);  /* core.process: is_terminal, catch_interrupt, ... */
int pz_lua_open_template(lua_State *L); /* core.template: read, replace */

#endif
