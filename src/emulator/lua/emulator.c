/* The userdata of an emulator: options from Lua, start and stop. */
#include <stdbool.h>
#include <unistd.h>

#include "emulator/lua/parts.h"
#include "emulator/start.h"
#include "lua/type.h"

const char pz_lua_emulator_type[] = "personalize.emulator";

typedef struct handle {
    pz_emulator *emulator; /* NULL: it has been stopped */
    pid_t owner;           /* a forked copy has none of its threads and must leave it alone */
} handle;

pz_emulator *pz_lua_emulator(lua_State *L, int index)
{
    handle *own = luaL_checkudata(L, index, pz_lua_emulator_type);
    if (own->emulator != NULL && own->owner == getpid())
        return own->emulator;
    lua_pushnil(L);
    lua_pushliteral(L, "the emulator has been stopped");
    return NULL;
}

/* ------------------------------------------------------------------ starting */

static const char *text_option(lua_State *L, const char *name)
{
    lua_getfield(L, 1, name);
    const char *text = luaL_checkstring(L, -1);
    lua_pop(L, 1); /* the table keeps it */
    return text;
}

/* NULL: not given. */
static const char *optional_text(lua_State *L, const char *name)
{
    lua_getfield(L, 1, name);
    const char *text = luaL_optstring(L, -1, NULL);
    lua_pop(L, 1);
    return text;
}

static lua_Number number_option(lua_State *L, const char *name)
{
    lua_getfield(L, 1, name);
    lua_Number number = luaL_checknumber(L, -1);
    lua_pop(L, 1);
    return number;
}

static bool flag_option(lua_State *L, const char *name)
{
    lua_getfield(L, 1, name);
    bool flag = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return flag;
}

int pz_lua_start(lua_State *L)
{
    pz_failure failure;
    luaL_checktype(L, 1, LUA_TTABLE);
    pz_emulator_options options = {
        .address = text_option(L, "address"),
        .port = (unsigned)number_option(L, "port"),
        .public_url = optional_text(L, "public_url"),
        .database = text_option(L, "database"),
        .seed = flag_option(L, "seed"),
        .strict = flag_option(L, "strict"),
        .page_limit = (unsigned)number_option(L, "page_limit"),
        .honour_offset = flag_option(L, "honour_offset"),
        .update_revision = flag_option(L, "update_revision"),
        .put_creates = flag_option(L, "put_creates"),
        .unique_names = flag_option(L, "unique_names"),
        .mask_unknown_auth = flag_option(L, "mask_unknown_auth"),
        .journal_secrets = flag_option(L, "journal_secrets"),
        .outbound = text_option(L, "outbound"),
        .keep_missing_secret = flag_option(L, "keep_missing_secret"),
        .token_ttl = (double)number_option(L, "token_ttl"),
        .request_timeout = (double)number_option(L, "request_timeout"),
        .journal_limit = pz_lua_to_size(number_option(L, "journal_limit")),
        .remote_control = flag_option(L, "remote_control"),
        .access_log = optional_text(L, "access_log"),
        .client_id = text_option(L, "client_id"),
        .client_secret = text_option(L, "client_secret"),
        .client_key = text_option(L, "client_key"),
        .api_token = text_option(L, "api_token"),
        .tls_cert = optional_text(L, "tls_cert"),
        .tls_key = optional_text(L, "tls_key"),
        .ca_file = optional_text(L, "ca_file"),
        .client_cert = optional_text(L, "client_cert"),
        .client_cert_key = optional_text(L, "client_cert_key"),
    };
    handle *own = lua_newuserdatauv(L, sizeof *own, 0);
    own->emulator = NULL;
    own->owner = getpid();
    luaL_setmetatable(L, pz_lua_emulator_type);
    own->emulator = pz_emulator_start(&options, &failure);
    if (own->emulator != NULL)
        return 1;
    lua_pushnil(L);
    lua_pushstring(L, failure.message);
    return 2;
}

/* Also __gc and __close; a second time it does nothing. */
int pz_lua_stop(lua_State *L)
{
    handle *own = luaL_checkudata(L, 1, pz_lua_emulator_type);
    if (own->emulator != NULL && own->owner == getpid()) {
        pz_emulator *emulator = own->emulator;
        own->emulator = NULL;
        pz_emulator_stop(emulator);
    }
    return 0;
}
