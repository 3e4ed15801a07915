/* Encodes Lua values as text, without recursion: open tables are on the Lua stack, their state is
 * in frames. Reads all tables raw.
 *
 * During an encode Lua allocates only room for the stack and for the members in SPILL, and makes no
 * object. That begins no step of the collector. Where no memory is found, Lua from 5.2 on collects
 * at once and tries again: no finalizer runs then, and nothing moves, but weak tables lose members.
 * lua_next bears that. So no table gets other members, and what is used of a table is on the stack
 * or in SPILL. A step that raises, for lack of stack or of memory, leaves the buffers to their
 * userdata. */
#include "lua/json_encode.h"

#include "lua/json_marks.h"
#include "lua/json_memory.h"
#include "lua/json_number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/json_order.h"
#include "json/path.h"
#include "json/write.h"

#define DEFAULT_BOUND (64 * 1024 * 1024)

/* Fixed places on the stack; the open tables follow. Above an open table are its tree (which of its
 * empty members are arrays; or nil), and then lua_next's key, or the names and values to sort. */
enum {
    VALUE = 1,
    OPTIONS,
    MEMORY,
    TYPE_KEY,   /* "__jsontype" */
    ARRAYS_KEY, /* "__jsonarrays" */
    ARRAYS,     /* the option: a tree, or nil */
    RANK,       /* the option: a table, or nil */
    SPILL,      /* a table for members to sort that do not fit on the stack */
    FIXED_SLOTS = SPILL,
};

enum kind {
    ITEMS,         /* an array in lua_next's order: 1, 2, 3, ... */
    INDEXED_ITEMS, /* an array whose keys are out of order: read by index */
    MEMBERS,       /* an object in lua_next's order */
    SORTED_MEMBERS,
};

/* An open table. */
typedef struct frame {
    enum kind kind;
    bool has_tree;
    bool pending;     /* lua_next's first key and value are already on the stack */
    int table;        /* its place on the stack */
    size_t index;     /* number of items or members begun */
    size_t count;     /* number of all, unless lua_next gives them */
    const char *name; /* of the member begun last */
    size_t name_length;
    pz_order_object sorted;
} frame;

typedef struct encoder {
    lua_State *L;
    const pz_lua_json_marks *marks;
    pz_buffer *out, *frames;
    size_t depth, max_depth;
    bool pretty, canonical;
    pz_order order;
    const char *message; /* static or `detail`; NULL: no failure */
    char detail[96];     /* for messages that contain values */
} encoder;

static frame *frame_at(const encoder *e, size_t depth)
{
    return (frame *)(void *)e->frames->bytes + depth;
}

static frame *innermost(const encoder *e)
{
    return frame_at(e, e->depth - 1);
}

/* ------------------------------------------------------------------ what cannot be encoded */

/* All of these return false. The message is about the last part of the path. */

static bool refuse(encoder *e, const char *message)
{
    e->message = message;
    return false;
}

/* The message is about the innermost table, not about its last member or item. */
static bool refuse_table(encoder *e, const char *message)
{
    innermost(e)->name = NULL;
    innermost(e)->index = 0;
    return refuse(e, message);
}

static bool refuse_type(encoder *e, const char *what)
{
    snprintf(e->detail, sizeof e->detail, "JSON has no form for a %s", what);
    return refuse(e, e->detail);
}

/* Refuses lua_next's key at `index`, which tables of this kind cannot have. */
static bool refuse_key(encoder *e, enum kind kind, int index)
{
    lua_State *L = e->L;
    int type = lua_type(L, index);
    if (type == LUA_TSTRING)
        snprintf(e->detail, sizeof e->detail,
                 "the table has both items and the member \"%.24s\": JSON has no such thing",
                 lua_tostring(L, index));
    else if (type != LUA_TNUMBER)
        snprintf(e->detail, sizeof e->detail, "a %s can't be the name of a member",
                 lua_typename(L, type));
    else if (kind == MEMBERS || kind == SORTED_MEMBERS)
        snprintf(e->detail, sizeof e->detail, "the table has both members and the item %.14g",
                 lua_tonumber(L, index));
    else
        snprintf(e->detail, sizeof e->detail, "%.14g is not the index of an item",
                 lua_tonumber(L, index));
    for (char *c = e->detail; type == LUA_TNUMBER && *c != '\0'; c++) {
        if (*c == ',') /* the locale's decimal point */
            *c = '.';
    }
    return refuse_table(e, e->detail);
}

