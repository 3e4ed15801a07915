/* Pushes failures as Lua values. */
#ifndef PZ_LUA_TRANSFER_FAILURE_H
#define PZ_LUA_TRANSFER_FAILURE_H

#include "http/transfer.h"
#include "lua/compat.h"

/* Pushes nil and the error of a failure without a transfer, and returns 2. Raises if memory was the
 * reason. */
int pz_lua_fail(lua_State *L, const pz_failure *failure);
int pz_lua_fail_with(lua_State *L, enum pz_kind kind, const char *message);
/* Pushes the error of a finished transfer without an answer. */
void pz_lua_push_failure(lua_State *L, const pz_transfer *transfer);
/* Pushes the headers of its answer that arrived. */
void pz_lua_push_headers(lua_State *L, const pz_transfer *transfer);

#endif
