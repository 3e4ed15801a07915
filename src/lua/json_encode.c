/* Lua values to text. No recursion: open tables lie on the Lua stack, what has to be known of them
 * in frames. Access is raw throughout. */
#include "lua/json_encode.h"

#include <math.h>

#include "json/write.h"

bool pz_encode_reserve(pz_encoder *e, pz_buffer *array, size_t count, size_t extra, size_t size)
{
    array->length = count * size;
    return pz_buffer_reserve(array, extra * size) || pz_encode_refuse(e, "not enough memory");
}

/* ------------------------------------------------------------------ scalars */

static bool write_number(pz_encoder *e, int index)
{
    lua_Number number = lua_tonumber(e->L, index);
#if LUA_VERSION_NUM >= 503
    const int keep_point = 1;
    if (lua_isinteger(e->L, index)) {
        pz_json_write_integer(e->out, lua_tointeger(e->L, index));
        return true;
    }
#else
    const int keep_point = 0;
    const lua_Number exact = 9007199254740992.0; /* 2^53 */
    if (number >= -exact && number <= exact && number == (lua_Number)(int64_t)number &&
        (number != 0 || !signbit(number))) {
        pz_json_write_integer(e->out, (int64_t)number);
        return true;
    }
#endif
    if (!isfinite(number))
        return pz_encode_refuse(e, isnan(number) ? "JSON has no NaN" : "JSON has no infinity");
    pz_json_write_double(e->out, number, keep_point);
    return true;
}

static bool write_string(pz_encoder *e, int index)
{
    size_t length;
    const char *bytes = lua_tolstring(e->L, index, &length);
    return pz_json_write_string(e->out, bytes, length) ||
           pz_encode_refuse(e, "the string is not valid UTF-8");
}

static bool write_userdata(pz_encoder *e, int index)
{
    lua_State *L = e->L;
    size_t length;
    const char *text = NULL;
    if (lua_getmetatable(L, index)) {
        bool is_number = lua_topointer(L, -1) == e->marks->number;
        lua_pop(L, 1);
        if (is_number)
            text = pz_lua_json_number_text(L, index, &length);
    }
    if (text == NULL)
        return pz_encode_refuse_type(e, "userdata");
    pz_buffer_append(e->out, text, length);
    return true;
}

static bool write_light_userdata(pz_encoder *e, int index)
{
    const void *address = lua_touserdata(e->L, index);
    if (address == NULL)
        pz_buffer_append(e->out, "null", 4);
    else if (e->marks->has_empty_array && address == e->marks->empty_array)
        pz_buffer_append(e->out, "[]", 2);
    else
        return pz_encode_refuse_type(e, "light userdata");
    return true;
}

static bool write_scalar(pz_encoder *e, int type, int index)
{
    switch (type) {
    case LUA_TSTRING:
        return write_string(e, index);
    case LUA_TNUMBER:
        return write_number(e, index);
    case LUA_TBOOLEAN:
        pz_buffer_append_text(e->out, lua_toboolean(e->L, index) ? "true" : "false");
        return true;
    case LUA_TLIGHTUSERDATA:
        return write_light_userdata(e, index);
    case LUA_TUSERDATA:
        return write_userdata(e, index);
    default:
        return pz_encode_refuse_type(e, lua_typename(e->L, type));
    }
}

/* Writes the value on top of the stack; pops it unless it is a table that was opened. */
static bool write_value(pz_encoder *e)
{
    int type = lua_type(e->L, -1);
    if (type == LUA_TTABLE)
        return pz_encode_open(e);
    bool written = write_scalar(e, type, -1);
    lua_pop(e->L, 1);
    return written;
}

/* ------------------------------------------------------------------ one step through a table */

static void separate(pz_encoder *e, pz_encode_frame *frame)
{
    if (frame->index++ > 0)
        pz_buffer_append_byte(e->out, ',');
    if (e->pretty)
        pz_json_write_line(e->out, e->depth);
}

static bool write_name(pz_encoder *e, pz_encode_frame *frame, const char *name, size_t length)
{
    frame->name = name;
    frame->name_length = length;
    separate(e, frame);
    if (!pz_json_write_string(e->out, name, length))
        return pz_encode_refuse(e, "the member's name is not valid UTF-8");
    pz_buffer_append(e->out, ": ", e->pretty ? 2 : 1);
    return true;
}

