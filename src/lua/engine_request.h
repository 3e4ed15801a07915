/* Reads a request from a table. */
#ifndef PZ_LUA_ENGINE_REQUEST_H
#define PZ_LUA_ENGINE_REQUEST_H

#include <stdbool.h>

#include "http/request.h"
#include "lua/compat.h"

extern const pz_request pz_lua_default_request;

/* Reads the table at `index` into a profile's request: same as below, without method, URL, headers
 * and body. */
bool pz_lua_read_profile(lua_State *L, int index, pz_request *request, pz_failure *failure);
/* Reads the table at `index`. Raises for misuse (wrong types, unknown fields); false for invalid
 * data. The request borrows the table's texts; fields that are missing keep their values. */
bool pz_lua_read_request(lua_State *L, int index, pz_request *request, pz_headers *headers,
                         pz_failure *failure);

#endif