/* Refuses a table that is marked as an array and has a string as its key at `index`. */
static bool refuse_member_of_array(encoder *e, int index)
{
    snprintf(e->detail, sizeof e->detail,
             "the table is marked as an array but has the member \"%.40s\"",
             lua_tostring(e->L, index));
    return refuse_table(e, e->detail);
}

/* True if an open table contains itself; *last is the frame of the inner one. */
static bool find_cycle(const encoder *e, size_t *last)
{
    for (size_t inner = 1; inner < e->depth; inner++) {
        const void *table = lua_topointer(e->L, frame_at(e, inner)->table);
        for (size_t outer = 0; outer < inner; outer++) {
            if (lua_topointer(e->L, frame_at(e, outer)->table) == table) {
                *last = inner;
                return true;
            }
        }
    }
    return false;
}

/* Searches for cycles only here: each one exceeds the nesting limit, so other tables cost nothing.
 * The path then ends where the table first contains itself. */
static bool refuse_depth(encoder *e)
{
    size_t last;
    const void *table = lua_topointer(e->L, -1);
    if (find_cycle(e, &last)) {
        e->depth = last;
        return refuse(e, "the table contains itself");
    }
    for (size_t outer = 0; outer < e->depth; outer++) {
        if (lua_topointer(e->L, frame_at(e, outer)->table) == table)
            return refuse(e, "the table contains itself");
    }
    snprintf(e->detail, sizeof e->detail, "nested too deeply (more than %zu levels)", e->max_depth);
    return refuse(e, e->detail);
}

static void write_path(const encoder *e, pz_buffer *path)
{
    pz_buffer_free(path);
    pz_buffer_init(path, PZ_JSON_PATH_BOUND);
    for (size_t i = 0; i < e->depth; i++) {
        const frame *open = frame_at(e, i);
        if (open->name != NULL)
            pz_json_path_append_name(path, open->name, open->name_length);
        else if (open->index > 0)
            pz_json_path_append_index(path, open->index);
    }
    pz_json_path_finish(path);
}

/* Pushes nil, the message and the path. The output buffer is reused for the path. */
static int push_failure(encoder *e)
{
    lua_State *L = e->L;
    if (e->message == NULL && e->out->failure == PZ_BUFFER_TOO_LARGE) {
        snprintf(e->detail, sizeof e->detail, "the text would have more than %zu bytes",
                 e->out->bound);
        e->message = e->detail;
        e->depth = 0;
    } else if (e->message == NULL) {
        e->message = "not enough memory";
        e->depth = 0;
    }
    write_path(e, e->out);
    lua_settop(L, FIXED_SLOTS);
    lua_pushnil(L);
    lua_pushstring(L, e->message);
    lua_pushlstring(L, e->out->length != 0 ? e->out->bytes : "", e->out->length);
    pz_lua_json_free_memory(lua_touserdata(L, MEMORY));
    return 3;
}

/* ------------------------------------------------------------------ scalars */

static bool write_number(encoder *e, int index)
{
    lua_Number number = lua_tonumber(e->L, index);
#if LUA_VERSION_NUM >= 503
    const bool keep_point = true;
    if (lua_isinteger(e->L, index)) {
        pz_json_write_integer(e->out, lua_tointeger(e->L, index));
        return true;
    }
#else
    const bool keep_point = false;
    const lua_Number exact = 9007199254740992.0; /* 2^53 */
    if (number >= -exact && number <= exact && number == (lua_Number)(int64_t)number &&
        (number != 0 || !signbit(number))) {
        pz_json_write_integer(e->out, (int64_t)number);
        return true;
    }
#endif
    if (!isfinite(number))
        return refuse(e, isnan(number) ? "JSON has no NaN" : "JSON has no infinity");
    pz_json_write_double(e->out, number, keep_point);
    return true;
}

static bool write_string(encoder *e, int index)
{
    size_t length;
    const char *bytes = lua_tolstring(e->L, index, &length);
    return pz_json_write_string(e->out, bytes, length) ||
           refuse(e, "the string is not valid UTF-8");
}

static bool write_userdata(encoder *e, int index)
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
        return refuse_type(e, "userdata");
    pz_buffer_append(e->out, text, length);
    return true;
}

static bool write_light_userdata(encoder *e, int index)
{
    const void *address = lua_touserdata(e->L, index);
    if (address == NULL)
        pz_buffer_append(e->out, "null", 4);
    else if (e->marks->has_empty_array && address == e->marks->empty_array)
        pz_buffer_append(e->out, "[]", 2);
    else
        return refuse_type(e, "light userdata");
    return true;
}

