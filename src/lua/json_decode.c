/* Text to Lua values in one pass: the scanners find the tokens, this pushes them. No recursion:
 * open containers lie on the Lua stack, what has to be known of them in frames beside it.
 *
 * Strings, tables and everything else that Lua allocates can raise; so whatever memory is needed
 * here is Lua's own. */
#include <float.h>

#include "lua/json.h"
#include "json/error.h"
#include "json/number.h"
#include "json/path.h"
#include "json/scan.h"

/* Fixed places on the stack; the containers follow. */
enum {
    TEXT = 1,
    MAX_DEPTH,
    ARRAY_MARK,
    OBJECT_MARK,
    NUMBER_METATABLE,
    FRAMES,     /* a userdata that holds the frames once there are many */
    SCRATCH,    /* one that holds strings while their escapes are resolved */
    DUPLICATES, /* a table of paths, or nil */
    NAMES,      /* the first of NAME_SLOTS with names of members */
    NAME_SLOTS = 64,
    FIXED_SLOTS = NAMES + NAME_SLOTS - 1,
};

#define FIRST_FRAMES 24
#define FIRST_SCRATCH 512
#define MOST_DUPLICATES 100 /* that are reported; more are not worth a message */

/* Tables are made as large as the last ones in the same place were, but a hint must not become a
 * way to take memory that the text does not pay for. */
#define HINTS 64
#define MOST_HINTED_MEMBERS 32
#define MOST_HINTED_ITEMS 8

typedef struct frame {
    int is_array;
    int table;      /* its place on the stack; an open member's name is above it */
    unsigned place; /* in the hints */
    size_t count;
    uint64_t names_seen; /* a Bloom filter */
} frame;

/* A name as numbers: with the length, these words are all there is to one of up to 24 bytes. */
#define LONGEST_KNOWN_NAME 24
typedef struct name_words {
    uint64_t head, middle, tail;
} name_words;

typedef struct decoder {
    lua_State *L;
    const char *at, *end;
    pz_json_fault fault;
    int too_deep;
    frame *frames;
    size_t depth, capacity, max_depth;
    char *scratch;
    size_t scratch_size;
    unsigned place; /* of the value that comes next */
    unsigned char hints[HINTS];
    /* Names that were pushed before: the same few come over and over, and a copy on the stack is
     * cheaper than asking Lua for its one string of those bytes. Length 0: none. */
    unsigned char known_lengths[NAME_SLOTS];
    name_words known[NAME_SLOTS];
    frame first_frames[FIRST_FRAMES];
    char first_scratch[FIRST_SCRATCH];
} decoder;

static int refuse(decoder *d, const char *message)
{
    d->fault.message = d->at < d->end ? message : "the text ends too early";
    d->fault.at = d->at;
    return 0;
}

/* The byte at the next token; NUL (which starts no token) at the end. */
static inline char next(decoder *d)
{
    d->at = pz_json_skip_space(d->at, d->end);
    return d->at < d->end ? *d->at : '\0';
}

/* ------------------------------------------------------------------ scalars */

static const char *unescaped(decoder *d, const char *bytes, size_t *length)
{
    if (*length > d->scratch_size) {
        d->scratch = lua_newuserdatauv(d->L, *length, 0);
        d->scratch_size = *length;
        lua_replace(d->L, SCRATCH);
    }
    *length = pz_json_unescape(bytes, *length, d->scratch);
    return d->scratch;
}

/* `at` is at the opening quote. The string is good until the next one is read. */
static inline const char *read_string(decoder *d, size_t *length)
{
    int escaped;
    const char *start = d->at + 1;
    const char *quote = pz_json_scan_string(start, d->end, &escaped, &d->fault);
    if (quote == NULL)
        return NULL;
    d->at = quote + 1;
    *length = (size_t)(quote - start);
    return escaped ? unescaped(d, start, length) : start;
}

static int push_string(decoder *d)
{
    size_t length;
    const char *string = read_string(d, &length);
    if (string == NULL)
        return 0;
    lua_pushlstring(d->L, string, length);
    return 1;
}

/* As a Lua number if that gives the token's value back, else as a number userdata. Minus zero is
 * no integer. */
static int push_number(decoder *d)
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
        pz_lua_json_push_number(d->L, start, (size_t)(end - start), NUMBER_METATABLE);
    return 1;
}

