/* The emulator for Lua: `require "personalize.emulator.core"`. lua/personalize/emulator.lua checks
 * the options and gives it its public face. */
#include "emulator/behaviours.h"
#include "emulator/lua/parts.h"
#include "lua/type.h"
#include "version.h"

/* ------------------------------------------------------------------ methods */

static int done(lua_State *L, bool ok, const char *otherwise)
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
    luaL_checkudata(L, 1, pz_lua_emulator_type);
    const char *path = luaL_checkstring(L, 2), *items = luaL_checklstring(L, 3, &length);
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    const char *problem = pz_emulator_put(emulator, path, items, length);
    return done(L, problem == NULL, problem);
}

static void read_member(lua_State *L, const pz_fault_member *member, pz_fault_order *order)
{
    void *at = (char *)order + member->offset;
    size_t length;
    switch (member->kind) {
    case PZ_FAULT_TEXT:
        *(const char **)at = luaL_checklstring(L, -1, &length);
        if (at == (void *)&order->body)
            order->body_length = length;
        break;
    case PZ_FAULT_FLAG:
        luaL_checktype(L, -1, LUA_TBOOLEAN);
        *(double *)at = lua_toboolean(L, -1);
        break;
    case PZ_FAULT_NUMBER:
        *(double *)at = (double)luaL_checknumber(L, -1);
        break;
    }
}

/* Reads the table at `index`, whose texts it keeps. Raises where a type is wrong. */
static void read_order(lua_State *L, int index, pz_fault_order *order)
{
    luaL_checktype(L, index, LUA_TTABLE);
    *order = pz_fault_nothing;
    for (size_t i = 0; i < PZ_FAULT_MEMBERS; i++) {
        lua_getfield(L, index, pz_fault_members[i].name);
        if (!lua_isnil(L, -1))
            read_member(L, &pz_fault_members[i], order);
        lua_pop(L, 1); /* the table keeps it */
    }
}

static int fail(lua_State *L)
{
    pz_fault_order order;
    luaL_checkudata(L, 1, pz_lua_emulator_type);
    read_order(L, 2, &order);
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    const char *problem = pz_fault_check(&order);
    if (problem != NULL)
        return done(L, false, problem);
    enum pz_faults_result result = pz_faults_add(emulator->faults, &order);
    if (result == PZ_FAULTS_NO_MEMORY)
        return luaL_error(L, "not enough memory");
    return done(L, result == PZ_FAULTS_OK, "there are 1000 faults already");
}

static int heal(lua_State *L)
{
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    pz_faults_clear(emulator->faults);
    return done(L, true, NULL);
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

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

/* core.behaviours(): the table that the answers' labels come from. */
static int behaviours(lua_State *L)
{
    lua_createtable(L, PZ_BEHAVIOURS, 0);
    for (int i = 0; i < PZ_BEHAVIOURS; i++) {
        const pz_behaviour *behaviour = &pz_behaviours[i];
        lua_createtable(L, 0, 5);
        set_text(L, "name", behaviour->name);
        set_text(L, "evidence", pz_evidence_name(behaviour->evidence));
        set_text(L, "when", behaviour->when);
        set_text(L, "what", behaviour->what);
        lua_pushinteger(L, (lua_Integer)behaviour->status);
        lua_setfield(L, -2, "status");
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

static const luaL_Reg methods[] = {
    {"url", pz_lua_url},
    {"requests", pz_lua_requests},
    {"counts", pz_lua_counts},
    {"stored_secret", pz_lua_stored_secret},
    {"reset", reset},
    {"seed", seed},
    {"put", put},
    {"fail", fail},
    {"heal", heal},
    {"advance", advance},
    {"stop", pz_lua_stop},
    {"__gc", pz_lua_stop},
    {"__close", pz_lua_stop},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"start", pz_lua_start},
    {"signals", pz_lua_signals},
    {"behaviours", behaviours},
    {NULL, NULL},
};

PZ_EXPORT int luaopen_personalize_emulator_core(lua_State *L);

int luaopen_personalize_emulator_core(lua_State *L)
{
    pz_lua_register_type(L, pz_lua_emulator_type, methods);
    pz_lua_open_looking(L);
    pz_lua_open_signals(L);
    luaL_newlib(L, functions);
    lua_pushliteral(L, PZ_VERSION);
    lua_setfield(L, -2, "version");
    lua_pushinteger(L, LUA_VERSION_NUM); /* which of the two builds this is */
    lua_setfield(L, -2, "lua_version");
    return 1;
}
