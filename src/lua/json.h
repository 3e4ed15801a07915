/* Declarations that the files of the JSON binding share. */
#ifndef PZ_LUA_JSON_H
#define PZ_LUA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "lua/compat.h"

/* The deepest nesting that may be asked for: three stack slots a level fit into the 8000 that
 * LuaJIT gives to a C function. */
#define PZ_LUA_JSON_DEPTH_LIMIT 2000
#define PZ_LUA_JSON_DEPTH_DEFAULT 128

/* ------------------------------------------------------------------ marks: arrays and objects */

#define PZ_LUA_JSON_HINTS 64 /* places whose containers are remembered by their size */

/* How tables are told apart; one per Lua state, made by pz_lua_json_new_marks. The metatables stay
 * alive in the registry, so comparing their addresses is enough. */
typedef struct pz_lua_json_marks {
    const void *array, *object;
    const void *foreign_array, *foreign_empty_array; /* of another library, or NULL */
    const void *number;
    const void *empty_array; /* a light userdata that stands for [] */
    bool has_empty_array;
    /* The decoder's, from one text to the next: how large the tables in each place were. */
    unsigned char hints[PZ_LUA_JSON_HINTS];
} pz_lua_json_marks;

enum pz_lua_json_mark {
    PZ_LUA_JSON_UNMARKED,
    PZ_LUA_JSON_ARRAY,
    PZ_LUA_JSON_ARRAY_IF_EMPTY,
    PZ_LUA_JSON_OBJECT,
    PZ_LUA_JSON_PROXY, /* shows by metamethods what it does not hold */
};

/* Pushes the marks, a userdata: the first upvalue of every function that needs them. */
void pz_lua_json_new_marks(lua_State *L);
pz_lua_json_marks *pz_lua_json_push_marks(lua_State *L); /* for those that have no upvalues */

/* The mark of the table at `index`; `type_key` is where the string "__jsontype" is. *declares: its
 * metatable is none of the registered ones and may say more. Allocates nothing, calls no
 * metamethod. */
enum pz_lua_json_mark pz_lua_json_mark_of(lua_State *L, const pz_lua_json_marks *marks, int index,
                                          int type_key, bool *declares);

void pz_lua_json_push_array_mark(lua_State *L); /* the metatable that arrays get */
void pz_lua_json_push_object_mark(lua_State *L);

int pz_lua_json_array(lua_State *L);
int pz_lua_json_is_array(lua_State *L);
int pz_lua_json_has_only(lua_State *L);
int pz_lua_json_recognise(lua_State *L); /* second upvalue: the table whose array_mt follows */

/* ------------------------------------------------------------------ numbers */

void pz_lua_json_push_number_metatable(lua_State *L);
/* Pushes a number userdata; its metatable is at `metatable`, `text` is a JSON number. */
void pz_lua_json_push_number(lua_State *L, const char *text, size_t length, int metatable);
/* The text of the number userdata at `index`, which it must be. */
const char *pz_lua_json_number_text(lua_State *L, int index, size_t *length);
int pz_lua_json_number(lua_State *L);
int pz_lua_json_is_number(lua_State *L);

/* ------------------------------------------------------------------ memory */

#define PZ_LUA_JSON_BUFFERS 4

/* Buffers that a call needs while it may raise: a userdata owns them. */
typedef struct pz_lua_json_memory {
    pz_buffer buffers[PZ_LUA_JSON_BUFFERS];
} pz_lua_json_memory;

pz_lua_json_memory *pz_lua_json_new_memory(lua_State *L); /* pushes it; the buffers are unbounded */
void pz_lua_json_free_memory(pz_lua_json_memory *memory); /* early; the collector does it as well */

/* ------------------------------------------------------------------ the two directions */

int pz_lua_json_decode(lua_State *L);
/* The same for a text that the value at index 1 keeps where it is; the nesting bound is at 2. */
int pz_lua_json_decode_text(lua_State *L, const char *text, size_t length);
int pz_lua_json_encode(lua_State *L);

/* The nesting bound at `index`, or the default; raises for one that can't be. */
unsigned pz_lua_json_check_depth(lua_State *L, int index);

#endif
