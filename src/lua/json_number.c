/** A number that a Lua number could not hold exactly: a userdata that keeps the text.
 *
 * `personalize.number(text)` makes one, and so does decoding. `tostring` and `..` give its digits;
 * `==`, `<` and `<=` between two of them compare by decimal value, in Lua 5.4 `<` and `<=` with Lua
 * numbers too.
 * @classmod personalize.number
 * @usage
 * local number = personalize.number "18446744073709551616"
 * print(number == personalize.number "18446744073709551616.0", number .. "!")
 * --> true	18446744073709551616!
 * print(number > personalize.number(1))  --> true
 */
#include "lua/json_number.h"

#include "lua/json_memory.h"

#include <math.h>
#include <string.h>

#include "json/decimal.h"
#include "json/number.h"
#include "json/write.h"

static const char number_metatable[] = "personalize.number";

typedef struct number {
    size_t length;
    char text[];
} number;

void pz_lua_json_push_number(lua_State *L, const char *text, size_t length, int metatable)
{
    metatable = lua_absindex(L, metatable);
    number *made = lua_newuserdatauv(L, sizeof *made + length, 0);
    made->length = length;
    memcpy(made->text, text, length);
    lua_pushvalue(L, metatable);
    lua_setmetatable(L, -2);
}

const char *pz_lua_json_number_text(lua_State *L, int index, size_t *length)
{
    const number *it = lua_touserdata(L, index);
    *length = it->length;
    return it->text;
}

/* Returns the number userdata at `index`, or NULL. */
static const number *test_number(lua_State *L, int index)
{
    return luaL_testudata(L, index, number_metatable);
}

/* Writes the Lua number at `index` as JSON; false for infinities and NaN. */
static bool write_lua_number(lua_State *L, int index, pz_buffer *out)
{
#if LUA_VERSION_NUM >= 503
    if (lua_isinteger(L, index)) {
        pz_json_write_integer(out, lua_tointeger(L, index));
        return true;
    }
#endif
    lua_Number value = lua_tonumber(L, index);
    if (!isfinite(value))
        return false;
    pz_json_write_double(out, value, false);
    return true;
}

static bool is_json_number(const char *text, size_t length)
{
    pz_json_number parts;
    pz_json_fault fault;
    if (length == 0 || !(*text == '-' || (*text >= '0' && *text <= '9')))
        return false;
    return pz_json_scan_number(text, text + length, &parts, &fault) == text + length;
}

/* number(text or number) */
int pz_lua_json_number(lua_State *L)
{
    size_t length;
    const char *text;
    lua_settop(L, 1);
    if (test_number(L, 1) != NULL)
        return 1;
    if (lua_type(L, 1) == LUA_TNUMBER) {
        pz_buffer *out = &pz_lua_json_new_memory(L)->buffers[0];
        luaL_argcheck(L, write_lua_number(L, 1, out), 1, "JSON has no infinities and no NaN");
        if (out->failure != PZ_BUFFER_OK)
            return luaL_error(L, "not enough memory");
        text = out->bytes;
        length = out->length;
    } else {
        luaL_argcheck(L, lua_type(L, 1) == LUA_TSTRING, 1, "a number or its text expected");
        text = lua_tolstring(L, 1, &length);
        luaL_argcheck(L, is_json_number(text, length), 1, "not a number as JSON writes it");
    }
    pz_lua_json_push_number_metatable(L);
    pz_lua_json_push_number(L, text, length, -1);
    return 1;
}

int pz_lua_json_is_number(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_pushboolean(L, test_number(L, 1) != NULL);
    return 1;
}

/* ------------------------------------------------------------------ metamethods */

static int number_tostring(lua_State *L)
{
    const number *it = luaL_checkudata(L, 1, number_metatable);
    lua_pushlstring(L, it->text, it->length);
    return 1;
}

/* Returns the number userdata at `index`; replaces a Lua number by one first. */
static const number *operand(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TNUMBER) {
        lua_pushcfunction(L, pz_lua_json_number);
        lua_pushvalue(L, index);
        lua_call(L, 1, 1);
        lua_replace(L, index);
    }
    return luaL_checkudata(L, index, number_metatable);
}

static int compare(lua_State *L)
{
    const number *a = operand(L, 1), *b = operand(L, 2);
    return pz_json_decimal_compare(a->text, a->length, b->text, b->length);
}

static int number_eq(lua_State *L)
{
    const number *a = test_number(L, 1), *b = test_number(L, 2);
    lua_pushboolean(L, a != NULL && b != NULL &&
                           pz_json_decimal_compare(a->text, a->length, b->text, b->length) == 0);
    return 1;
}

static int number_lt(lua_State *L)
{
    lua_pushboolean(L, compare(L) < 0);
    return 1;
}

static int number_le(lua_State *L)
{
    lua_pushboolean(L, compare(L) <= 0);
    return 1;
}

static int number_concat(lua_State *L)
{
    lua_settop(L, 2);
    for (int i = 1; i <= 2; i++) {
        const number *it = test_number(L, i);
        if (it != NULL) {
            lua_pushlstring(L, it->text, it->length);
            lua_replace(L, i);
        } else if (!lua_isstring(L, i)) {
            return luaL_error(L, "attempt to concatenate a %s value", luaL_typename(L, i));
        }
    }
    lua_concat(L, 2);
    return 1;
}

static const luaL_Reg metamethods[] = {
    {"__tostring", number_tostring}, {"__eq", number_eq}, {"__lt", number_lt}, {"__le", number_le},
    {"__concat", number_concat},
};

void pz_lua_json_push_number_metatable(lua_State *L)
{
    if (!luaL_newmetatable(L, number_metatable))
        return;
    for (size_t i = 0; i < sizeof metamethods / sizeof *metamethods; i++) {
        lua_pushcfunction(L, metamethods[i].func);
        lua_setfield(L, -2, metamethods[i].name);
    }
    lua_pushstring(L, number_metatable);
    lua_setfield(L, -2, "__name");
    lua_pushstring(L, number_metatable);
    lua_setfield(L, -2, "__metatable");
}
