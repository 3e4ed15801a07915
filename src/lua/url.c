/* core.url: URLs for the library in Lua. */
#include "url/url.h"

#include <string.h>

#include "lua/compat.h"
#include "lua/parts.h"
#include "lua/type.h"
#include "masking/redact.h"

/* The most bytes of a URL that errors, events and logs show; "..." marks a cut. The library in Lua
 * divides longer text. */
enum { SHOWN_MAX = 4096 };

static const char type_name[] = "personalize.url";

/* Pushes a userdata that owns the parts while they become Lua strings, which may raise. */
static pz_url *new_box(lua_State *L)
{
    pz_url *url = lua_newuserdatauv(L, sizeof *url, 0);
    memset(url, 0, sizeof *url);
    luaL_setmetatable(L, type_name);
    return url;
}

static int box_gc(lua_State *L)
{
    pz_url_free(luaL_checkudata(L, 1, type_name));
    return 0;
}

static void set_text(lua_State *L, const char *name, const char *text)
{
    if (text != NULL) {
        lua_pushstring(L, text);
        lua_setfield(L, -2, name);
    }
}

static int parse(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length), *why;
    pz_url *url = new_box(L);
    if (!pz_url_parse(url, text, length, &why)) {
        if (why == NULL)
            return luaL_error(L, "not enough memory");
        lua_pushnil(L);
        lua_pushstring(L, why);
        return 2;
    }
    lua_createtable(L, 0, 6);
    set_text(L, "scheme", url->scheme);
    set_text(L, "host", url->host);
    set_text(L, "path", url->path);
    set_text(L, "query", url->query);
    lua_pushinteger(L, (lua_Integer)url->port);
    lua_setfield(L, -2, "port");
    lua_pushboolean(L, url->has_user);
    lua_setfield(L, -2, "has_user");
    pz_url_free(url);
    return 1;
}

static int escape(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    luaL_argcheck(L, length < (size_t)-1 / 4, 1, "too long");
    char *out = lua_newuserdatauv(L, 3 * length + 1, 0);
    lua_pushlstring(L, out, pz_url_escape(text, length, out));
    return 1;
}

static int is_loopback(lua_State *L)
{
    size_t length;
    const char *host = luaL_checklstring(L, 1, &length);
    lua_pushboolean(L, pz_url_is_loopback(host, length));
    return 1;
}

static int redact(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    char out[SHOWN_MAX];
    lua_pushlstring(L, out, pz_redact(text, length, out, sizeof out));
    return 1;
}

static const luaL_Reg box_functions[] = {{"__gc", box_gc}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"parse", parse},   {"escape", escape}, {"is_loopback", is_loopback},
    {"redact", redact}, {NULL, NULL},
};

int pz_lua_open_url(lua_State *L)
{
    pz_lua_register_type(L, type_name, box_functions);
    luaL_newlib(L, functions);
    return 1;
}
