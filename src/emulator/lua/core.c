/* The emulator for Lua: `require "personalize.emulator.core"`. lua/personalize/emulator.lua checks
 * the options and gives it its public face. */
#include <unistd.h>

#include "emulator/emulator.h"
#include "lua/compat.h"

static const char type_name[] = "personalize.emulator";
static const char scratch_name[] = "personalize.emulator.scratch";

enum { SECRET_MAX_BYTES = 16 << 20 };

typedef struct handle {
    pz_emulator *emulator; /* NULL: it has been stopped */
    pid_t owner;           /* a forked copy has none of its threads and must leave it alone */
} handle;

/* What has to be freed even if Lua raises on the way. */
typedef struct scratch {
    pz_journal_snapshot snapshot;
    pz_buffer buffer;
} scratch;

static int scratch_gc(lua_State *L)
{
    scratch *own = lua_touserdata(L, 1);
    pz_journal_release(&own->snapshot);
    pz_buffer_free(&own->buffer);
    return 0;
}

static scratch *scratch_new(lua_State *L)
{
    scratch *own = lua_newuserdatauv(L, sizeof *own, 0);
    memset(own, 0, sizeof *own);
    pz_buffer_init(&own->buffer, SECRET_MAX_BYTES);
    luaL_getmetatable(L, scratch_name);
    lua_setmetatable(L, -2);
    return own;
}

/* NULL: stopped; `nil, "stopped"` is pushed. */
static pz_emulator *emulator_at(lua_State *L, int index)
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
    char message[PZ_EMULATOR_MESSAGE_SIZE];
    luaL_checktype(L, 1, LUA_TTABLE);
    pz_emulator_options options = {
        .address = text_option(L, "address"),
        .port = (unsigned)number_option(L, "port"),
        .database = text_option(L, "database"),
        .seed = flag_option(L, "seed"),
        .strict = flag_option(L, "strict"),
        .page_limit = (unsigned)number_option(L, "page_limit"),
        .honour_offset = flag_option(L, "honour_offset"),
        .keep_missing_secret = flag_option(L, "keep_missing_secret"),
        .token_ttl = (double)number_option(L, "token_ttl"),
        .journal_limit = (size_t)number_option(L, "journal_limit"),
        .client_id = text_option(L, "client_id"),
        .client_secret = text_option(L, "client_secret"),
        .client_key = text_option(L, "client_key"),
        .api_token = text_option(L, "api_token"),
    };
    handle *own = lua_newuserdatauv(L, sizeof *own, 0);
    own->emulator = NULL;
    own->owner = getpid();
    luaL_getmetatable(L, type_name);
    lua_setmetatable(L, -2);
    own->emulator = pz_emulator_start(&options, message, sizeof message);
    if (own->emulator != NULL)
        return 1;
    lua_pushnil(L);
    lua_pushstring(L, message);
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

/* ------------------------------------------------------------------ looking into it */

static int url(lua_State *L)
{
    const pz_emulator *emulator = emulator_at(L, 1);
    if (emulator == NULL)
        return 2;
    lua_pushstring(L, emulator->base_url);
    return 1;
}

/* A header that came twice: both values, as HTTP joins them. */
static void set_header(lua_State *L, const pz_journal_header *header)
{
    lua_pushstring(L, header->value);
    lua_getfield(L, -2, header->name);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
    } else {
        lua_pushliteral(L, ", ");
        lua_pushvalue(L, -3);
        lua_concat(L, 3);
        lua_remove(L, -2);
    }
    lua_setfield(L, -2, header->name);
}

static void push_request(lua_State *L, const pz_journal_entry *entry)
{
    lua_createtable(L, 0, 6);
    lua_pushstring(L, entry->method);
    lua_setfield(L, -2, "method");
    lua_pushstring(L, entry->path);
    lua_setfield(L, -2, "path");
    lua_pushstring(L, entry->query);
    lua_setfield(L, -2, "query");
    lua_pushlstring(L, entry->body, entry->body_length);
    lua_setfield(L, -2, "body");
    lua_pushinteger(L, (lua_Integer)entry->status);
    lua_setfield(L, -2, "status");
    lua_createtable(L, 0, (int)entry->header_count);
    for (size_t i = 0; i < entry->header_count; i++)
        set_header(L, &entry->headers[i]);
    lua_setfield(L, -2, "headers");
}

static int requests(lua_State *L)
{
    pz_emulator *emulator = emulator_at(L, 1);
    if (emulator == NULL)
        return 2;
    scratch *own = scratch_new(L);
    if (!pz_journal_take(emulator->journal, &own->snapshot))
        return luaL_error(L, "not enough memory");
    lua_createtable(L, (int)own->snapshot.count, 0);
    for (size_t i = 0; i < own->snapshot.count; i++) {
        push_request(L, own->snapshot.entries[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    pz_journal_release(&own->snapshot);
    return 1;
}

static int counts(lua_State *L)
{
    pz_emulator *emulator = emulator_at(L, 1);
    if (emulator == NULL)
        return 2;
    pz_counts *own = &emulator->counts;
    const struct {
        const char *name;
        unsigned long count;
    } all[] = {
        {"requests", atomic_load(&own->requests)},
        {"tokens", atomic_load(&own->tokens)},
        {"lists", atomic_load(&own->lists)},
        {"retrieves", atomic_load(&own->retrieves)},
        {"creates", atomic_load(&own->creates)},
        {"updates", atomic_load(&own->updates)},
        {"tests", atomic_load(&own->tests)},
        {"errors", atomic_load(&own->errors)},
        {"connections", (unsigned long)pz_store_count(emulator->store)},
    };
    lua_createtable(L, 0, sizeof all / sizeof *all);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        lua_pushinteger(L, (lua_Integer)all[i].count);
        lua_setfield(L, -2, all[i].name);
    }
    return 1;
}

static int stored_secret(lua_State *L)
{
    pz_emulator *emulator = emulator_at(L, 1);
    if (emulator == NULL)
        return 2;
    const char *ref = luaL_checkstring(L, 2);
    const char *name = luaL_optstring(L, 3, "clientSecret");
    scratch *own = scratch_new(L);
    if (pz_emulator_secret(emulator, ref, name, &own->buffer))
        lua_pushlstring(L, own->buffer.length == 0 ? "" : own->buffer.bytes, own->buffer.length);
    else
        lua_pushnil(L);
    pz_buffer_free(&own->buffer);
    return 1;
}

static int reset(lua_State *L)
{
    pz_emulator *emulator = emulator_at(L, 1);
    if (emulator == NULL)
        return 2;
    if (pz_emulator_reset(emulator) == PZ_STORE_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    lua_pushliteral(L, "the database could not be written");
    return 2;
}

/* ------------------------------------------------------------------ the module */

static const luaL_Reg methods[] = {
    {"url", url},     {"requests", requests}, {"counts", counts}, {"stored_secret", stored_secret},
    {"reset", reset}, {"stop", stop},         {NULL, NULL},
};

PZ_EXPORT int luaopen_personalize_emulator_core(lua_State *L);

int luaopen_personalize_emulator_core(lua_State *L)
{
    luaL_newmetatable(L, scratch_name);
    lua_pushcfunction(L, scratch_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);

    luaL_newmetatable(L, type_name);
    lua_pushcfunction(L, stop);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, stop);
    lua_setfield(L, -2, "__close");
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);

    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, start);
    lua_setfield(L, -2, "start");
    return 1;
}
