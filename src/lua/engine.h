/* Declarations that the files of core.http share: how a specification is read, how failures and
 * transfers look to Lua. */
#ifndef PZ_LUA_ENGINE_H
#define PZ_LUA_ENGINE_H

#include "http/transfer.h"
#include "lua/compat.h"

/* A profile is what the requests of one client have in common, read once. */
int pz_lua_new_profile(lua_State *L);
void pz_lua_register_profile(lua_State *L);
/* The request to begin with: the profile's at `index`, or the defaults when none is there. */
pz_request pz_lua_begin_request(lua_State *L, int index);

extern const pz_request pz_lua_default_request;

/* Reads the table at `index` into a profile's request: as below, without method, URL and headers.
 */
bool pz_lua_read_profile(lua_State *L, int index, pz_request *request, pz_failure *failure);
/* Reads the table at `index`; raises for misuse (wrong types, unknown fields), false for what the
 * data is to blame for. The request points to texts of the table; what it does not give stays. */
bool pz_lua_read_request(lua_State *L, int index, pz_request *request, pz_headers *headers,
                         pz_failure *failure);

void pz_lua_register_transfer(lua_State *L);
pz_transfer *pz_lua_transfer_at(lua_State *L, int index); /* NULL: it was collected */
/* Pushes a transfer that keeps the engine at `engine_index` alive; the userdata owns it. */
pz_transfer *pz_lua_new_transfer(lua_State *L, int engine_index);

/* The descriptor of the engine at `index`; raises when it was closed. */
int pz_lua_engine_fd(lua_State *L, int index);
void pz_lua_register_waker(lua_State *L);
int pz_lua_new_waker(lua_State *L);

/* Pushes nil and the error of something that never became a transfer; raises when memory was the
 * reason. Returns 2. */
int pz_lua_fail(lua_State *L, const pz_failure *failure);
int pz_lua_fail_with(lua_State *L, enum pz_kind kind, const char *message);
/* Why a transfer that is done has brought nothing. */
void pz_lua_push_failure(lua_State *L, const pz_transfer *transfer);

/* Pushes the answer; it keeps the transfer, which is at `index`, alive. */
void pz_lua_push_answer(lua_State *L, const pz_transfer *transfer, int index);
void pz_lua_push_headers(lua_State *L, const pz_transfer *transfer);
void pz_lua_register_answer(lua_State *L);
int pz_lua_decode_body(lua_State *L);
int pz_lua_drop_body(lua_State *L);

#endif
