/* How a failure looks to Lua. */
#ifndef PZ_LUA_TRANSFER_FAILURE_H
#define PZ_LUA_TRANSFER_FAILURE_H

#include "http/transfer.h"
#include "lua/compat.h"

/* Pushes nil and the error of something that never became a transfer; raises when memory was the
 * reason. Returns 2. */
int pz_lua_fail(lua_State *L, const pz_failure *failure);
int pz_lua_fail_with(lua_State *L, enum pz_kind kind, const char *message);
/* Why a transfer that is done has brought nothing. */
void pz_lua_push_failure(lua_State *L, const pz_transfer *transfer);
/* The headers of its answer, as far as they came. */
void pz_lua_push_headers(lua_State *L, const pz_transfer *transfer);

#endif