static int push_word(decoder *d, const char *word, size_t length)
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

static void grow_frames(decoder *d)
{
    size_t capacity = d->capacity * 4;
    frame *frames = lua_newuserdatauv(d->L, capacity * sizeof *frames, 0);
    memcpy(frames, d->frames, d->depth * sizeof *frames);
    lua_replace(d->L, FRAMES);
    d->frames = frames;
    d->capacity = capacity;
}

/* `at` is at the bracket. An empty container is complete at once, without a frame. */
static int open_container(decoder *d, int is_array)
{
    lua_State *L = d->L;
    if (d->depth == d->max_depth) {
        d->too_deep = 1;
        return refuse(d, "nested too deeply");
    }
    d->at++;
    luaL_checkstack(L, 8, "nested too deeply");
    if (next(d) == (is_array ? ']' : '}')) {
        d->at++;
        lua_createtable(L, 0, 0);
        lua_pushvalue(L, is_array ? ARRAY_MARK : OBJECT_MARK);
        lua_setmetatable(L, -2);
        d->hints[d->place] = 0;
        return 1;
    }
    if (d->depth == d->capacity)
        grow_frames(d);
    int hint = d->hints[d->place];
    if (is_array) {
        lua_createtable(L, hint < MOST_HINTED_ITEMS ? hint : MOST_HINTED_ITEMS, 0);
        lua_pushvalue(L, ARRAY_MARK);
        lua_setmetatable(L, -2);
    } else {
        lua_createtable(L, 0, hint);
    }
    d->frames[d->depth++] =
        (frame){.is_array = is_array, .table = lua_gettop(L), .place = d->place};
    return 1;
}

static void close_container(decoder *d)
{
    const frame *closed = &d->frames[--d->depth];
    d->at++;
    d->place = closed->place;
    d->hints[d->place] =
        closed->count < MOST_HINTED_MEMBERS ? (unsigned char)closed->count : MOST_HINTED_MEMBERS;
}

/* The path of the value that was just named; the names are on the stack. */
static void push_path(decoder *d)
{
    pz_buffer *path = &pz_lua_json_new_memory(d->L)->buffers[0];
    path->bound = PZ_JSON_PATH_BOUND;
    for (size_t i = 0; i < d->depth; i++) {
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
    if (count == MOST_DUPLICATES)
        return;
    push_path(d);
    lua_rawseti(L, DUPLICATES, (int)count + 1);
}

/* ------------------------------------------------------------------ names of members */

static inline name_words words_of(const char *name, size_t length)
{
    name_words words = {0, 0, 0};
    if (length >= 8) {
        memcpy(&words.head, name, 8);
        memcpy(&words.middle, name + length / 2 - 4, 8);
        memcpy(&words.tail, name + length - 8, 8);
    } else if (length >= 4) {
        memcpy(&words.head, name, 4);
        memcpy(&words.tail, name + length - 4, 4);
    } else if (length > 0) {
        words.head = (unsigned char)name[0];
        words.middle = (unsigned char)name[length / 2];
        words.tail = (unsigned char)name[length - 1];
    }
    return words;
}

static inline uint64_t hash_words(const name_words *words, size_t length)
{
    uint64_t hash = (words->head ^ length) * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ hash >> 32 ^ words->tail) * UINT64_C(0xC2B2AE3D27D4EB4F);
    return hash ^ hash >> 29;
}

static inline void push_name(decoder *d, const char *name, size_t length, const name_words *words,
                             unsigned slot)
{
    const name_words *known = &d->known[slot];
    if (d->known_lengths[slot] == length && known->head == words->head &&
        known->middle == words->middle && known->tail == words->tail && length != 0) {
        lua_pushvalue(d->L, NAMES + (int)slot);
        return;
    }
    lua_pushlstring(d->L, name, length);
    if (length <= LONGEST_KNOWN_NAME) {
        d->known_lengths[slot] = (unsigned char)length;
        d->known[slot] = *words;
        lua_pushvalue(d->L, -1);
        lua_replace(d->L, NAMES + (int)slot);
    }
}

