/* json.has_only(object, names): whether an object has no members but those named. It is asked of
 * every connection that is retrieved, so it has to cost next to nothing. */
#include "lua/json.h"

enum { DEPTH_MAX = 32 }; /* what is deeper is no published member's */

/* The object is at the stack's top, the names at `names`: each is true, or the names of the objects
 * below, or of those in the array there. Keys that are no strings are the items of an array. */
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

int pz_lua_json_has_only(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_insert(L, 1); /* the names first */
    lua_pushboolean(L, has_only(L, 1, 0));
    return 1;
}
