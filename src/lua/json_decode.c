/* Text to Lua values in one pass: the scanners find the tokens, this pushes them. No recursion:
 * open containers lie on the Lua stack, what has to be known of them in frames beside it.
 *
 * Strings, tables and everything else that Lua allocates can raise; so whatever memory is needed
 * here is Lua's own. */
#include "lua/json_decode.h"
#include "json/error.h"
#include "json/number.h"

/* Tables are made as large as the last ones in the same place were, but a hint must not become a
 * way to take memory that the text does not pay for. */
#define MOST_HINTED_MEMBERS 32
#define MOST_HINTED_ITEMS 8

/* ------------------------------------------------------------------ scalars */

const char *pz_decode_unescaped(pz_decoder *d, const char *bytes, size_t *length)
{
    if (*length > d->scratch_size) {
        d->scratch = lua_newuserdatauv(d->L, *length, 0);
        d->scratch_size = *length;
        lua_replace(d->L, PZ_DECODE_SCRATCH);
    }
    *length = pz_json_unescape(bytes, *length, d->scratch);
    return d->scratch;
}

static int push_string(pz_decoder *d)
{
    size_t length;
    const char *string = pz_decode_string(d, &length);
    if (string == NULL)
        return 0;
    lua_pushlstring(d->L, string, length);
    return 1;
}

/* As a Lua number if that gives the token's value back, else as a number userdata. Minus zero is
 * no integer. */
static int push_number(pz_decoder *d)
{
    pz_json_number number;
    double value;
    const char *start = d->at;
    const char *end = pz_json_scan_number(start, d->end, &number, &d->fault);
    if (end == NULL)
        return 0;
    d->at = end;
#if LUA_VERSION_NUM >= 503
    int64_t integer;
    if (number.plain && !(number.negative && number.digits == 0) &&
        pz_json_number_integer(&number, &integer)) {
        lua_pushinteger(d->L, (lua_Integer)integer);
        return 1;
    }
#endif
    if (pz_json_number_double(&number, &value))
        lua_pushnumber(d->L, value);
    else
        pz_lua_json_push_number(d->L, start, (size_t)(end - start), PZ_DECODE_NUMBER_METATABLE);
    return 1;
}

static int push_word(pz_decoder *d, const char *word, size_t length)
{
    const char *end = pz_json_scan_word(d->at, d->end, word, length, &d->fault);
    if (end == NULL)
        return 0;
    d->at = end;
    if (*word == 'n')
        lua_pushlightuserdata(d->L, NULL);
    else
        lua_pushboolean(d->L, *word == 't');
    return 1;
}

/* ------------------------------------------------------------------ containers */

static void grow_frames(pz_decoder *d)
{
    size_t capacity = d->capacity * 4;
    pz_decode_frame *frames = lua_newuserdatauv(d->L, capacity * sizeof *frames, 0);
    memcpy(frames, d->frames, d->depth * sizeof *frames);
    lua_replace(d->L, PZ_DECODE_FRAMES);
    d->frames = frames;
    d->capacity = capacity;
}

/* `at` is at the bracket. An empty container is complete at once, without a frame. */
static int open_container(pz_decoder *d, int is_array)
{
    lua_State *L = d->L;
    if (d->depth == d->max_depth) {
        d->too_deep = 1;
        return pz_decode_refuse(d, "nested too deeply");
    }
    d->at++;
    luaL_checkstack(L, 8, "nested too deeply");
    if (pz_decode_next(d) == (is_array ? ']' : '}')) {
        d->at++;
        lua_createtable(L, 0, 0);
        lua_pushvalue(L, is_array ? PZ_DECODE_ARRAY_MARK : PZ_DECODE_OBJECT_MARK);
        lua_setmetatable(L, -2);
        d->marks->hints[d->place] = 0;
        return 1;
    }
    if (d->depth == d->capacity)
        grow_frames(d);
    int hint = d->marks->hints[d->place];
    if (is_array) {
        lua_createtable(L, hint < MOST_HINTED_ITEMS ? hint : MOST_HINTED_ITEMS, 0);
        lua_pushvalue(L, PZ_DECODE_ARRAY_MARK);
        lua_setmetatable(L, -2);
    } else {
        lua_createtable(L, 0, hint);
    }
    d->frames[d->depth++] =
        (pz_decode_frame){.is_array = is_array, .table = lua_gettop(L), .place = d->place};
    return 1;
}

static void close_container(pz_decoder *d)
{
    const pz_decode_frame *closed = &d->frames[--d->depth];
    d->at++;
    d->place = closed->place;
    d->marks->hints[d->place] =
        closed->count < MOST_HINTED_MEMBERS ? (unsigned char)closed->count : MOST_HINTED_MEMBERS;
}

