/* The entry point of the C core: `require "personalize.core"`. */
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include "http/process.h"
#include "lua/compat.h"
#include "lua/parts.h"
#include "random.h"
#include "version.h"

/* now(): seconds on the monotonic clock. Only differences have a meaning. */
static int now(lua_State *L)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    lua_pushnumber(L, (lua_Number)time.tv_sec + (lua_Number)time.tv_nsec / 1e9);
    return 1;
}

/* can_yield(): true if the running coroutine can yield here: not in the main one, not below a C
 * function. */
static int can_yield(lua_State *L)
{
    lua_pushboolean(L, lua_isyieldable(L));
    return 1;
}

static int pid(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)pz_process_id());
    return 1;
}

/* random(): a number in [0, 1) that differs between processes, to spread their retries. */
static int random_fraction(lua_State *L)
{
    uint64_t bits = 0;
    if (!pz_random_bytes(&bits, sizeof bits)) {
        struct timespec time;
        clock_gettime(CLOCK_MONOTONIC, &time);
        bits = ((uint64_t)time.tv_nsec + (uint64_t)getpid()) * UINT64_C(0x9E3779B97F4A7C15);
    }
    lua_pushnumber(L, (lua_Number)(bits >> 11) / 9007199254740992.0);
    return 1;
}

static const luaL_Reg functions[] = {
    {"now", now}, {"can_yield", can_yield}, {"pid", pid}, {"random", random_fraction}, {NULL, NULL},
};

static const struct {
    const char *name;
    lua_CFunction open;
} parts[] = {
    {"json", pz_lua_open_json},         {"http", pz_lua_open_http},
    {"url", pz_lua_open_url},           {"masking", pz_lua_open_masking},
    {"file", pz_lua_open_file},         {"process", pz_lua_open_process},
    {"template", pz_lua_open_template},
};

PZ_EXPORT int luaopen_personalize_core(lua_State *L);

PZ_EXPORT int luaopen_personalize_core(lua_State *L)
{
    luaL_newlib(L, functions);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        lua_pushcfunction(L, parts[i].open);
        lua_call(L, 0, 1);
        lua_setfield(L, -2, parts[i].name);
    }
    lua_pushliteral(L, PZ_VERSION);
    lua_setfield(L, -2, "version");
    lua_pushinteger(L, LUA_VERSION_NUM); /* the Lua version of this build */
    lua_setfield(L, -2, "lua_version");
    return 1;
}
