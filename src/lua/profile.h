/* A profile: the options that all requests of a client share, read once. */
#ifndef PZ_LUA_PROFILE_H
#define PZ_LUA_PROFILE_H

#include "http/request.h"
#include "lua/compat.h"

int pz_lua_new_profile(lua_State *L);
void pz_lua_register_profile(lua_State *L);
/* Returns the initial values of a request: those of the profile at `index`, or the defaults if
 * there is none. */
pz_request pz_lua_begin_request(lua_State *L, int index);

#endif
