/* A profile is what the requests of one client have in common, read once. */
#ifndef PZ_LUA_PROFILE_H
#define PZ_LUA_PROFILE_H

#include "http/request.h"
#include "lua/compat.h"

int pz_lua_new_profile(lua_State *L);
void pz_lua_register_profile(lua_State *L);
/* The request to begin with: the profile's at `index`, or the defaults when none is there. */
pz_request pz_lua_begin_request(lua_State *L, int index);

#endif