static bool write_scalar(encoder *e, int type, int index)
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
        return refuse_type(e, lua_typename(e->L, type));
    }
}

/* ------------------------------------------------------------------ array or object */

/* Returns the member that was begun last, of a sorted object. */
static const pz_order_member *sorted_member(const encoder *e, const frame *object)
{
    return pz_order_member_at(&e->order, &object->sorted, object->index - 1);
}

/* Pushes the entry for the table on top of the stack in its parent's tree: a tree, true, or nil. */
static void push_tree_of_place(const encoder *e)
{
    lua_State *L = e->L;
    if (e->depth == 0) {
        lua_pushvalue(L, ARRAYS);
        return;
    }
    const frame *around = innermost(e);
    int tree = around->table + 1;
    if (!around->has_tree) {
        lua_pushnil(L);
    } else if (around->kind == SORTED_MEMBERS) {
        pz_order_push_name(&e->order, &around->sorted, sorted_member(e, around));
        lua_rawget(L, tree);
    } else if (around->kind == MEMBERS) {
        lua_pushvalue(L, tree + 1); /* the key of lua_next */
        lua_rawget(L, tree);
    } else {
        lua_rawgeti(L, tree, 1);
    }
}

/* Pushes the tree for the table on top of the stack: that of its metatable (if it `declares` one),
 * else the entry in its parent's tree. */
static void push_tree(const encoder *e, bool declares)
{
    lua_State *L = e->L;
    if (declares && lua_getmetatable(L, -1)) {
        lua_pushvalue(L, ARRAYS_KEY);
        lua_rawget(L, -2);
        lua_remove(L, -2);
        if (lua_istable(L, -1))
            return;
        lua_pop(L, 1);
    }
    push_tree_of_place(e);
}

/* True if the tree on top of the stack says that its table is an array: it is true, or has an entry
 * for items. */
static bool tree_says_array(lua_State *L)
{
    if (!lua_istable(L, -1))
        return lua_toboolean(L, -1);
    lua_rawgeti(L, -1, 1);
    bool is_array = !lua_isnil(L, -1);
    lua_pop(L, 1);
    return is_array;
}

/* Writes an empty table. Pops the table and its tree. */
static bool write_empty(encoder *e, enum pz_lua_json_mark mark)
{
    bool is_array = mark == PZ_LUA_JSON_ARRAY || mark == PZ_LUA_JSON_ARRAY_IF_EMPTY ||
                    (mark == PZ_LUA_JSON_UNMARKED && tree_says_array(e->L));
    pz_buffer_append(e->out, is_array ? "[]" : "{}", 2);
    lua_pop(e->L, 2);
    return true;
}

/* ------------------------------------------------------------------ opening */

static bool sort_members(encoder *e, frame *object)
{
    switch (pz_order_open(&e->order, &object->sorted, object->table, e->depth)) {
    case PZ_ORDER_BAD_KEY:
        return refuse_key(e, object->kind, -1);
    case PZ_ORDER_NO_MEMORY:
        return refuse(e, "not enough memory");
    default:
        object->count = object->sorted.count;
        return true;
    }
}

/* Opens a table. The table, its tree, and its first key and value are on top of the stack. */
static bool open_frame(encoder *e, enum pz_lua_json_mark mark, int table)
{
    int key_type = lua_type(e->L, -2);
    bool is_object = key_type == LUA_TSTRING;
    if (!pz_buffer_reserve_elements(e->frames, e->depth, 1, sizeof(frame)))
        return refuse(e, "not enough memory");
    frame *opened = frame_at(e, e->depth++);
    *opened = (frame){.table = table, .has_tree = lua_istable(e->L, table + 1), .pending = true};
    opened->kind = !is_object ? ITEMS : e->canonical ? SORTED_MEMBERS : MEMBERS;
    if (is_object && mark == PZ_LUA_JSON_ARRAY)
        return refuse_member_of_array(e, -2);
    if (!is_object && key_type != LUA_TNUMBER)
        return refuse_key(e, opened->kind, -2);
    pz_buffer_append_byte(e->out, is_object ? '{' : '[');
    return opened->kind != SORTED_MEMBERS || sort_members(e, opened);
}

/* Opens a frame for the table on top of the stack, and writes its bracket. Writes an empty table at
 * once, and pops it. */
