/* core.masking: known(texts) makes an object that masks these secrets in texts; likely(text) masks
 * texts that look like credentials; is_credential(name) judges a name. */
#include <string.h>

#include "lua/compat.h"
#include "lua/parts.h"
#include "lua/type.h"
#include "masking/known.h"
#include "masking/likely.h"
#include "masking/names.h"

static const char known_name[] = "personalize.known";
static const char text_name[] = "personalize.masked_text";

static int known_gc(lua_State *L)
{
    pz_known_free(pz_lua_check_self(L, known_name));
    return 0;
}

/* A userdata owns the masked text while it becomes a Lua string, which may raise. */
static int text_gc(lua_State *L)
{
    pz_buffer_free(pz_lua_check_self(L, text_name));
    return 0;
}

/* known(texts): takes an array of secrets; ignores items that are not strings. */
static int new_known(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    pz_known *known = lua_newuserdatauv(L, sizeof *known, 0);
    pz_known_init(known);
    pz_lua_set_type(L, known_name);
    size_t count = lua_rawlen(L, 1);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, 1, (int)i);
        if (lua_type(L, -1) == LUA_TSTRING) {
            size_t length;
            const char *text = lua_tolstring(L, -1, &length);
            if (!pz_known_add(known, text, length))
                return luaL_error(L, "not enough memory");
        }
        lua_pop(L, 1);
    }
    return 1;
}

static pz_buffer *new_buffer(lua_State *L)
{
    pz_buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    pz_buffer_init(buffer, (size_t)-1 / 2);
    pz_lua_set_type(L, text_name);
    return buffer;
}

/* known:hide(text[, most[, is_cut]]): returns the text with "***" in place of each secret, cut
 * after about `most` bytes; and true if this is all of it. `is_cut`: the text lacks its end. */
static int hide(lua_State *L)
{
    const pz_known *known = pz_lua_check_self(L, known_name);
    size_t length;
    const char *text = luaL_checklstring(L, 2, &length);
    lua_Number most = luaL_optnumber(L, 3, (lua_Number)PTRDIFF_MAX);
    luaL_argcheck(L, most >= 0, 3, "not negative");
    if (known->count == 0 && (lua_Number)length <= most) {
        lua_pushvalue(L, 2);
        lua_pushboolean(L, 1);
        return 2;
    }
    lua_settop(L, 4);
    pz_buffer *out = new_buffer(L);
    bool is_all = (lua_toboolean(L, 4) ? pz_known_hide_cut : pz_known_hide)(
        known, text, length, pz_lua_to_size(most), out);
    if (out->failure != PZ_BUFFER_OK)
        return luaL_error(L, "not enough memory");
    lua_pushlstring(L, out->bytes == NULL ? "" : out->bytes, out->length);
    lua_pushboolean(L, is_all);
    pz_buffer_free(out);
    return 2;
}

/* A found value, stored as a place in the text, so that no Lua function is called during the scan.
 */
typedef struct place {
    const char *value;
    size_t length;
} place;

static void note_place(void *context, const char *value, size_t length)
{
    const place found = {value, length};
    pz_buffer_append(context, &found, sizeof found);
}

static void push_values(lua_State *L, const pz_buffer *found)
{
    const place *places = (const void *)found->bytes;
    size_t count = found->length / sizeof *places;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushlstring(L, places[i].value, places[i].length);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

/* likely(text): returns the text with "***" in place of likely credentials, and an array of these;
 * nil if there are none. */
static int hide_likely(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    lua_settop(L, 1);
    pz_buffer *out = new_buffer(L), *found = new_buffer(L);
    pz_likely_hide(text, length, out, note_place, found);
    if (out->failure != PZ_BUFFER_OK || found->failure != PZ_BUFFER_OK)
        return luaL_error(L, "not enough memory");
    if (found->length == 0) {
        lua_settop(L, 1);
        return 1;
    }
    lua_pushlstring(L, out->bytes, out->length);
    push_values(L, found);
    pz_buffer_free(out);
    pz_buffer_free(found);
    return 2;
}

static int is_credential(lua_State *L)
{
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    lua_pushboolean(L, pz_name_kind_of(name, length) != PZ_NAME_PLAIN);
    return 1;
}

static const luaL_Reg known_functions[] = {{"hide", hide}, {"__gc", known_gc}, {NULL, NULL}};
static const luaL_Reg text_functions[] = {{"__gc", text_gc}, {NULL, NULL}};

static const luaL_Reg functions[] = {
    {"known", new_known},
    {"likely", hide_likely},
    {"is_credential", is_credential},
    {NULL, NULL},
};

int pz_lua_open_masking(lua_State *L)
{
    pz_lua_register_type(L, known_name, known_functions);
    pz_lua_register_type(L, text_name, text_functions);
    luaL_newlib(L, functions);
    return 1;
}
