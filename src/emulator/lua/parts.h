/* Declarations that the files of the emulator's Lua module share. */
#ifndef PZ_EMULATOR_LUA_PARTS_H
#define PZ_EMULATOR_LUA_PARTS_H

#include "emulator/emulator.h"
#include "lua/compat.h"

/* The running emulator that is the argument. NULL: it has been stopped; nil and a message are
 * pushed. */
pz_emulator *pz_lua_emulator(lua_State *L, int index);

extern const char pz_lua_emulator_type[];

/* core.start(options): a userdata, or nil and a message. Its `stop` does nothing a second time. */
int pz_lua_start(lua_State *L);
int pz_lua_stop(lua_State *L);

/* Methods. */
int pz_lua_url(lua_State *L);
int pz_lua_requests(lua_State *L);
int pz_lua_counts(lua_State *L);
int pz_lua_stored_secret(lua_State *L);
void pz_lua_open_looking(lua_State *L); /* their metatable; pushes nothing */

/* core.signals(): holds SIGINT and SIGTERM back, until closed, for wait to tell of. */
int pz_lua_signals(lua_State *L);
void pz_lua_open_signals(lua_State *L); /* its metatable; pushes nothing */

#endif
