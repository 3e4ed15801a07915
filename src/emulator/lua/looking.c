/* Shows Lua a running emulator: its URL, the journal, the counts, a stored secret. */
#include <stdbool.h>
#include <string.h>

#include "emulator/journal_text.h"
#include "emulator/lua/parts.h"
#include "lua/type.h"

static const char scratch_name[] = "personalize.emulator.scratch";

enum { SECRET_MAX_BYTES = 64 << 20 };

/* Memory that is freed even if Lua raises. */
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

/* Call it before pz_lua_emulator(): an allocation may collect garbage, and a finalizer may stop the
 * emulator. */
static scratch *scratch_new(lua_State *L)
{
    scratch *own = lua_newuserdatauv(L, sizeof *own, 0);
    memset(own, 0, sizeof *own);
    pz_buffer_init(&own->buffer, SECRET_MAX_BYTES);
    luaL_setmetatable(L, scratch_name);
    return own;
}

static void push_buffer(lua_State *L, scratch *own)
{
    if (own->buffer.failure != PZ_BUFFER_OK)
        luaL_error(L, "not enough memory");
    lua_pushlstring(L, own->buffer.length == 0 ? "" : own->buffer.bytes, own->buffer.length);
}

/* A text with secrets masked, unless they were asked for. */
static void push_text(lua_State *L, const pz_emulator_options *options, scratch *own,
                      const char *text, size_t length)
{
    own->buffer.length = 0;
    pz_journal_text(options, text, length, &own->buffer);
    push_buffer(L, own);
}

/* A header that came twice: both values, as HTTP joins them. */
static void set_header(lua_State *L, const pz_emulator_options *options, scratch *own,
                       const pz_journal_header *header)
{
    own->buffer.length = 0;
    pz_journal_header_text(options, header, &own->buffer);
    push_buffer(L, own);
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

static void push_request(lua_State *L, const pz_emulator_options *options, scratch *own,
                         const pz_journal_entry *entry)
{
    lua_createtable(L, 0, 6);
    lua_pushstring(L, entry->method);
    lua_setfield(L, -2, "method");
    lua_pushstring(L, entry->path);
    lua_setfield(L, -2, "path");
    push_text(L, options, own, entry->query, strlen(entry->query));
    lua_setfield(L, -2, "query");
    push_text(L, options, own, entry->body, entry->body_length);
    lua_setfield(L, -2, "body");
    lua_pushinteger(L, (lua_Integer)entry->status);
    lua_setfield(L, -2, "status");
    lua_createtable(L, 0, (int)entry->header_count);
    for (size_t i = 0; i < entry->header_count; i++)
        set_header(L, options, own, &entry->headers[i]);
    lua_setfield(L, -2, "headers");
}

int pz_lua_url(lua_State *L)
{
    scratch *own = scratch_new(L);
    const pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    pz_buffer_append_text(&own->buffer, emulator->base_url);
    push_buffer(L, own);
    pz_buffer_free(&own->buffer);
    return 1;
}

int pz_lua_requests(lua_State *L)
{
    scratch *own = scratch_new(L);
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    /* a finalizer may stop the emulator at any of the allocations that follow */
    const pz_emulator_options options = {
        .journal_secrets = emulator->options.journal_secrets,
        .mask_unknown_auth = emulator->options.mask_unknown_auth,
    };
    if (!pz_journal_take(emulator->journal, &own->snapshot))
        return luaL_error(L, "not enough memory");
    lua_createtable(L, (int)own->snapshot.count, 0);
    for (size_t i = 0; i < own->snapshot.count; i++) {
        push_request(L, &options, own, own->snapshot.entries[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    pz_journal_release(&own->snapshot);
    pz_buffer_free(&own->buffer);
    return 1;
}

int pz_lua_counts(lua_State *L)
{
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    pz_count all[PZ_COUNTS];
    if (emulator == NULL)
        return 2;
    pz_emulator_counts(emulator, all);
    lua_createtable(L, 0, PZ_COUNTS);
    for (size_t i = 0; i < PZ_COUNTS; i++) {
        lua_pushinteger(L, (lua_Integer)all[i].count);
        lua_setfield(L, -2, all[i].name);
    }
    return 1;
}

int pz_lua_stored_secret(lua_State *L)
{
    const char *ref = luaL_checkstring(L, 2);
    const char *name = luaL_optstring(L, 3, "clientSecret");
    scratch *own = scratch_new(L);
    pz_emulator *emulator = pz_lua_emulator(L, 1);
    if (emulator == NULL)
        return 2;
    bool is_there = pz_emulator_secret(emulator, ref, name, &own->buffer);
    push_buffer(L, own);
    if (!is_there)
        lua_pushnil(L);
    pz_buffer_free(&own->buffer);
    return 1;
}

void pz_lua_open_looking(lua_State *L)
{
    static const luaL_Reg functions[] = {{"__gc", scratch_gc}, {NULL, NULL}};
    pz_lua_register_type(L, scratch_name, functions);
}
