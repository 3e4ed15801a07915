/* core.http.profile: the options that all requests of a client share (limits, TLS, proxy), read
 * once instead of with every request. */
#include "lua/profile.h"
#include "lua/engine_request.h"
#include "lua/transfer_failure.h"
#include "lua/type.h"

static const char type_name[] = "personalize.profile";

/* Atomic, because Lua states may run in different threads. */
static _Atomic uint64_t last_profile;

typedef struct profile_box {
    pz_request request; /* its texts belong to the table that the userdata keeps */
} profile_box;

/* Pushes a copy of the table, because the caller may change its own. */
static void push_copy(lua_State *L, int index)
{
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, index) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
}

int pz_lua_new_profile(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    push_copy(L, 1);
    lua_replace(L, 1);
    profile_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    luaL_setmetatable(L, type_name);
    lua_pushvalue(L, 1);
    pz_lua_keep(L, 2);
    pz_failure failure;
    if (!pz_lua_read_profile(L, 1, &box->request, &failure) ||
        !pz_request_check_proxy(&box->request, &failure))
        return pz_lua_fail(L, &failure);
    box->request.profile = ++last_profile;
    lua_settop(L, 2);
    return 1;
}

pz_request pz_lua_begin_request(lua_State *L, int index)
{
    if (lua_isnoneornil(L, index))
        return pz_lua_default_request;
    const profile_box *box = pz_lua_check_type(L, index, type_name);
    return box->request;
}

void pz_lua_register_profile(lua_State *L)
{
    static const luaL_Reg none[] = {{NULL, NULL}};
    pz_lua_register_type(L, type_name, none);
}
