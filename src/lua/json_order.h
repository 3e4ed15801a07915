/* The members of an object in canonical order: by their rank, then by name. The order reads tables
 * raw and never lets the collector run, so names stay where Lua has them. */
#ifndef PZ_LUA_JSON_ORDER_H
#define PZ_LUA_JSON_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "lua/compat.h"

typedef struct pz_order {
    lua_State *L;
    int rank;                    /* the place on the stack of a table (name to number), or of nil */
    int spill;                   /* of a table in which members wait that don't fit on the stack */
    pz_buffer *members, *shapes; /* memory, which is the caller's */
    size_t own_count, spill_count; /* members in use by open objects: in `members`, in the spill */
} pz_order;

typedef struct pz_order_member {
    const char *name;
    size_t length;
    int64_t rank;
    size_t position; /* in the order of lua_next */
} pz_order_member;

/* An object whose members are put in order, from pz_order_open to pz_order_close. */
typedef struct pz_order_object {
    size_t count; /* of its members */
    int pairs;    /* names and values by their position in turns, from here on; 0: spilled */
    size_t first_spilled;
    struct pz_order_shape *shape; /* whose order it is; NULL: its own */
    size_t first_own;
} pz_order_object;

enum pz_order_outcome {
    PZ_ORDER_DONE,
    PZ_ORDER_BAD_KEY, /* one that is no string; it is on top of the stack */
    PZ_ORDER_NO_MEMORY,
};

/* Puts the members of the table at `table` in order. The first key and value of lua_next are on top
 * of the stack; names and values wait there until the object is closed and the caller cuts the
 * stack. `level`: of the object among the open ones, from 1. */
enum pz_order_outcome pz_order_open(pz_order *order, pz_order_object *object, int table,
                                    size_t level);
void pz_order_close(pz_order *order, const pz_order_object *object);

const pz_order_member *pz_order_member_at(const pz_order *order, const pz_order_object *object,
                                          size_t index);
void pz_order_push_name(const pz_order *order, const pz_order_object *object,
                        const pz_order_member *member);
void pz_order_push_value(const pz_order *order, const pz_order_object *object,
                         const pz_order_member *member);
/* The place of the value on the stack, or 0: it has to be pushed. */
int pz_order_value_place(const pz_order_object *object, const pz_order_member *member);

#endif
