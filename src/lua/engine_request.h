/* How the specification of a request is read from a table. */
#ifndef PZ_LUA_ENGINE_REQUEST_H
#define PZ_LUA_ENGINE_REQUEST_H

#include <stdbool.h>

#include "http/request.h"
#include "lua/compat.h"

extern const pz_request pz_lua_default_request;

/* Reads the table at `index` into a profile's request: as below, without method, URL and headers.
 */
bool pz_lua_read_profile(lua_State *L, int index, pz_request *request, pz_failure *failure);
/* Reads the table at `index`; raises for misuse (wrong types, unknown fields), false for what the
 * data is to blame for. The request points to texts of the table; what it does not give stays. */
bool pz_lua_read_request(lua_State *L, int index, pz_request *request, pz_headers *headers,
                         pz_failure *failure);

#endif
