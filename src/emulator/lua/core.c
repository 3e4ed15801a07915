/* The emulator for Lua: `require "personalize.emulator.core"`. lua/personalize/emulator.lua checks
 * the options and gives it its public face. */
#include <unistd.h>

#include "emulator/emulator.h"
#include "emulator/lua/parts.h"
#include "lua/type.h"
#include "version.h"

static const char type_name[] = "personalize.emulator";

typedef struct handle {
    pz_emulator *emulator; /* NULL: it has been stopped */
    pid_t owner;           /* a forked copy has none of its threads and must leave it alone */
} handle;

pz_emulator *pz_lua_emulator(lua_State *L, int index)
{
    handle *own = luaL_checkudata(L, index, type_name);
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

static int flag_option(lua_State *L, const char *name)
{
    lua_getfield(L, 1, name);
    int flag = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return flag;
}

static int start(lua_State *L)
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
        .journal_limit = (size_t)number_option(L, "journal_limit"),
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
    luaL_setmetatable(L, type_name);
    own->emulator = pz_emulator_start(&options, &failure);
    if (own->emulator != NULL)
        return 1;
    lua_pushnil(L);
    lua_pushstring(L, failure.message);
    return 2;
}

/* Also __gc and __close; a second time it does nothing. */
static int stop(lua_State *L)
{
    handle *own = luaL_checkudata(L, 1, type_name);
    if (own->emulator != NULL && own->owner == getpid()) {
        pz_emulator *emulator = own->emulator;
        own->emulator = NULL;
        pz_emulator_stop(emulator);
    }
    return 0;
}

static int url(lua_State *L)
{
    const pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    lua_pushstring(L, emulator->base_url);
    return 1;
}

/* ------------------------------------------------------------------ changing it */

static int done(lua_State *L, int ok, const char *otherwise)
{
    lua_pushboolean(L, ok);
    if (ok)
        return 1;
    lua_pushstring(L, otherwise);
    return 2;
}

static int reset(lua_State *L)
{
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    return done(L, pz_emulator_reset(emulator) == PZ_STORE_OK, "the database could not be written");
}

static int seed(lua_State *L)
{
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    return done(L, pz_emulator_seed(emulator) == PZ_STORE_OK, "the database could not be written");
}

static int put(lua_State *L)
{
    size_t length;
    luaL_checkudata(L, 1, type_name);
    const char *path = luaL_checkstring(L, 2), *items = luaL_checklstring(L, 3, &length);
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    const char *problem = pz_emulator_put(emulator, path, items, length);
    return done(L, problem == NULL, problem);
}

static int fail(lua_State *L)
{
    pz_fault_order order;
    luaL_checkudata(L, 1, type_name);
    pz_lua_fault_order(L, 2, &order);
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    const char *problem = pz_fault_check(&order);
    if (problem != NULL)
        return done(L, 0, problem);
    return done(L, pz_faults_add(emulator->faults, &order), "there are 1000 faults already");
}

static int heal(lua_State *L)
{
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    pz_faults_clear(emulator->faults);
    return done(L, 1, NULL);
}

static int advance(lua_State *L)
{
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    lua_Number seconds = luaL_checknumber(L, 2);
    luaL_argcheck(L, seconds >= 0 && seconds <= PZ_CLOCK_MAX_SECONDS, 2, "out of range");
    return done(L, pz_clock_advance(&emulator->clock, (double)seconds),
                "the clock cannot be moved that far; reset it first");
}

/* ------------------------------------------------------------------ the module */

static const luaL_Reg methods[] = {
    {"url", url},
    {"requests", pz_lua_requests},
    {"counts", pz_lua_counts},
    {"stored_secret", pz_lua_stored_secret},
    {"reset", reset},
    {"seed", seed},
    {"put", put},
    {"fail", fail},
    {"heal", heal},
    {"advance", advance},
    {"stop", stop},
    {"__gc", stop},
    {"__close", stop},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"start", start},
    {"signals", pz_lua_signals},
    {"behaviours", pz_lua_behaviours},
    {NULL, NULL},
};

PZ_EXPORT int luaopen_personalize_emulator_core(lua_State *L);

int luaopen_personalize_emulator_core(lua_State *L)
{
    pz_lua_register_type(L, type_name, methods);
    pz_lua_open_looking(L);
    pz_lua_open_signals(L);
    luaL_newlib(L, functions);
    lua_pushliteral(L, PZ_VERSION);
    lua_setfield(L, -2, "version");
    lua_pushinteger(L, LUA_VERSION_NUM); /* which of the two builds this is */
    lua_setfield(L, -2, "lua_version");
    return 1;
}
