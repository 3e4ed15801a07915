/* Shared by the JSON files: buffers that are freed even if a call raises, and the nesting limit. */
#ifndef PZ_LUA_JSON_MEMORY_H
#define PZ_LUA_JSON_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "lua/compat.h"

/* The deepest nesting that callers may allow: three stack slots a level fit into the 8000 that
 * LuaJIT gives to a C function. */
#define PZ_LUA_JSON_DEPTH_LIMIT 2000
#define PZ_LUA_JSON_DEPTH_DEFAULT 128

/* Returns the nesting limit at `index`, or the default; raises for an invalid one. */
unsigned pz_lua_json_check_depth(lua_State *L, int index);

#define PZ_LUA_JSON_BUFFERS 4

/* Buffers for calls that may raise: a userdata owns them. */
typedef struct pz_lua_json_memory {
    pz_buffer buffers[PZ_LUA_JSON_BUFFERS];
} pz_lua_json_memory;

pz_lua_json_memory *pz_lua_json_new_memory(lua_State *L); /* pushes it; the buffers are unbounded */
void pz_lua_json_free_memory(pz_lua_json_memory *memory); /* else the collector does */
void pz_lua_json_register_memory(lua_State *L);

#endif
