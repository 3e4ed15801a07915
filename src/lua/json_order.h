/* Sorts the members of an object into canonical order: by rank, then by name. Reads tables raw.
 * Names and values are on the stack or in the spill table, so that they stay in an emergency
 * collection, which a lack of memory may cause; Lua moves no names. */
#ifndef PZ_LUA_JSON_ORDER_H
#define PZ_LUA_JSON_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "lua/compat.h"

typedef struct pz_order {
    lua_State *L;
    int rank;  /* stack index of a table (name to number), or of nil */
    int spill; /* stack index of a table for members that do not fit on the stack */
    pz_buffer *members, *shapes;   /* memory of the caller */
    size_t own_count, spill_count; /* members of open objects: in `members`, in the spill table */
} pz_order;

typedef struct pz_order_member {
    const char *name;
    size_t length;
    int64_t rank;
    size_t position; /* in lua_next's order */
} pz_order_member;

/* An object with sorted members, from pz_order_open to pz_order_close. */
typedef struct pz_order_object {
    size_t count; /* number of members */
    int pairs;    /* stack index of the first name; names and values alternate; 0: spilled */
    size_t first_spilled;
    struct pz_order_shape *shape; /* the shape that is used; NULL: it has its own order */
    size_t first_own;
} pz_order_object;

enum pz_order_outcome {
    PZ_ORDER_DONE,
    PZ_ORDER_BAD_KEY, /* a key is not a string; it is on top of the stack */
    PZ_ORDER_NO_MEMORY,
};

/* Sorts the members of the table at `table`. lua_next's first key and value are on top of the
 * stack. Names and values stay there until the object is closed and the caller cuts the stack.
 * `level`: nesting of the object, from 1. */
enum pz_order_outcome pz_order_open(pz_order *order, pz_order_object *object, int table,
                                    size_t level);
void pz_order_close(pz_order *order, const pz_order_object *object);

const pz_order_member *pz_order_member_at(const pz_order *order, const pz_order_object *object,
                                          size_t index);
void pz_order_push_name(const pz_order *order, const pz_order_object *object,
                        const pz_order_member *member);
void pz_order_push_value(const pz_order *order, const pz_order_object *object,
                         const pz_order_member *member);
/* Returns the stack index of the value; 0: it must be pushed. */
int pz_order_value_place(const pz_order_object *object, const pz_order_member *member);

#endif
