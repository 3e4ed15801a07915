/* core.json: the codec as Lua sees it. */
#include <stdbool.h>

#include "lua/json_decode.h"
#include "lua/json_encode.h"
#include "lua/json_marks.h"
#include "lua/json_memory.h"
#include "lua/json_number.h"
#include "lua/parts.h"

/* ------------------------------------------------------------------ has_only */

/* json.has_only(object, names): true if an object has only the named members. It runs for every
 * connection that is retrieved, so it has to be fast. */
enum { DEPTH_MAX = 32 }; /* published members are not nested deeper */

/* The object is on top of the stack, the names are at `names`. A name's entry is true, or the table
 * of names for the object, or for the objects of the array, in that member. Keys that are not
 * strings are indexes of an array. */
static bool has_only(lua_State *L, int names, int depth)
{
    int object = lua_gettop(L);
    bool is_known = true;
    if (depth == DEPTH_MAX)
        return false;
    luaL_checkstack(L, 6, NULL);
    for (lua_pushnil(L); is_known && lua_next(L, object) != 0;) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            lua_pushvalue(L, -2);
            lua_rawget(L, names);
        } else {
            lua_pushvalue(L, names);
        }
        is_known = lua_type(L, -1) != LUA_TNIL;
        if (is_known && lua_type(L, -1) == LUA_TTABLE && lua_type(L, -2) == LUA_TTABLE) {
            lua_insert(L, -2);
            is_known = has_only(L, lua_gettop(L) - 1, depth + 1);
        }
        lua_settop(L, object + 1); /* the key stays */
    }
    lua_settop(L, object);
    return is_known;
}

static int json_has_only(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_insert(L, 1); /* the names first */
    lua_pushboolean(L, has_only(L, 1, 0));
    return 1;
}

/* ------------------------------------------------------------------ the table of functions */

static const luaL_Reg functions[] = {
    {"decode", pz_lua_json_decode},       {"encode", pz_lua_json_encode},
    {"array", pz_lua_json_array},         {"is_array", pz_lua_json_is_array},
    {"number", pz_lua_json_number},       {"is_number", pz_lua_json_is_number},
    {"recognise", pz_lua_json_recognise}, {"has_only", json_has_only},
};

int pz_lua_open_json(lua_State *L)
{
    pz_lua_json_register_memory(L);
    lua_newtable(L);
    pz_lua_json_new_marks(L);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        lua_pushvalue(L, -1);
        lua_pushvalue(L, -3);
        lua_pushcclosure(L, functions[i].func, 2);
        lua_setfield(L, -3, functions[i].name);
    }
    lua_pop(L, 1);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    pz_lua_json_push_array_mark(L);
    lua_setfield(L, -2, "array_mt");
    pz_lua_json_push_object_mark(L);
    lua_setfield(L, -2, "object_mt");
    lua_pushinteger(L, PZ_LUA_JSON_DEPTH_LIMIT);
    lua_setfield(L, -2, "depth_limit");
    return 1;
}
