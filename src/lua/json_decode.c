/* Builds Lua values from the reader's events, without recursion: open containers are on the Lua
 * stack, their state is in frames.
 *
 * Allocating strings, tables and other Lua values can raise. So all memory that is allocated here
 * is Lua's own. */
#include "lua/json_decode.h"

#include "lua/json_marks.h"
#include "lua/json_memory.h"
#include "lua/json_number.h"
#include "json/error.h"
#include "json/path.h"
#include "json/reader.h"

/* Fixed places on the stack; the containers follow. */
enum {
    TEXT = 1, /* or the owner of the text */
    MAX_DEPTH,
    ARRAY_MARK,
    OBJECT_MARK,
    NUMBER_METATABLE,
    FRAMES,     /* a userdata for the frames, if there are many */
    SCRATCH,    /* a userdata for strings while their escapes are resolved */
    DUPLICATES, /* a table of paths, or nil */
    MARKS,      /* kept alive, because another module table may replace them */
    FIXED_SLOTS = MARKS,
};

enum {
    /* Enough for most texts; more comes from Lua's memory. */
    FIRST_FRAMES = 24,
    FIRST_SCRATCH = 512,
    /* A table gets the size of the last one in the same place. The limits keep a short text from
     * allocating much memory. */
    HINTED_MEMBERS_MAX = 32,
    HINTED_ITEMS_MAX = 8,
    DUPLICATES_MAX = 100, /* the most that are reported */
};

typedef struct frame {
    bool is_array;
    int table;      /* its place on the stack; an open member's name is above it */
    unsigned place; /* index in the hints */
    size_t count;
    uint64_t names_seen; /* a Bloom filter */
} frame;

typedef struct decoder {
    lua_State *L;
    pz_json_reader reader;
    frame *frames;
    size_t capacity;
    frame *container; /* the innermost open one, or NULL */
    char *scratch;
    size_t scratch_size;
    unsigned place; /* of the next value, in the hints */
    pz_lua_json_marks *marks;
    frame first_frames[FIRST_FRAMES];
    char first_scratch[FIRST_SCRATCH];
} decoder;

/* Moves the value on top of the stack into the innermost open container. Without one it is the
 * result, and stays. */
static inline bool store(decoder *d)
{
    frame *container = d->container;
    if (container == NULL)
        return true;
    container->count++;
    if (container->is_array) {
        lua_rawseti(d->L, container->table, (int)container->count);
        d->place = (container->place + 1) % PZ_LUA_JSON_HINTS;
    } else {
        lua_rawset(d->L, container->table);
    }
    return true;
}

/* ------------------------------------------------------------------ scalars */

static const char *unescape(decoder *d, const char *bytes, size_t *length)
{
    if (*length > d->scratch_size) {
        d->scratch = lua_newuserdatauv(d->L, *length, 0);
        d->scratch_size = *length;
        lua_replace(d->L, SCRATCH);
    }
    *length = pz_json_unescape(bytes, *length, d->scratch);
    return d->scratch;
}

static inline bool take_string(void *builder, const char *bytes, size_t length, bool is_escaped)
{
    decoder *d = builder;
    if (is_escaped)
        bytes = unescape(d, bytes, &length);
    lua_pushlstring(d->L, bytes, length);
    return store(d);
}

/* Pushes a Lua number if that keeps the token's value, else a number userdata. Minus zero is no
 * integer. */
static inline bool take_number(void *builder, const char *bytes, size_t length,
                               const pz_json_number *number)
{
    decoder *d = builder;
    double value;
#if LUA_VERSION_NUM >= 503
    int64_t integer;
    if (number->plain && !(number->negative && number->digits == 0) &&
        pz_json_number_integer(number, &integer)) {
        lua_pushinteger(d->L, (lua_Integer)integer);
        return store(d);
    }
#endif
    if (pz_json_number_double(number, &value))
        lua_pushnumber(d->L, value);
    else
        pz_lua_json_push_number(d->L, bytes, length, NUMBER_METATABLE);
    return store(d);
}

