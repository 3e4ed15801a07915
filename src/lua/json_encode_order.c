/* Canonical order: members by their rank, then by name. Siblings mostly have the same members, so
 * the order found for one is remembered and used for the next that lua_next walks alike. */
#include "lua/json_encode.h"

#include <stdlib.h>

#define SHAPES 32
#define MOST_SHAPE_MEMBERS 32
/* Members wait on the stack only that far down: two slots each, and LuaJIT gives us 8000. */
#define MOST_LEVELS_ON_STACK 20

/* The order of objects whose keys lua_next gives as `keys`. Addresses of strings are enough: no
 * string comes or goes while an encode is under way. */
typedef struct pz_encode_shape {
    size_t count;
    size_t users; /* open objects that are being written in its order */
    const void *keys[MOST_SHAPE_MEMBERS];
    pz_encode_member sorted[MOST_SHAPE_MEMBERS];
} pz_encode_shape;

/* ------------------------------------------------------------------ where names and values wait */

/* Walks the object, leaving each key and value on the stack. False: there are too many, or too many
 * around it; the stack is as before. */
static bool collect_on_stack(pz_encoder *e, pz_encode_frame *frame, const void **keys)
{
    lua_State *L = e->L;
    int pairs = lua_gettop(L) - 1;
    size_t count = 0;
    if (e->depth > MOST_LEVELS_ON_STACK || !lua_checkstack(L, 2 * MOST_SHAPE_MEMBERS + 8))
        return false;
    do {
        if (count == MOST_SHAPE_MEMBERS) {
            lua_settop(L, pairs + 1);
            return false;
        }
        keys[count++] = lua_topointer(L, -2);
        lua_pushvalue(L, -2);
    } while (lua_next(L, frame->table) != 0);
    frame->pairs = pairs;
    frame->count = count;
    return true;
}

/* The same into a table. The first key and value are on the stack and go from it. */
static void collect_in_spill(pz_encoder *e, pz_encode_frame *frame)
{
    lua_State *L = e->L;
    frame->pairs = 0;
    frame->count = 0;
    frame->first_spilled = e->spill_count;
    do {
        int slot = (int)(e->spill_count++ * 2 + 1);
        lua_rawseti(L, PZ_ENCODE_SPILL, slot + 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, PZ_ENCODE_SPILL, slot);
        frame->count++;
    } while (lua_next(L, frame->table) != 0);
}

/* Pushes the name (which = 0) or the value (1) of the member that lua_next gave as that one. */
static void push_collected(pz_encoder *e, const pz_encode_frame *frame, size_t position, int which)
{
    if (frame->pairs != 0)
        lua_pushvalue(e->L, frame->pairs + (int)position * 2 + which);
    else
        lua_rawgeti(e->L, PZ_ENCODE_SPILL, (int)(frame->first_spilled + position) * 2 + 1 + which);
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

/* The rank of the name on top of the stack. */
static int64_t rank_of_name(lua_State *L)
{
    int64_t rank = INT64_MAX;
    if (lua_isnil(L, PZ_ENCODE_RANK))
        return rank;
    lua_pushvalue(L, -1);
    lua_rawget(L, PZ_ENCODE_RANK);
    if (lua_type(L, -1) == LUA_TNUMBER)
        rank = (int64_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return rank;
}

/* Fills in `sorted` from the names that were collected. */
static bool sort_collected(pz_encoder *e, pz_encode_frame *frame, pz_encode_member *sorted)
{
    lua_State *L = e->L;
    for (size_t i = 0; i < frame->count; i++) {
        pz_encode_member *member = &sorted[i];
        push_collected(e, frame, i, 0);
        if (lua_type(L, -1) != LUA_TSTRING)
            return pz_encode_refuse_key(e, frame, -1);
        member->name = lua_tolstring(L, -1, &member->length);
        member->rank = rank_of_name(L);
        member->position = i;
        lua_pop(L, 1);
    }
    qsort(sorted, frame->count, sizeof *sorted, compare_members);
    return true;
}

/* An order of the object's own, as no shape can be remembered for it. */
static bool sort_own(pz_encoder *e, pz_encode_frame *frame)
{
    if (!pz_encode_reserve(e, e->members, e->own_count, frame->count, sizeof(pz_encode_member)))
        return false;
    frame->first_own = e->own_count;
    e->own_count += frame->count;
    return sort_collected(e, frame,
                          (pz_encode_member *)(void *)e->members->bytes + frame->first_own);
}

/* ------------------------------------------------------------------ shapes */

static bool make_shapes(pz_encoder *e)
{
    if (!pz_encode_reserve(e, e->shapes, 0, SHAPES, sizeof(pz_encode_shape)))
        return false;
    for (size_t i = 0; i < SHAPES; i++) {
        pz_encode_shape *shape = (pz_encode_shape *)(void *)e->shapes->bytes + i;
        shape->count = shape->users = 0;
    }
    return true;
}

/* The place where the shape with these keys is, or would be remembered. */
static pz_encode_shape *shape_for(pz_encoder *e, const void *const *keys, size_t count)
{
    uint64_t hash = count;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ (uint64_t)(uintptr_t)keys[i]) * UINT64_C(0x9E3779B97F4A7C15);
    return (pz_encode_shape *)(void *)e->shapes->bytes + (hash >> 40) % SHAPES;
}

static bool use_shape(pz_encoder *e, pz_encode_frame *frame, const void *const *keys)
{
    pz_encode_shape *shape = shape_for(e, keys, frame->count);
    size_t bytes = frame->count * sizeof *keys;
    if (shape->count != frame->count || memcmp(shape->keys, keys, bytes) != 0) {
        if (shape->users != 0)
            return sort_own(e, frame);
        shape->count = 0;
        if (!sort_collected(e, frame, shape->sorted))
            return false;
        shape->count = frame->count;
        memcpy(shape->keys, keys, bytes);
    }
    shape->users++;
    frame->shape = shape;
    return true;
}

bool pz_encode_sort(pz_encoder *e, pz_encode_frame *frame)
{
    const void *keys[MOST_SHAPE_MEMBERS];
    if (collect_on_stack(e, frame, keys))
        return (e->shapes->bytes != NULL || make_shapes(e)) && use_shape(e, frame, keys);
    collect_in_spill(e, frame);
    return sort_own(e, frame);
}

/* ------------------------------------------------------------------ using the order */

const pz_encode_member *pz_encode_sorted(pz_encoder *e, const pz_encode_frame *frame, size_t index)
{
    const pz_encode_member *own = (const pz_encode_member *)(const void *)e->members->bytes;
    return frame->shape != NULL ? &frame->shape->sorted[index] : &own[frame->first_own + index];
}

void pz_encode_push_sorted(pz_encoder *e, const pz_encode_frame *frame, int which)
{
    push_collected(e, frame, pz_encode_sorted(e, frame, frame->index - 1)->position, which);
}

/* Places of their own are used again by the next object; the values are still held by theirs. */
void pz_encode_forget_sorted(pz_encoder *e, const pz_encode_frame *frame)
{
    if (frame->shape != NULL)
        frame->shape->users--;
    else
        e->own_count -= frame->count;
    if (frame->pairs == 0)
        e->spill_count -= frame->count;
}
