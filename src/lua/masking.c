/* core.masking: known(texts) makes what hides these secrets in texts. */
#include <string.h>

#include "lua/compat.h"
#include "lua/parts.h"
#include "lua/type.h"
#include "masking/known.h"

static const char known_name[] = "personalize.known";
static const char text_name[] = "personalize.masked_text";

static int known_gc(lua_State *L)
{
    pz_known_free(pz_lua_check_self(L, known_name));
    return 0;
}

/* Owns the masked text while it becomes a Lua string, which may raise. */
static int text_gc(lua_State *L)
{
    pz_buffer_free(pz_lua_check_self(L, text_name));
    return 0;
}

/* known(texts): an array of secrets; what is no string in it is passed over. */
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

/* known:hide(text[, most]): the text with "***" in the place of each secret, of `most` bytes or a
 * few more; and whether that is all of it. */
static int hide(lua_State *L)
{
    const pz_known *known = pz_lua_check_self(L, known_name);
    size_t length;
    const char *text = luaL_checklstring(L, 2, &length);
    lua_Number most = luaL_optnumber(L, 3, 1e15);
    luaL_argcheck(L, most >= 0, 3, "not negative");
    if (known->count == 0 && (lua_Number)length <= most) {
        lua_pushvalue(L, 2);
        lua_pushboolean(L, 1);
        return 2;
    }
    pz_buffer *out = lua_newuserdatauv(L, sizeof *out, 0);
    pz_buffer_init(out, (size_t)-1 / 2);
    pz_lua_set_type(L, text_name);
    bool is_all =
        pz_known_hide(known, text, length, most > 1e15 ? (size_t)1e15 : (size_t)most, out);
    if (out->failure != PZ_BUFFER_OK)
        return luaL_error(L, "not enough memory");
    lua_pushlstring(L, out->bytes == NULL ? "" : out->bytes, out->length);
    lua_pushboolean(L, is_all);
    pz_buffer_free(out);
    return 2;
}

static const luaL_Reg known_functions[] = {{"hide", hide}, {"__gc", known_gc}, {NULL, NULL}};
static const luaL_Reg text_functions[] = {{"__gc", text_gc}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"known", new_known}, {NULL, NULL}};

int pz_lua_open_masking(lua_State *L)
{
    pz_lua_register_type(L, known_name, known_functions);
    pz_lua_register_type(L, text_name, text_functions);
    luaL_newlib(L, functions);
    return 1;
}