static bool open_table(encoder *e)
{
    lua_State *L = e->L;
    int table = lua_gettop(L);
    bool declares;
    if (e->depth == e->max_depth)
        return refuse_depth(e);
    luaL_checkstack(L, 10, "nested too deeply");
    enum pz_lua_json_mark mark = pz_lua_json_mark_of(L, e->marks, table, TYPE_KEY, &declares);
    if (mark == PZ_LUA_JSON_PROXY) /* json.lua reads it through its metamethods */
        return refuse(e, "has metamethods");
    push_tree(e, declares);
    lua_pushnil(L);
    return lua_next(L, table) != 0 ? open_frame(e, mark, table) : write_empty(e, mark);
}

/* Writes the value on top of the stack. Pops it unless it is a table that was opened. */
static bool write_value(encoder *e)
{
    int type = lua_type(e->L, -1);
    if (type == LUA_TTABLE)
        return open_table(e);
    bool written = write_scalar(e, type, -1);
    lua_pop(e->L, 1);
    return written;
}

/* ------------------------------------------------------------------ lists out of order */

/* Counts the keys of a list. False: refused a key that is not a whole number from 1. */
static bool count_items(encoder *e, const frame *list, size_t *count, lua_Number *largest)
{
    lua_State *L = e->L;
    *count = 0;
    *largest = 0;
    for (lua_pushnil(L); lua_next(L, list->table) != 0; lua_pop(L, 1)) {
        lua_Number key = lua_type(L, -2) == LUA_TNUMBER ? lua_tonumber(L, -2) : 0;
        if (!(key >= 1 && key <= 0x1p53 && key == (lua_Number)(int64_t)key))
            return refuse_key(e, list->kind, -2);
        if (key > *largest)
            *largest = key;
        ++*count;
    }
    return true;
}

/* Continues by index with a list whose keys came in order only up to `index`. False: it is not a
 * list. */
static bool settle_list(encoder *e, frame *list)
{
    lua_State *L = e->L;
    size_t count, missing = 1;
    lua_Number largest;
    if (!count_items(e, list, &count, &largest))
        return false;
    if (largest == (lua_Number)count) {
        list->kind = INDEXED_ITEMS;
        list->count = count;
        return true;
    }
    for (;; missing++) {
        lua_rawgeti(L, list->table, (int)missing);
        if (lua_isnil(L, -1))
            break;
        lua_pop(L, 1);
    }
    snprintf(e->detail, sizeof e->detail, "item %zu of the array is missing (it goes up to %.0f)",
             missing, largest);
    return refuse_table(e, e->detail);
}

/* ------------------------------------------------------------------ one step through a table */

static void separate(encoder *e, frame *open)
{
    if (open->index++ > 0)
        pz_buffer_append_byte(e->out, ',');
    if (e->pretty)
        pz_json_write_line(e->out, e->depth);
}

static bool write_name(encoder *e, frame *object, const char *name, size_t length)
{
    object->name = name;
    object->name_length = length;
    separate(e, object);
    if (!pz_json_write_string(e->out, name, length))
        return refuse(e, "the member's name is not valid UTF-8");
    pz_buffer_append(e->out, ": ", e->pretty ? 2 : 1);
    return true;
}

/* Begins the item whose key and value are on top of the stack. */
static bool begin_item(encoder *e, frame *list)
{
    lua_State *L = e->L;
    if (lua_type(L, -2) == LUA_TNUMBER && lua_tonumber(L, -2) == (lua_Number)(list->index + 1)) {
        separate(e, list);
        return true;
    }
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TNUMBER)
        return refuse_key(e, list->kind, -1);
    lua_pop(L, 1);
    if (!settle_list(e, list))
        return false;
    separate(e, list);
    lua_rawgeti(L, list->table, (int)list->index);
    return true;
}

static bool begin_member(encoder *e, frame *object)
{
    size_t length;
    if (lua_type(e->L, -2) != LUA_TSTRING)
        return refuse_key(e, object->kind, -2);
    const char *name = lua_tolstring(e->L, -2, &length);
    return write_name(e, object, name, length);
}

/* Writes the closing bracket, and pops the table. */
static void close_table(encoder *e, const frame *closed)
{
    bool is_array = closed->kind == ITEMS || closed->kind == INDEXED_ITEMS;
    if (closed->kind == SORTED_MEMBERS)
        pz_order_close(&e->order, &closed->sorted);
    lua_settop(e->L, closed->table - 1);
    e->depth--;
    if (e->pretty)
        pz_json_write_line(e->out, e->depth);
    pz_buffer_append_byte(e->out, is_array ? ']' : '}');
}

/* Writes the next member of a sorted object. Values on the stack are written from there; only
 * tables are pushed. */
