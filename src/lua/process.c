/* core.process: terminal, signals, environment and exec, for the command. */
#include "process/process.h"

#include <string.h>

#include "lua/compat.h"
#include "lua/parts.h"

enum { ARGUMENTS_MAX = 64 };

static int check_fd(lua_State *L)
{
    lua_Integer fd = luaL_checkinteger(L, 1);
    luaL_argcheck(L, fd >= 0 && fd <= 2, 1, "0, 1 or 2 expected");
    return (int)fd;
}

static int is_terminal(lua_State *L)
{
    lua_pushboolean(L, pz_process_is_terminal(check_fd(L)));
    return 1;
}

static int terminal_width(lua_State *L)
{
    lua_pushinteger(L, pz_process_terminal_width(check_fd(L)));
    return 1;
}

static int terminal_height(lua_State *L)
{
    lua_pushinteger(L, pz_process_terminal_height(check_fd(L)));
    return 1;
}

static int default_interrupt(lua_State *L)
{
    (void)L;
    pz_process_default_interrupt();
    return 0;
}

static int catch_interrupt(lua_State *L)
{
    (void)L;
    pz_process_catch_interrupt();
    return 0;
}

static int is_interrupted(lua_State *L)
{
    lua_pushboolean(L, pz_process_is_interrupted());
    return 1;
}

static int end_interrupted(lua_State *L)
{
    (void)L;
    pz_process_end_interrupted();
    return 0;
}

/* variables(): an array of the names of the environment's variables */
static int variables(lua_State *L)
{
    lua_newtable(L);
    size_t length;
    const char *name;
    for (size_t i = 0; (name = pz_process_variable(i, &length)) != NULL; i++) {
        lua_pushlstring(L, name, length);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/* become(program, argument...): replaces the process; returns nil and a message if that fails */
static int become(lua_State *L)
{
    char *arguments[ARGUMENTS_MAX + 1];
    int count = lua_gettop(L);
    luaL_argcheck(L, count >= 1 && count <= ARGUMENTS_MAX, 1, "too many or no arguments");
    for (int i = 0; i < count; i++)
        arguments[i] = (char *)luaL_checkstring(L, i + 1); /* execvp does not change them */
    arguments[count] = NULL;
    int error = pz_process_become(arguments[0], arguments);
    lua_pushnil(L);
    lua_pushstring(L, strerror(error));
    return 2;
}

static const luaL_Reg functions[] = {
    {"is_terminal", is_terminal},
    {"terminal_width", terminal_width},
    {"terminal_height", terminal_height},
    {"default_interrupt", default_interrupt},
    {"catch_interrupt", catch_interrupt},
    {"is_interrupted", is_interrupted},
    {"end_interrupted", end_interrupted},
    {"variables", variables},
    {"become", become},
    {NULL, NULL},
};

int pz_lua_open_process(lua_State *L)
{
    luaL_newlib(L, functions);
    return 1;
}
