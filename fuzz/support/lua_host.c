/* Fuzzes what Lua parses: runs the Lua file that FUZZ_SUBJECT names, such as fuzz/curl_line.lua,
 * with the library's core linked in. The file returns a function, which is called with each input
 * and raises where a property does not hold.
 *
 * libFuzzer does not see into Lua code. A hook tells it which line follows which.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int luaopen_personalize_core(lua_State *L);

enum { COUNTERS = 1 << 16 };

__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t counters[COUNTERS];

static lua_State *state;
static uint32_t previous;

/* A chunk's name is one string of Lua's for all of its functions: its address tells the file. */
static void count_line(lua_State *L, lua_Debug *line)
{
    lua_getinfo(L, "S", line);
    uint32_t file = (uint32_t)((uintptr_t)line->source >> 4) * UINT32_C(2654435761);
    uint32_t here = (file >> 8) + (uint32_t)line->currentline * 97;
    uint8_t *counter = &counters[(here ^ previous) % COUNTERS];
    if (*counter < UINT8_MAX)
        ++*counter;
    previous = here >> 1;
}

static int explain(lua_State *L)
{
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

static void stop_if_failed(int status)
{
    if (status == LUA_OK)
        return;
    (void)fprintf(stderr, "%s\n", lua_tostring(state, -1));
    abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    const char *subject = getenv("FUZZ_SUBJECT");
    state = luaL_newstate();
    if (state == NULL || subject == NULL)
        abort();
    luaL_openlibs(state);
    luaL_getsubtable(state, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
    lua_pushcfunction(state, luaopen_personalize_core);
    lua_setfield(state, -2, "personalize.core");
    lua_pop(state, 1);
    lua_pushcfunction(state, explain);
    stop_if_failed(luaL_loadfile(state, subject));
    stop_if_failed(lua_pcall(state, 0, 1, 1));
    lua_sethook(state, count_line, LUA_MASKLINE, 0);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    previous = 0;
    lua_pushvalue(state, 2);
    lua_pushlstring(state, (const char *)bytes, length);
    stop_if_failed(lua_pcall(state, 1, 0, 1));
    return 0;
}
