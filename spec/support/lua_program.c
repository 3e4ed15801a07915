/* A small `lua`, to be linked with a sanitizer that has to be part of the program: ThreadSanitizer
 * cannot be preloaded, for shells crash with it.
 *    PROGRAM [-e CODE] [SCRIPT [ARGUMENT...]]
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

static int explain(lua_State *L)
{
    luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
    return 1;
}

/* Calls what was loaded with the arguments above it. */
static int run(lua_State *L, int status, int arguments)
{
    if (status == LUA_OK) {
        int function = lua_gettop(L) - arguments;
        lua_pushcfunction(L, explain);
        lua_insert(L, function);
        status = lua_pcall(L, arguments, 0, function);
    }
    if (status != LUA_OK)
        (void)fprintf(stderr, "%s\n", lua_tostring(L, -1));
    lua_settop(L, 0);
    return status;
}

int main(int argc, char **argv)
{
    int script = 1, status = LUA_OK;
    lua_State *L = luaL_newstate();
    if (L == NULL)
        return 1;
    luaL_openlibs(L);
    const char *code = argc > 2 && strcmp(argv[1], "-e") == 0 ? argv[2] : NULL;
    if (code != NULL)
        script = 3;
    lua_newtable(L);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i - script);
    }
    lua_setglobal(L, "arg");
    if (code != NULL)
        status = run(L, luaL_loadbuffer(L, code, strlen(code), "=(command line)"), 0);
    if (status == LUA_OK && script < argc) {
        status = luaL_loadfile(L, argv[script]);
        for (int i = script + 1; status == LUA_OK && i < argc; i++)
            lua_pushstring(L, argv[i]);
        status = run(L, status, status == LUA_OK ? argc - script - 1 : 0);
    }
    lua_close(L);
    return status == LUA_OK ? 0 : 1;
}
