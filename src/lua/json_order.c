/* Sorts members into canonical order. Siblings mostly have the same members, so the order of one is
 * kept, as a shape, and reused for the next one with the same keys in lua_next's order. */
#include "lua/json_order.h"

#include <stdlib.h>
#include <string.h>

#define SHAPES 32
#define MOST_SHAPE_MEMBERS 32
/* The deepest level with members on the stack: they take two slots each, and LuaJIT gives us 8000.
 */
#define MOST_LEVELS_ON_STACK 20

/* The order of objects whose keys lua_next gives as `keys`. Comparing the addresses of strings is
 * enough: during an encode none is made, so that no other one gets the address of one that an
 * emergency collection freed. */
typedef struct pz_order_shape {
    size_t count;
    size_t users; /* open objects that use this order */
    const void *keys[MOST_SHAPE_MEMBERS];
    pz_order_member sorted[MOST_SHAPE_MEMBERS];
} pz_order_shape;

/* ------------------------------------------------------------------ collecting names and values */

/* Collects the keys and values of an object on the stack. False: it has too many members, or is
 * nested too deeply; the stack is as before. */
static bool collect_on_stack(const pz_order *order, pz_order_object *object, int table,
                             size_t level, const void **keys)
{
    lua_State *L = order->L;
    int pairs = lua_gettop(L) - 1;
    size_t count = 0;
    if (level > MOST_LEVELS_ON_STACK || !lua_checkstack(L, 2 * MOST_SHAPE_MEMBERS + 8))
        return false;
    do {
        if (count == MOST_SHAPE_MEMBERS) {
            lua_settop(L, pairs + 1);
            return false;
        }
        keys[count++] = lua_topointer(L, -2);
        lua_pushvalue(L, -2);
    } while (lua_next(L, table) != 0);
    object->pairs = pairs;
    object->count = count;
    return true;
}

/* Same, into the spill table. Pops the first key and value. */
static void collect_in_spill(pz_order *order, pz_order_object *object, int table)
{
    lua_State *L = order->L;
    object->pairs = 0;
    object->count = 0;
    object->first_spilled = order->spill_count;
    do {
        int slot = (int)(order->spill_count++ * 2 + 1);
        lua_rawseti(L, order->spill, slot + 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, order->spill, slot);
        object->count++;
    } while (lua_next(L, table) != 0);
}

/* Pushes the name (which = 0) or the value (1) at `position` in lua_next's order. */
static void push_collected(const pz_order *order, const pz_order_object *object, size_t position,
                           int which)
{
    if (object->pairs != 0)
        lua_pushvalue(order->L, object->pairs + (int)position * 2 + which);
    else
        lua_rawgeti(order->L, order->spill,
                    (int)(object->first_spilled + position) * 2 + 1 + which);
}

/* ------------------------------------------------------------------ ordering */

static int compare_members(const void *left, const void *right)
{
    const pz_order_member *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    int difference = memcmp(a->name, b->name, a->length < b->length ? a->length : b->length);
    if (difference != 0)
        return difference;
    return a->length < b->length ? -1 : a->length > b->length;
}