static inline bool take_word(void *builder, char first)
{
    decoder *d = builder;
    if (first == 'n')
        lua_pushlightuserdata(d->L, NULL);
    else
        lua_pushboolean(d->L, first == 't');
    return store(d);
}

/* ------------------------------------------------------------------ names of members */

/* Pushes the path of the member that was named last; the names are on the stack. */
static void push_path(decoder *d)
{
    pz_buffer *path = &pz_lua_json_new_memory(d->L)->buffers[0];
    path->bound = PZ_JSON_PATH_BOUND;
    for (size_t i = 0; i < d->reader.depth; i++) {
        const frame *container = &d->frames[i];
        if (container->is_array) {
            pz_json_path_append_index(path, container->count + 1);
        } else {
            size_t length;
            const char *name = lua_tolstring(d->L, container->table + 1, &length);
            pz_json_path_append_name(path, name, length);
        }
    }
    pz_json_path_finish(path);
    lua_pushlstring(d->L, path->length != 0 ? path->bytes : "", path->length);
    lua_remove(d->L, -2);
}

static void report_duplicate(decoder *d)
{
    lua_State *L = d->L;
    if (lua_isnil(L, DUPLICATES)) {
        lua_newtable(L);
        lua_replace(L, DUPLICATES);
    }
    size_t count = lua_rawlen(L, DUPLICATES);
    if (count == DUPLICATES_MAX)
        return;
    push_path(d);
    lua_rawseti(L, DUPLICATES, (int)count + 1);
}

/* The upper bits depend on the whole input. Rotating the end of the name by 33 bits gives the
 * fewest collisions of the service's names. */
static inline uint64_t hash_of(const char *name, size_t length)
{
    uint64_t head = 0;
    uint64_t tail = 0;
    if (length >= 8) {
        memcpy(&head, name, 8);
        memcpy(&tail, name + length - 8, 8);
    } else if (length >= 4) {
        memcpy(&head, name, 4);
        memcpy(&tail, name + length - 4, 4);
    } else if (length > 0) {
        head = (unsigned char)name[0];
        tail = (uint64_t)(unsigned char)name[length / 2] << 8 | (unsigned char)name[length - 1];
    }
    return (head ^ (tail << 33 | tail >> 31) ^ length) * UINT64_C(0x9E3779B97F4A7C15);
}

/* True if the object has the member whose name is on top of the stack. */
static bool has_member(decoder *d, const frame *object)
{
    lua_pushvalue(d->L, -1);
    lua_rawget(d->L, object->table);
    bool is_known = !lua_isnil(d->L, -1);
    lua_pop(d->L, 1);
    return is_known;
}

/* Looks a name up in the table only if the filter may contain it. */
static inline bool take_name(void *builder, const char *bytes, size_t length, bool is_escaped)
{
    decoder *d = builder;
    frame *object = d->container;
    if (is_escaped)
        bytes = unescape(d, bytes, &length);
    uint64_t hash = hash_of(bytes, length), bit = UINT64_C(1) << (hash >> 58);
    lua_pushlstring(d->L, bytes, length);
    d->place = (unsigned)(hash >> 52) % PZ_LUA_JSON_HINTS;
    if ((object->names_seen & bit) && has_member(d, object))
        report_duplicate(d);
    object->names_seen |= bit;
    return true;
}

/* ------------------------------------------------------------------ containers */

/* Raises unless the stack has room for the containers of all frames (a table and a name each), and
 * for temporary values above them. */
static void check_stack(decoder *d)
{
    size_t levels = d->capacity < d->reader.max_depth ? d->capacity : d->reader.max_depth;
    luaL_checkstack(d->L, (int)(levels - d->reader.depth) * 2 + 8, "nested too deeply");
}

static void grow_frames(decoder *d)
{
    size_t capacity = d->capacity * 4;
    frame *frames = lua_newuserdatauv(d->L, capacity * sizeof *frames, 0);
    memcpy(frames, d->frames, d->reader.depth * sizeof *frames);
    lua_replace(d->L, FRAMES);
    d->frames = frames;
    d->capacity = capacity;
    check_stack(d);
}

