/* Names of members: pushed cheaply, and those given twice reported. */
#include "lua/json_decode.h"
#include "json/path.h"

#define MOST_DUPLICATES 100 /* that are reported; more are not worth a message */
#define LONGEST_KNOWN_NAME 24

/* ------------------------------------------------------------------ given twice */

/* The path of the value that was just named; the names are on the stack. */
static void push_path(pz_decoder *d)
{
    pz_buffer *path = &pz_lua_json_new_memory(d->L)->buffers[0];
    path->bound = PZ_JSON_PATH_BOUND;
    for (size_t i = 0; i < d->depth; i++) {
        const pz_decode_frame *container = &d->frames[i];
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

static void report_duplicate(pz_decoder *d)
{
    lua_State *L = d->L;
    if (lua_isnil(L, PZ_DECODE_DUPLICATES)) {
        lua_newtable(L);
        lua_replace(L, PZ_DECODE_DUPLICATES);
    }
    size_t count = lua_rawlen(L, PZ_DECODE_DUPLICATES);
    if (count == MOST_DUPLICATES)
        return;
    push_path(d);
    lua_rawseti(L, PZ_DECODE_DUPLICATES, (int)count + 1);
}

/* ------------------------------------------------------------------ names of members */

static inline pz_lua_json_words words_of(const char *name, size_t length)
{
    pz_lua_json_words words = {0, 0, 0};
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

static inline uint64_t hash_words(const pz_lua_json_words *words, size_t length)
{
    uint64_t hash = (words->head ^ length) * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ hash >> 32 ^ words->tail) * UINT64_C(0xC2B2AE3D27D4EB4F);
    return hash ^ hash >> 29;
}

/* What allocates may collect, and a finalizer may decode a text of its own: so a name is noted in
 * both places without anything that allocates in between. */
static inline void push_name(pz_decoder *d, const char *name, size_t length,
                             const pz_lua_json_words *words, unsigned slot)
{
    pz_lua_json_marks *marks = d->marks;
    const pz_lua_json_words *known = &marks->known[slot];
    if (marks->known_lengths[slot] == length && known->head == words->head &&
        known->middle == words->middle && known->tail == words->tail && length != 0) {
        lua_rawgeti(d->L, PZ_DECODE_NAMES, (int)slot + 1);
        return;
    }
    lua_pushlstring(d->L, name, length);
    if (length <= LONGEST_KNOWN_NAME) {
        marks->known_lengths[slot] = (unsigned char)length;
        marks->known[slot] = *words;
        lua_pushvalue(d->L, -1);
        lua_rawseti(d->L, PZ_DECODE_NAMES, (int)slot + 1);
    }
}

/* Whether the object has the member whose name is on top of the stack. */
static int has_member(pz_decoder *d, const pz_decode_frame *object)
{
    lua_pushvalue(d->L, -1);
    lua_rawget(d->L, object->table);
    int known = !lua_isnil(d->L, -1);
    lua_pop(d->L, 1);
    return known;
}

/* Only a name that the filter may have seen is looked up in the table. */
int pz_decode_name(pz_decoder *d, pz_decode_frame *object)
{
    size_t length;
    if (pz_decode_next(d) != '"')
        return pz_decode_refuse(d, "the name of a member is missing");
    const char *name = pz_decode_string(d, &length);
    if (name == NULL)
        return 0;
    pz_lua_json_words words = words_of(name, length);
    uint64_t hash = hash_words(&words, length), bit = UINT64_C(1) << (hash >> 58);
    push_name(d, name, length, &words, (unsigned)hash % PZ_LUA_JSON_NAMES);
    d->place = (unsigned)(hash >> 40) % PZ_LUA_JSON_HINTS;
    if ((object->names_seen & bit) && has_member(d, object))
        report_duplicate(d);
    object->names_seen |= bit;
    if (pz_decode_next(d) != ':')
        return pz_decode_refuse(d, "a colon is missing behind a member's name");
    d->at++;
    return 1;
}