/* Returns the rank of the name on top of the stack. */
static int64_t rank_of_name(const pz_order *order)
{
    lua_State *L = order->L;
    int64_t rank = INT64_MAX;
    if (lua_isnil(L, order->rank))
        return rank;
    lua_pushvalue(L, -1);
    lua_rawget(L, order->rank);
    if (lua_type(L, -1) == LUA_TNUMBER)
        rank = (int64_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
    return rank;
}

/* Fills in `sorted` from the collected names. */
static enum pz_order_outcome sort_collected(const pz_order *order, const pz_order_object *object,
                                            pz_order_member *sorted)
{
    lua_State *L = order->L;
    for (size_t i = 0; i < object->count; i++) {
        pz_order_member *member = &sorted[i];
        push_collected(order, object, i, 0);
        if (lua_type(L, -1) != LUA_TSTRING)
            return PZ_ORDER_BAD_KEY;
        member->name = lua_tolstring(L, -1, &member->length);
        member->rank = rank_of_name(order);
        member->position = i;
        lua_pop(L, 1);
    }
    qsort(sorted, object->count, sizeof *sorted, compare_members);
    return PZ_ORDER_DONE;
}

/* Sorts the members of an object for which no shape can be kept. */
static enum pz_order_outcome sort_own(pz_order *order, pz_order_object *object)
{
    if (!pz_buffer_reserve_elements(order->members, order->own_count, object->count,
                                    sizeof(pz_order_member)))
        return PZ_ORDER_NO_MEMORY;
    pz_order_member *members = (pz_order_member *)(void *)order->members->bytes;
    object->first_own = order->own_count;
    order->own_count += object->count;
    return sort_collected(order, object, members + object->first_own);
}

/* ------------------------------------------------------------------ shapes */

static bool make_shapes(pz_order *order)
{
    if (!pz_buffer_reserve_elements(order->shapes, 0, SHAPES, sizeof(pz_order_shape)))
        return false;
    for (size_t i = 0; i < SHAPES; i++) {
        pz_order_shape *shape = (pz_order_shape *)(void *)order->shapes->bytes + i;
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): room was made, so there are bytes */
        shape->count = shape->users = 0;
    }
    return true;
}

/* Returns the place for the shape with these keys. */
static pz_order_shape *shape_for(const pz_order *order, const void *const *keys, size_t count)
{
    uint64_t hash = count;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ (uint64_t)(uintptr_t)keys[i]) * UINT64_C(0x9E3779B97F4A7C15);
    return (pz_order_shape *)(void *)order->shapes->bytes + (hash >> 40) % SHAPES;
}

static enum pz_order_outcome use_shape(pz_order *order, pz_order_object *object,
                                       const void *const *keys)
{
    pz_order_shape *shape = shape_for(order, keys, object->count);
    size_t bytes = object->count * sizeof *keys;
    if (shape->count != object->count || memcmp(shape->keys, keys, bytes) != 0) {
        if (shape->users != 0)
            return sort_own(order, object);
        shape->count = 0;
        enum pz_order_outcome outcome = sort_collected(order, object, shape->sorted);
        if (outcome != PZ_ORDER_DONE)
            return outcome;
        shape->count = object->count;
        memcpy(shape->keys, keys, bytes);
    }
    shape->users++;
    object->shape = shape;
    return PZ_ORDER_DONE;
}

/* ------------------------------------------------------------------ for the encoder */

enum pz_order_outcome pz_order_open(pz_order *order, pz_order_object *object, int table,
                                    size_t level)
{
    const void *keys[MOST_SHAPE_MEMBERS];
    object->shape = NULL;
    if (!collect_on_stack(order, object, table, level, keys)) {
        collect_in_spill(order, object, table);
        return sort_own(order, object);
    }
    if (order->shapes->bytes == NULL && !make_shapes(order))
        return PZ_ORDER_NO_MEMORY;
    return use_shape(order, object, keys);
}

/* Frees the object's places for the next object. The table still holds the values. */
void pz_order_close(pz_order *order, const pz_order_object *object)
{
    if (object->shape != NULL)
        object->shape->users--;
    else
        order->own_count -= object->count;
    if (object->pairs == 0)
        order->spill_count -= object->count;
}

const pz_order_member *pz_order_member_at(const pz_order *order, const pz_order_object *object,
                                          size_t index)
{
    const pz_order_member *own = (const pz_order_member *)(const void *)order->members->bytes;
    return object->shape != NULL ? &object->shape->sorted[index] : &own[object->first_own + index];
}

void pz_order_push_name(const pz_order *order, const pz_order_object *object,
                        const pz_order_member *member)
{
    push_collected(order, object, member->position, 0);
}

void pz_order_push_value(const pz_order *order, const pz_order_object *object,
                         const pz_order_member *member)
{
    push_collected(order, object, member->position, 1);
}

int pz_order_value_place(const pz_order_object *object, const pz_order_member *member)
{
    return object->pairs != 0 ? object->pairs + (int)member->position * 2 + 1 : 0;
}