/* Puts the value on top of the stack into its container. */
static inline void store(pz_decoder *d, pz_decode_frame *container)
{
    container->count++;
    if (container->is_array)
        lua_rawseti(d->L, container->table, (int)container->count);
    else
        lua_rawset(d->L, container->table);
}

/* ------------------------------------------------------------------ the whole */

/* Pushes a scalar or a new container; false: refused. */
static int read_value(pz_decoder *d)
{
    switch (pz_decode_next(d)) {
    case '"':
        return push_string(d);
    case '{':
        return open_container(d, 0);
    case '[':
        return open_container(d, 1);
    case 't':
        return push_word(d, "true", 4);
    case 'f':
        return push_word(d, "false", 5);
    case 'n':
        return push_word(d, "null", 4);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return push_number(d);
    default:
        return pz_decode_refuse(d, "a value is missing");
    }
}

/* A container was opened that is not empty: goes on to where its first value starts. */
static int enter(pz_decoder *d)
{
    pz_decode_frame *container = &d->frames[d->depth - 1];
    d->place = (container->place + 1) % PZ_LUA_JSON_HINTS; /* a member's name changes it again */
    return container->is_array || pz_decode_name(d, container);
}

/* A value is complete: stores it, closes what ends behind it, and goes on to where the next value
 * starts. False: refused, or nothing is open any more. */
static int go_on(pz_decoder *d)
{
    while (d->depth > 0) {
        pz_decode_frame *container = &d->frames[d->depth - 1];
        store(d, container);
        char byte = pz_decode_next(d);
        if (byte == ',') {
            d->at++;
            return enter(d);
        }
        if (byte != (container->is_array ? ']' : '}'))
            return pz_decode_refuse(d, container->is_array ? "a comma or ] is missing"
                                                           : "a comma or } is missing");
        close_container(d);
    }
    return 0;
}

/* False: refused. Else the value is on top of the stack. */
static int decode(pz_decoder *d)
{
    size_t depth;
    do {
        depth = d->depth;
        if (!read_value(d))
            return 0;
    } while (d->depth > depth ? enter(d) : go_on(d));
    if (d->fault.message != NULL)
        return 0;
    pz_decode_next(d);
    return d->at == d->end || pz_decode_refuse(d, "something follows the value");
}

static int push_refusal(pz_decoder *d, const char *text)
{
    pz_json_error error;
    pz_json_error_set(&error, d->fault.message, text, d->fault.at);
    lua_pushnil(d->L);
    lua_pushstring(d->L, error.message);
    lua_pushinteger(d->L, (lua_Integer)error.offset);
    lua_pushinteger(d->L, (lua_Integer)error.line);
    lua_pushinteger(d->L, (lua_Integer)error.column);
    lua_pushboolean(d->L, d->too_deep);
    return 6;
}

int pz_lua_json_decode_text(lua_State *L, const char *text, size_t length)
{
    pz_decoder d;
    d.L = L;
    d.at = text;
    d.end = text + length;
    d.fault.message = NULL;
    d.too_deep = 0;
    d.depth = 0;
    d.max_depth = pz_lua_json_check_depth(L, PZ_DECODE_MAX_DEPTH);
    d.frames = d.first_frames;
    d.capacity = PZ_DECODE_FIRST_FRAMES;
    d.scratch = d.first_scratch;
    d.scratch_size = PZ_DECODE_FIRST_SCRATCH;
    d.place = 0;
    luaL_checkstack(L, PZ_DECODE_FIXED_SLOTS, "no room for decoding");
    lua_settop(L, PZ_DECODE_MAX_DEPTH);
    pz_lua_json_push_array_mark(L);
    pz_lua_json_push_object_mark(L);
    pz_lua_json_push_number_metatable(L);
    lua_settop(L, PZ_DECODE_MARKS - 1);
    d.marks = pz_lua_json_push_marks(L);
    pz_lua_json_push_names(L);
    if (!decode(&d))
        return push_refusal(&d, text);
    lua_pushvalue(L, PZ_DECODE_DUPLICATES);
    return 2;
}

/* decode(text, max_depth) -> value, duplicates; or nil, message, offset, line, column, too_deep */
int pz_lua_json_decode(lua_State *L)
{
    size_t length;
    luaL_checktype(L, PZ_DECODE_TEXT, LUA_TSTRING); /* a number is no JSON text by accident */
    const char *text = lua_tolstring(L, PZ_DECODE_TEXT, &length);
    return pz_lua_json_decode_text(L, text, length);
}