static inline bool take_empty(decoder *d, bool is_array)
{
    lua_createtable(d->L, 0, 0);
    lua_pushvalue(d->L, is_array ? ARRAY_MARK : OBJECT_MARK);
    lua_setmetatable(d->L, -2);
    return store(d);
}

static inline bool open_container(void *builder, bool is_array, bool is_empty)
{
    decoder *d = builder;
    lua_State *L = d->L;
    if (is_empty)
        return take_empty(d, is_array);
    if (d->reader.depth == d->capacity)
        grow_frames(d);
    int hint = d->marks->hints[d->place];
    if (is_array) {
        lua_createtable(L, hint < HINTED_ITEMS_MAX ? hint : HINTED_ITEMS_MAX, 0);
        lua_pushvalue(L, ARRAY_MARK);
        lua_setmetatable(L, -2);
    } else {
        lua_createtable(L, 0, hint);
    }
    d->container = &d->frames[d->reader.depth];
    *d->container = (frame){.is_array = is_array, .table = lua_gettop(L), .place = d->place};
    d->place = (d->place + 1) % PZ_LUA_JSON_HINTS; /* a member's name replaces this */
    return true;
}

/* A table that grows costs more than one that is a little too large. So a hint rises at once, but
 * falls only by one. */
static inline void remember_size(decoder *d, const frame *closed)
{
    unsigned char *hint = &d->marks->hints[closed->place];
    if (closed->count < *hint)
        --*hint;
    else if (closed->count < HINTED_MEMBERS_MAX)
        *hint = (unsigned char)closed->count;
    else
        *hint = HINTED_MEMBERS_MAX;
}

static inline bool close_container(void *builder)
{
    decoder *d = builder;
    remember_size(d, d->container);
    d->container = d->reader.depth > 0 ? d->container - 1 : NULL;
    return store(d);
}

/* ------------------------------------------------------------------ the whole text */

static const pz_json_events events = {
    .string = take_string,
    .name = take_name,
    .number = take_number,
    .word = take_word,
    .open = open_container,
    .close = close_container,
};

static int push_refusal(const decoder *d, const char *text)
{
    pz_json_error error;
    pz_json_error_set(&error, d->reader.fault.message, text, d->reader.fault.at);
    lua_pushnil(d->L);
    lua_pushstring(d->L, error.message);
    lua_pushinteger(d->L, (lua_Integer)error.offset);
    lua_pushinteger(d->L, (lua_Integer)error.line);
    lua_pushinteger(d->L, (lua_Integer)error.column);
    lua_pushboolean(d->L, d->reader.too_deep);
    return 6;
}

int pz_lua_json_decode_text(lua_State *L, const char *text, size_t length)
{
    decoder d;
    d.L = L;
    pz_json_reader_init(&d.reader, text, length, pz_lua_json_check_depth(L, MAX_DEPTH));
    d.frames = d.first_frames;
    d.capacity = FIRST_FRAMES;
    d.container = NULL;
    d.scratch = d.first_scratch;
    d.scratch_size = FIRST_SCRATCH;
    d.place = 0;
    luaL_checkstack(L, FIXED_SLOTS, "no room for decoding");
    lua_settop(L, MAX_DEPTH);
    pz_lua_json_push_array_mark(L);
    pz_lua_json_push_object_mark(L);
    pz_lua_json_push_number_metatable(L);
    lua_settop(L, MARKS - 1);
    d.marks = pz_lua_json_push_marks(L);
    check_stack(&d);
    if (!pz_json_read(&d.reader, &events, &d))
        return push_refusal(&d, text);
    lua_pushvalue(L, DUPLICATES);
    return 2;
}

/* decode(text, max_depth) -> value, duplicates; or nil, message, offset, line, column, too_deep */
int pz_lua_json_decode(lua_State *L)
{
    size_t length;
    luaL_checktype(L, TEXT, LUA_TSTRING); /* Lua numbers are not JSON text */
    const char *text = lua_tolstring(L, TEXT, &length);
    return pz_lua_json_decode_text(L, text, length);
}