/* Whether the object has the member whose name is on top of the stack. */
static int has_member(decoder *d, const frame *object)
{
    lua_pushvalue(d->L, -1);
    lua_rawget(d->L, object->table);
    int known = !lua_isnil(d->L, -1);
    lua_pop(d->L, 1);
    return known;
}

/* Pushes the next member's name and goes behind the colon. Only a name that the filter may have
 * seen is looked up in the table. */
static int read_name(decoder *d, frame *object)
{
    size_t length;
    if (next(d) != '"')
        return refuse(d, "the name of a member is missing");
    const char *name = read_string(d, &length);
    if (name == NULL)
        return 0;
    name_words words = words_of(name, length);
    uint64_t hash = hash_words(&words, length), bit = UINT64_C(1) << (hash >> 58);
    push_name(d, name, length, &words, (unsigned)hash % NAME_SLOTS);
    d->place = (unsigned)(hash >> 40) % HINTS;
    if ((object->names_seen & bit) && has_member(d, object))
        report_duplicate(d);
    object->names_seen |= bit;
    if (next(d) != ':')
        return refuse(d, "a colon is missing behind a member's name");
    d->at++;
    return 1;
}

/* Puts the value on top of the stack into its container. */
static inline void store(decoder *d, frame *container)
{
    container->count++;
    if (container->is_array)
        lua_rawseti(d->L, container->table, (int)container->count);
    else
        lua_rawset(d->L, container->table);
}

/* ------------------------------------------------------------------ the whole */

/* Pushes a scalar or a new container; false: refused. */
static int read_value(decoder *d)
{
    switch (next(d)) {
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
        return refuse(d, "a value is missing");
    }
}

/* A container was opened that is not empty: goes on to where its first value starts. */
static int enter(decoder *d)
{
    frame *container = &d->frames[d->depth - 1];
    d->place = (container->place + 1) % HINTS; /* a member's name changes it again */
    return container->is_array || read_name(d, container);
}

/* A value is complete: stores it, closes what ends behind it, and goes on to where the next value
 * starts. False: refused, or nothing is open any more. */
static int go_on(decoder *d)
{
    while (d->depth > 0) {
        frame *container = &d->frames[d->depth - 1];
        store(d, container);
        char byte = next(d);
        if (byte == ',') {
            d->at++;
            return enter(d);
        }
        if (byte != (container->is_array ? ']' : '}'))
            return refuse(d, container->is_array ? "a comma or ] is missing"
                                                 : "a comma or } is missing");
        close_container(d);
    }
    return 0;
}

/* False: refused. Else the value is on top of the stack. */
static int decode(decoder *d)
{
    size_t depth;
    do {
        depth = d->depth;
        if (!read_value(d))
            return 0;
    } while (d->depth > depth ? enter(d) : go_on(d));
    if (d->fault.message != NULL)
        return 0;
    next(d);
    return d->at == d->end || refuse(d, "something follows the value");
}

static int push_refusal(decoder *d, const char *text)
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

/* decode(text, max_depth) -> value, duplicates; or nil, message, offset, line, column, too_deep */
int pz_lua_json_decode(lua_State *L)
{
    size_t length;
    luaL_checktype(L, TEXT, LUA_TSTRING); /* a number is no JSON text by accident */
    const char *text = lua_tolstring(L, TEXT, &length);
    decoder d;
    d.L = L;
    d.at = text;
    d.end = text + length;
    d.fault.message = NULL;
    d.too_deep = 0;
    d.depth = 0;
    d.max_depth = pz_lua_json_check_depth(L, MAX_DEPTH);
    d.frames = d.first_frames;
    d.capacity = FIRST_FRAMES;
    d.scratch = d.first_scratch;
    d.scratch_size = FIRST_SCRATCH;
    d.place = 0;
    memset(d.hints, 0, sizeof d.hints);
    memset(d.known_lengths, 0, sizeof d.known_lengths);
    memset(d.known, 0, sizeof d.known);
    luaL_checkstack(L, FIXED_SLOTS, "no room for decoding");
    lua_settop(L, MAX_DEPTH);
    pz_lua_json_push_array_mark(L);
    pz_lua_json_push_object_mark(L);
    pz_lua_json_push_number_metatable(L);
    lua_settop(L, FIXED_SLOTS);
    if (!decode(&d))
        return push_refusal(&d, text);
    lua_pushvalue(L, DUPLICATES);
    return 2;
}
