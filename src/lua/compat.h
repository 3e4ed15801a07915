/* Hides the differences between the C APIs of Lua 5.4, Lua 5.5 and LuaJIT. */
#ifndef PZ_LUA_COMPAT_H
#define PZ_LUA_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stddef.h>
#include <stdint.h>

#if LUA_VERSION_NUM != 501 && LUA_VERSION_NUM != 504 && LUA_VERSION_NUM != 505
#error                                                                                             \
    "personalize is built for Lua 5.4, Lua 5.5 or LuaJIT 2.1: the headers found are of another Lua"
#endif

#define PZ_EXPORT __attribute__((visibility("default")))

#if LUA_VERSION_NUM < 502

#define lua_rawlen lua_objlen
#define lua_newuserdatauv(L, size, values) lua_newuserdata((L), (size))
#define lua_absindex(L, index)                                                                     \
    ((index) > 0 || (index) <= LUA_REGISTRYINDEX ? (index) : lua_gettop(L) + (index) + 1)

static inline int lua_rawgetp(lua_State *L, int index, const void *key)
{
    index = lua_absindex(L, index);
    lua_pushlightuserdata(L, (void *)key);
    lua_rawget(L, index);
    return lua_type(L, -1);
}

static inline void lua_rawsetp(lua_State *L, int index, const void *key)
{
    index = lua_absindex(L, index);
    lua_pushlightuserdata(L, (void *)key);
    lua_insert(L, -2);
    lua_rawset(L, index);
}

#endif

/* A number that is not negative as a size: at most that of the largest object, for a double may be
 * more than a size can be. */
static inline size_t pz_lua_to_size(lua_Number number)
{
    return number < (lua_Number)PTRDIFF_MAX ? (size_t)number : (size_t)PTRDIFF_MAX;
}

/* Pushes the value that a userdata keeps alive. On LuaJIT it is a table. */
static inline void pz_lua_push_kept(lua_State *L, int index)
{
#if LUA_VERSION_NUM >= 504
    lua_getiuservalue(L, index, 1);
#else
    lua_getfenv(L, index);
#endif
}

/* Sets that value to the one on top of the stack; pops it. */
static inline void pz_lua_set_kept(lua_State *L, int index)
{
#if LUA_VERSION_NUM >= 504
    lua_setiuservalue(L, index, 1);
#else
    lua_setfenv(L, index);
#endif
}

/* Makes a userdata keep the value on top of the stack, of any type; pops it. LuaJIT needs a table
 * around it. */
static inline void pz_lua_keep(lua_State *L, int index)
{
    index = lua_absindex(L, index);
#if LUA_VERSION_NUM < 504
    lua_createtable(L, 1, 0);
    lua_insert(L, -2);
    lua_rawseti(L, -2, 1);
#endif
    pz_lua_set_kept(L, index);
}

#endif