static bool write_sorted(encoder *e, frame *object)
{
    const pz_order_member *member = pz_order_member_at(&e->order, &object->sorted, object->index);
    if (!write_name(e, object, member->name, member->length))
        return false;
    int place = pz_order_value_place(&object->sorted, member);
    if (place != 0) {
        int type = lua_type(e->L, place);
        if (type != LUA_TTABLE)
            return write_scalar(e, type, place);
    }
    pz_order_push_value(&e->order, &object->sorted, member);
    return write_value(e);
}

static bool write_next(encoder *e, frame *open)
{
    bool there = open->pending || lua_next(e->L, open->table) != 0;
    open->pending = false;
    if (!there) {
        close_table(e, open);
        return true;
    }
    bool begun = open->kind == ITEMS ? begin_item(e, open) : begin_member(e, open);
    return begun && write_value(e);
}

/* Writes the next item or member of the innermost open table; opens it if it is a table. Closes the
 * open table if there is no other. */
static bool step(encoder *e)
{
    frame *open = innermost(e);
    if (open->kind == ITEMS || open->kind == MEMBERS)
        return write_next(e, open);
    if (open->index == open->count) {
        close_table(e, open);
        return true;
    }
    if (open->kind == SORTED_MEMBERS)
        return write_sorted(e, open);
    separate(e, open);
    lua_rawgeti(e->L, open->table, (int)open->index);
    return write_value(e);
}

static bool encode(encoder *e)
{
    lua_pushvalue(e->L, VALUE);
    bool written = write_value(e);
    while (written && e->depth > 0 && e->out->failure == PZ_BUFFER_OK)
        written = step(e);
    return written;
}

/* ------------------------------------------------------------------ options and memory */

static void push_option(lua_State *L, const char *name)
{
    if (lua_isnil(L, OPTIONS))
        lua_pushnil(L);
    else
        lua_getfield(L, OPTIONS, name);
}

static bool boolean_option(lua_State *L, const char *name)
{
    push_option(L, name);
    bool truth = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return truth;
}

static void push_table_option(lua_State *L, const char *name)
{
    push_option(L, name);
    if (!lua_isnil(L, -1) && !lua_istable(L, -1))
        luaL_error(L, "option '%s': a table expected, got %s", name, luaL_typename(L, -1));
}

static size_t bound_option(lua_State *L)
{
    push_option(L, "max_bytes");
    lua_Number bound = luaL_optnumber(L, -1, DEFAULT_BOUND);
    if (!(bound >= 1 && bound <= (lua_Number)(SIZE_MAX / 4)))
        luaL_error(L, "option 'max_bytes': a number of bytes expected");
    lua_pop(L, 1);
    return (size_t)bound;
}

static unsigned depth_option(lua_State *L)
{
    push_option(L, "max_depth");
    unsigned depth = pz_lua_json_check_depth(L, -1);
    lua_pop(L, 1);
    return depth;
}

/* Sets the fixed places on the stack and the encoder from the arguments of encode. */
static void prepare(lua_State *L, encoder *e)
{
    memset(e, 0, offsetof(encoder, detail));
    e->L = L;
    luaL_checkany(L, VALUE);
    lua_settop(L, OPTIONS);
    if (!lua_isnil(L, OPTIONS))
        luaL_checktype(L, OPTIONS, LUA_TTABLE);
    e->marks = lua_touserdata(L, lua_upvalueindex(1));
    pz_lua_json_memory *memory = pz_lua_json_new_memory(L);
    e->out = &memory->buffers[0];
    e->frames = &memory->buffers[1];
    e->order = (pz_order){.L = L,
                          .rank = RANK,
                          .spill = SPILL,
                          .members = &memory->buffers[2],
                          .shapes = &memory->buffers[3]};
    e->out->bound = bound_option(L);
    e->pretty = boolean_option(L, "pretty");
    e->canonical = boolean_option(L, "canonical");
    e->max_depth = depth_option(L);
    lua_pushliteral(L, "__jsontype");
    lua_pushliteral(L, "__jsonarrays");
    push_table_option(L, "arrays");
    push_table_option(L, "rank");
    if (e->canonical)
        lua_createtable(L, 32, 0);
    else
        lua_pushnil(L);
}

/* ------------------------------------------------------------------ for Lua */

/* encode(value, options) -> text; or nil, message, path */
int pz_lua_json_encode(lua_State *L)
{
    encoder e;
    prepare(L, &e);
    bool done = encode(&e);
    if (!done || e.out->failure != PZ_BUFFER_OK)
        return push_failure(&e);
    lua_pushlstring(L, e.out->bytes, e.out->length);
    pz_lua_json_free_memory(lua_touserdata(L, MEMORY));
    return 1;
}