/* A key and its value are on the stack. */
static bool begin_item(pz_encoder *e, pz_encode_frame *frame)
{
    lua_State *L = e->L;
    if (lua_type(L, -2) == LUA_TNUMBER && lua_tonumber(L, -2) == (lua_Number)(frame->index + 1)) {
        separate(e, frame);
        return true;
    }
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TNUMBER)
        return pz_encode_refuse_key(e, frame, -1);
    lua_pop(L, 1);
    if (!pz_encode_settle_list(e, frame))
        return false;
    separate(e, frame);
    lua_rawgeti(L, frame->table, (int)frame->index);
    return true;
}

static bool begin_member(pz_encoder *e, pz_encode_frame *frame)
{
    size_t length;
    if (lua_type(e->L, -2) != LUA_TSTRING)
        return pz_encode_refuse_key(e, frame, -2);
    const char *name = lua_tolstring(e->L, -2, &length);
    return write_name(e, frame, name, length);
}

/* Writes the closing bracket and takes the table from the stack. */
static void close_table(pz_encoder *e, const pz_encode_frame *frame)
{
    bool is_array = frame->kind == PZ_ENCODE_ITEMS || frame->kind == PZ_ENCODE_INDEXED_ITEMS;
    if (frame->kind == PZ_ENCODE_SORTED_MEMBERS)
        pz_encode_forget_sorted(e, frame);
    lua_settop(e->L, frame->table - 1);
    e->depth--;
    if (e->pretty)
        pz_json_write_line(e->out, e->depth);
    pz_buffer_append_byte(e->out, is_array ? ']' : '}');
}

/* Members that wait on the stack are written from there; only tables are pushed. */
static bool write_sorted(pz_encoder *e, pz_encode_frame *frame)
{
    const pz_encode_member *member = pz_encode_sorted(e, frame, frame->index);
    if (!write_name(e, frame, member->name, member->length))
        return false;
    if (frame->pairs != 0) {
        int index = frame->pairs + (int)member->position * 2 + 1;
        int type = lua_type(e->L, index);
        if (type != LUA_TTABLE)
            return write_scalar(e, type, index);
    }
    pz_encode_push_sorted(e, frame, 1);
    return write_value(e);
}

static bool write_next(pz_encoder *e, pz_encode_frame *frame)
{
    bool there = frame->pending || lua_next(e->L, frame->table) != 0;
    frame->pending = false;
    if (!there) {
        close_table(e, frame);
        return true;
    }
    bool begun = frame->kind == PZ_ENCODE_ITEMS ? begin_item(e, frame) : begin_member(e, frame);
    return begun && write_value(e);
}

/* Writes the next item or member of the innermost open table, which opens it if it is a table; or
 * closes the table. */
static bool step(pz_encoder *e)
{
    pz_encode_frame *frame = pz_encode_top(e);
    if (frame->kind == PZ_ENCODE_ITEMS || frame->kind == PZ_ENCODE_MEMBERS)
        return write_next(e, frame);
    if (frame->index == frame->count) {
        close_table(e, frame);
        return true;
    }
    if (frame->kind == PZ_ENCODE_SORTED_MEMBERS)
        return write_sorted(e, frame);
    separate(e, frame);
    lua_rawgeti(e->L, frame->table, (int)frame->index);
    return write_value(e);
}

static bool encode(pz_encoder *e)
{
    lua_pushvalue(e->L, PZ_ENCODE_VALUE);
    bool written = write_value(e);
    while (written && e->depth > 0 && e->out->failure == PZ_BUFFER_OK)
        written = step(e);
    return written;
}

/* ------------------------------------------------------------------ for Lua */

/* encode(value, options) -> text; or nil, message, path */
int pz_lua_json_encode(lua_State *L)
{
    pz_encoder e;
    memset(&e, 0, offsetof(pz_encoder, detail));
    e.L = L;
    luaL_checkany(L, 1);
    pz_encode_prepare(&e);
    bool done = encode(&e);
    if (!done || e.out->failure != PZ_BUFFER_OK)
        return pz_encode_push_failure(&e);
    lua_pushlstring(L, e.out->bytes, e.out->length);
    pz_lua_json_free_memory(lua_touserdata(L, PZ_ENCODE_MEMORY));
    return 1;
}
