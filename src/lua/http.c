/* core.http: engines, profiles and wakers, and functions for bodies. */
#include "lua/engine.h"
#include "lua/parts.h"
#include "lua/profile.h"
#include "lua/transfer.h"
#include "lua/waker.h"

int pz_lua_open_http(lua_State *L)
{
    char why[256];
    if (!pz_libcurl_will_do(why, sizeof why))
        return luaL_error(L, "%s", why);
    pz_lua_register_engine(L);
    pz_lua_register_transfer(L);
#ifndef PZ_POLLER_POLL
    pz_lua_register_waker(L);
#endif
    pz_lua_register_profile(L);

    lua_createtable(L, 0, 6);
    lua_pushcfunction(L, pz_lua_decode_body);
    lua_setfield(L, -2, "decode_body");
    lua_pushcfunction(L, pz_lua_drop_body);
    lua_setfield(L, -2, "drop_body");
    lua_pushcfunction(L, pz_lua_new_profile);
    lua_setfield(L, -2, "profile");
#ifndef PZ_POLLER_POLL /* the other poller has no descriptor for a waker to wait on */
    lua_pushcfunction(L, pz_lua_new_waker);
    lua_setfield(L, -2, "waker");
#endif
    lua_pushcfunction(L, pz_lua_new_engine);
    lua_setfield(L, -2, "engine");
    lua_pushstring(L, curl_version_info(CURLVERSION_NOW)->version);
    lua_setfield(L, -2, "libcurl_version");
    lua_pushstring(L, curl_version_info(CURLVERSION_NOW)->ssl_version);
    lua_setfield(L, -2, "tls_library");
    return 1;
}
