/* core.http.waker: wakes an event loop when an engine has something to do. */
#include "http/waker.h"

#include "lua/engine.h"
#include "lua/parts.h"
#include "lua/transfer_failure.h"
#include "lua/type.h"
#include "lua/waker.h"

static const char type_name[] = "personalize.waker";

typedef struct waker_box {
    pz_waker *waker; /* NULL: closed */
} waker_box;

static waker_box *check_box(lua_State *L)
{
    return luaL_checkudata(L, 1, type_name);
}

static pz_waker *check_waker(lua_State *L)
{
    waker_box *box = check_box(L);
    luaL_argcheck(L, box->waker != NULL, 1, "the waker was closed");
    return box->waker;
}

static int waker_path(lua_State *L)
{
    lua_pushstring(L, pz_waker_path(check_waker(L)));
    return 1;
}

static int waker_accept(lua_State *L)
{
    pz_failure failure;
    if (!pz_waker_accept(check_waker(L), &failure))
        return pz_lua_fail(L, &failure);
    lua_pushboolean(L, 1);
    return 1;
}

static int waker_arm(lua_State *L)
{
    lua_pushboolean(L, pz_waker_arm(check_waker(L)));
    return 1;
}

static int waker_poke(lua_State *L)
{
    lua_pushboolean(L, pz_waker_poke(check_waker(L)));
    return 1;
}

/* close, __gc and __close */
static int waker_close(lua_State *L)
{
    waker_box *box = check_box(L);
    pz_waker_free(box->waker);
    box->waker = NULL;
    return 0;
}

static const luaL_Reg methods[] = {
    {"path", waker_path},     {"accept", waker_accept},
    {"arm", waker_arm},       {"poke", waker_poke},
    {"close", waker_close},   {"__gc", waker_close},
    {"__close", waker_close}, {NULL, NULL},
};

/* The waker watches the engine's descriptor, so it keeps the engine alive. */
int pz_lua_new_waker(lua_State *L)
{
    pz_lua_engine_fd(L, 1);
    waker_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    box->waker = NULL;
    luaL_setmetatable(L, type_name);
    lua_pushvalue(L, 1);
    pz_lua_keep(L, -2);
    pz_failure failure;
    /* read again, because a finalizer may have closed the engine when Lua allocated */
    box->waker = pz_waker_new(pz_lua_engine_fd(L, 1), &failure);
    return box->waker != NULL ? 1 : pz_lua_fail(L, &failure);
}

void pz_lua_register_waker(lua_State *L)
{
    pz_lua_register_type(L, type_name, methods);
}
