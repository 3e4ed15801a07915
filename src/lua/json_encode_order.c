/* Canonical order: members by their rank, then by name. Siblings mostly have the same members, so
 * the order found for one is remembered and used for the next that lua_next walks alike. */
#include "lua/json_encode.h"

#include <stdlib.h>

#define MOST_SHAPE_MEMBERS 32
#define SHAPES 32

/* The order of an object whose keys lua_next gave as `keys`. Addresses of strings are enough: no
 * string comes or goes while an encode is under way. */
typedef struct shape {
    size_t count;
    const char *keys[MOST_SHAPE_MEMBERS];
    pz_encode_member sorted[MOST_SHAPE_MEMBERS];
} shape;

static pz_encode_member *members_of(pz_encoder *e, const pz_encode_frame *frame)
{
    return (pz_encode_member *)(void *)e->members->bytes + frame->members;
}

/* The values wait in a table of Lua's; at the same index, negated, what the tree around them says
 * of those that are tables. */
static int slot_of(const pz_encode_frame *frame, size_t position)
{
    return (int)(frame->members + position + 1);
}

/* ------------------------------------------------------------------ collecting */

/* Takes the value from the stack, where it lies above its key. */
static void keep_value(pz_encoder *e, const pz_encode_frame *frame, size_t position)
{
    lua_State *L = e->L;
    if (frame->has_tree && lua_istable(L, -1)) {
        lua_pushvalue(L, -2);
        lua_rawget(L, frame->table + 1);
        lua_rawseti(L, PZ_ENCODE_SORTED, -slot_of(frame, position));
    }
    lua_rawseti(L, PZ_ENCODE_SORTED, slot_of(frame, position));
}

/* Lists all members in the order of lua_next; `hash` tells shapes apart. */
static bool collect(pz_encoder *e, pz_encode_frame *frame, uint64_t *hash)
{
    lua_State *L = e->L;
    *hash = 0;
    do {
        size_t position = frame->count;
        if (lua_type(L, -2) != LUA_TSTRING)
            return pz_encode_refuse_key(e, frame, -2);
        if (!pz_encode_reserve(e, e->members, e->member_count, 1, sizeof(pz_encode_member)))
            return false;
        pz_encode_member *member = members_of(e, frame) + position;
        member->name = lua_tolstring(L, -2, &member->length);
        member->position = position;
        *hash = (*hash ^ (uint64_t)(uintptr_t)member->name) * UINT64_C(0x9E3779B97F4A7C15);
        keep_value(e, frame, position);
        frame->count++;
        e->member_count++;
    } while (lua_next(L, frame->table) != 0);
    *hash ^= *hash >> 32;
    return true;
}

/* ------------------------------------------------------------------ ordering */

static int compare_members(const void *left, const void *right)
{
    const pz_encode_member *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    int difference = memcmp(a->name, b->name, a->length < b->length ? a->length : b->length);
    if (difference != 0)
        return difference;
    return a->length < b->length ? -1 : a->length > b->length;
}

/* Walks the object once more, for the keys themselves: ranks are looked up by them. */
static void look_up_ranks(pz_encoder *e, const pz_encode_frame *frame)
{
    lua_State *L = e->L;
    pz_encode_member *member = members_of(e, frame);
    lua_pushnil(L);
    while (lua_next(L, frame->table) != 0) {
        lua_pop(L, 1);
        member->rank = INT64_MAX;
        if (!lua_isnil(L, PZ_ENCODE_RANK)) {
            lua_pushvalue(L, -1);
            lua_rawget(L, PZ_ENCODE_RANK);
            if (lua_type(L, -1) == LUA_TNUMBER)
                member->rank = (int64_t)lua_tointeger(L, -1);
            lua_pop(L, 1);
        }
        member++;
    }
}

static bool same_keys(const shape *known, const pz_encode_member *members, size_t count)
{
    if (known->count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (known->keys[i] != members[i].name)
            return false;
    }
    return true;
}

/* The place where a shape with this hash is or would be remembered; NULL: not remembered. */
static shape *shape_for(pz_encoder *e, uint64_t hash, size_t count)
{
    if (count > MOST_SHAPE_MEMBERS)
        return NULL;
    if (e->shapes->bytes == NULL) {
        if (!pz_buffer_reserve(e->shapes, SHAPES * sizeof(shape)))
            return NULL;
        for (size_t i = 0; i < SHAPES; i++)
            ((shape *)(void *)e->shapes->bytes)[i].count = 0;
    }
    return (shape *)(void *)e->shapes->bytes + hash % SHAPES;
}

bool pz_encode_sort(pz_encoder *e, pz_encode_frame *frame)
{
    uint64_t hash;
    frame->members = e->member_count;
    if (!collect(e, frame, &hash))
        return false;
    size_t count = frame->count;
    pz_encode_member *members = members_of(e, frame);
    shape *known = shape_for(e, hash, count);
    if (known != NULL && same_keys(known, members, count)) {
        memcpy(members, known->sorted, count * sizeof *members);
        return true;
    }
    if (known != NULL) {
        known->count = count;
        for (size_t i = 0; i < count; i++)
            known->keys[i] = members[i].name;
    }
    look_up_ranks(e, frame);
    qsort(members, count, sizeof *members, compare_members);
    if (known != NULL)
        memcpy(known->sorted, members, count * sizeof *members);
    return true;
}

/* ------------------------------------------------------------------ using the order */

static size_t begun_last(pz_encoder *e, const pz_encode_frame *frame)
{
    return members_of(e, frame)[frame->index - 1].position;
}

void pz_encode_push_sorted(pz_encoder *e, const pz_encode_frame *frame)
{
    lua_rawgeti(e->L, PZ_ENCODE_SORTED, slot_of(frame, begun_last(e, frame)));
}

void pz_encode_push_sorted_tree(pz_encoder *e, const pz_encode_frame *frame)
{
    lua_rawgeti(e->L, PZ_ENCODE_SORTED, -slot_of(frame, begun_last(e, frame)));
}

/* Their places are used again by the next object; the values are still held by their own. */
void pz_encode_forget_sorted(pz_encoder *e, const pz_encode_frame *frame)
{
    e->member_count = frame->members;
}
