/* core.template: read(text) finds the parts of a template; replace(text, inputs, others) replaces
 * them. */
#include "template/scan.h"

#include "buffer.h"
#include "lua/compat.h"
#include "lua/parts.h"
#include "lua/type.h"
#include "url/url.h"

static const char text_name[] = "personalize.replaced_text";

/* A userdata owns the new text while Lua is called. */
static int text_gc(lua_State *L)
{
    pz_buffer_free(pz_lua_check_self(L, text_name));
    return 0;
}

/* read(text): returns an array of the names of inputs, in order, or nil if there are none; true if
 * the text is FreeMarker; and the first malformed placeholder with its name, if there is one. */
static int read_template(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length);
    pz_template_scan scan;
    pz_template_part part, mistake = {.start = NULL};
    bool is_freemarker = false;
    int count = 0;
    lua_settop(L, 1);
    pz_template_scan_init(&scan, text, length);
    while (pz_template_next(&scan, &part)) {
        if (part.kind == PZ_TEMPLATE_INPUT) {
            if (count++ == 0)
                lua_newtable(L);
            lua_pushlstring(L, part.name, part.name_length);
            lua_rawseti(L, 2, count);
        } else if (pz_template_is_freemarker_part(part.kind)) {
            is_freemarker = true;
        } else if (mistake.start == NULL) {
            mistake = part;
        }
    }
    lua_settop(L, 2);
    lua_pushboolean(L, is_freemarker);
    if (mistake.start == NULL)
        return 2;
    lua_pushlstring(L, mistake.start, mistake.length);
    lua_pushlstring(L, mistake.name, mistake.name_length);
    return 4;
}

/* Pushes the replacement of a part: for an input from `inputs`, else `others`. Nil: the part stays.
 */
static void push_replacement(lua_State *L, const pz_template_part *part)
{
    int which = part->kind == PZ_TEMPLATE_INPUT ? 2 : 3;
    lua_pushvalue(L, which);
    if (!lua_istable(L, -1))
        return;
    lua_pushlstring(L, part->name, part->name_length);
    lua_rawget(L, -2);
    lua_remove(L, -2);
    if (lua_type(L, -1) != LUA_TSTRING) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

/* Appends a part as a URL can hold it. */
static void append_for_url(const pz_template_part *part, pz_buffer *out)
{
    char escaped[3];
    for (const char *at = part->start; at < part->start + part->length; at++) {
        if (pz_template_fits_url(*at))
            pz_buffer_append_byte(out, *at);
        else
            pz_buffer_append(out, escaped, pz_url_escape(at, 1, escaped));
    }
}

/* replace(text, inputs, others): `inputs` is a table from keys to texts, or a text for all inputs;
 * `others` is a text for all other parts, or true for a URL: it percent-encodes in FreeMarker what
 * no URL can hold. Parts without a text stay. */
static int replace(lua_State *L)
{
    size_t length;
    const char *text = luaL_checklstring(L, 1, &length), *rest = text;
    pz_template_scan scan;
    pz_template_part part;
    lua_settop(L, 3);
    bool is_for_url = lua_isboolean(L, 3) && lua_toboolean(L, 3);
    pz_buffer *out = lua_newuserdatauv(L, sizeof *out, 0);
    pz_buffer_init(out, (size_t)-1 / 2);
    pz_lua_set_type(L, text_name);
    pz_template_scan_init(&scan, text, length);
    while (pz_template_next(&scan, &part)) {
        size_t new_length;
        push_replacement(L, &part);
        const char *new_text = lua_tolstring(L, -1, &new_length);
        pz_buffer_append(out, rest, (size_t)(part.start - rest));
        if (new_text != NULL)
            pz_buffer_append(out, new_text, new_length);
        else if (is_for_url && pz_template_is_freemarker_part(part.kind))
            append_for_url(&part, out);
        else
            pz_buffer_append(out, part.start, part.length);
        rest = part.start + part.length;
        lua_pop(L, 1);
    }
    if (rest == text) {
        lua_pushvalue(L, 1);
        return 1;
    }
    pz_buffer_append(out, rest, (size_t)(text + length - rest));
    if (out->failure != PZ_BUFFER_OK)
        return luaL_error(L, "not enough memory");
    lua_pushlstring(L, out->bytes == NULL ? "" : out->bytes, out->length);
    pz_buffer_free(out);
    return 1;
}

static const luaL_Reg text_functions[] = {{"__gc", text_gc}, {NULL, NULL}};
static const luaL_Reg functions[] = {{"read", read_template}, {"replace", replace}, {NULL, NULL}};

int pz_lua_open_template(lua_State *L)
{
    pz_lua_register_type(L, text_name, text_functions);
    luaL_newlib(L, functions);
    return 1;
}
