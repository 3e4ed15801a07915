/* Marks: the metatables that distinguish arrays and objects. */
#ifndef PZ_LUA_JSON_MARKS_H
#define PZ_LUA_JSON_MARKS_H

#include <stdbool.h>

#include "lua/compat.h"

#define PZ_LUA_JSON_HINTS 64 /* places for which the decoder keeps the size of the last table */

/* The marks of a Lua state, made by pz_lua_json_new_marks. The registry keeps the metatables alive,
 * so comparing their addresses is enough. */
typedef struct pz_lua_json_marks {
    const void *array, *object;
    const void *foreign_array, *foreign_empty_array; /* of another library, or NULL */
    const void *number;
    const void *empty_array; /* a light userdata that stands for [] */
    bool has_empty_array;
    /* For the decoder, kept between texts: the size of the last table in each place. */
    unsigned char hints[PZ_LUA_JSON_HINTS];
} pz_lua_json_marks;

enum pz_lua_json_mark {
    PZ_LUA_JSON_UNMARKED,
    PZ_LUA_JSON_ARRAY,
    PZ_LUA_JSON_ARRAY_IF_EMPTY,
    PZ_LUA_JSON_OBJECT,
    PZ_LUA_JSON_PROXY, /* its content comes from metamethods */
};

/* Pushes the marks, a userdata: the first upvalue of every function that needs them. */
void pz_lua_json_new_marks(lua_State *L);
pz_lua_json_marks *pz_lua_json_push_marks(lua_State *L); /* for functions without upvalues */

/* Returns the mark of the table at `index`; `type_key` is the index of the string "__jsontype".
 * *declares: its metatable is not a registered one, and may declare more. Allocates nothing, calls
 * no metamethod. */
enum pz_lua_json_mark pz_lua_json_mark_of(lua_State *L, const pz_lua_json_marks *marks, int index,
                                          int type_key, bool *declares);

void pz_lua_json_push_array_mark(lua_State *L); /* the metatable for new arrays */
void pz_lua_json_push_object_mark(lua_State *L);

int pz_lua_json_array(lua_State *L);
int pz_lua_json_is_array(lua_State *L);
int pz_lua_json_recognise(lua_State *L); /* second upvalue: the table whose array_mt it sets */

#endif
