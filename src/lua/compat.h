/* The few places where the C APIs of Lua 5.4 and LuaJIT differ. */
#ifndef PZ_LUA_COMPAT_H
#define PZ_LUA_COMPAT_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

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

/* Keeps the value on top of the stack alive as long as the userdata at `index`; pops it. */
static inline void pz_lua_keep(lua_State *L, int index)
{
#if LUA_VERSION_NUM >= 504
    lua_setiuservalue(L, index, 1);
#else
    index = lua_absindex(L, index);
    lua_createtable(L, 1, 0);
    lua_insert(L, -2);
    lua_rawseti(L, -2, 1);
    lua_setfenv(L, index);
#endif
}

/* Keeps what another userdata keeps: LuaJIT has no table to make for that. */
static inline void pz_lua_keep_same(lua_State *L, int index, int other)
{
    index = lua_absindex(L, index);
#if LUA_VERSION_NUM >= 504
    lua_getiuservalue(L, other, 1);
    lua_setiuservalue(L, index, 1);
#else
    lua_getfenv(L, other);
    lua_setfenv(L, index);
#endif
}

/* As pz_lua_keep, of a table, which pz_lua_push_kept_table brings back. */
static inline void pz_lua_keep_table(lua_State *L, int index)
{
#if LUA_VERSION_NUM >= 504
    lua_setiuservalue(L, index, 1);
#else
    lua_setfenv(L, index);
#endif
}

static inline void pz_lua_push_kept_table(lua_State *L, int index)
{
#if LUA_VERSION_NUM >= 504
    lua_getiuservalue(L, index, 1);
#else
    lua_getfenv(L, index);
#endif
}

#endif
