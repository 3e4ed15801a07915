/* The encoder's state, for the files that make it up: json_encode.c walks the values,
 * json_encode_table.c tells what a table is, json_encode_order.c brings members into their order,
 * json_encode_options.c reads the options, json_encode_failure.c says what is wrong and where.
 *
 * While an encode is under way nothing is allocated on the Lua side: so no collector runs, no
 * finalizer either, and neither tables nor strings change or move under its hands. */
#ifndef PZ_LUA_JSON_ENCODE_H
#define PZ_LUA_JSON_ENCODE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lua/json.h"

/* Fixed places on the stack; the open tables follow, three slots each. */
enum {
    PZ_ENCODE_VALUE = 1,
    PZ_ENCODE_OPTIONS,
    PZ_ENCODE_MEMORY,
    PZ_ENCODE_TYPE_KEY,   /* "__jsontype" */
    PZ_ENCODE_ARRAYS_KEY, /* "__jsonarrays" */
    PZ_ENCODE_ARRAYS,     /* the option: a tree, or nil */
    PZ_ENCODE_RANK,       /* the option: a table, or nil */
    PZ_ENCODE_SPILL,      /* a table: members that are put in order and don't fit on the stack */
    PZ_ENCODE_FIXED_SLOTS = PZ_ENCODE_SPILL,
};

/* Above an open table lies its tree (which of its empty members are arrays; or nil), then the key
 * of lua_next, or the names and values that were put in order. */
enum pz_encode_kind {
    PZ_ENCODE_ITEMS,         /* an array, as lua_next gives it: 1, 2, 3, ... */
    PZ_ENCODE_INDEXED_ITEMS, /* an array whose keys come in no order: by index */
    PZ_ENCODE_MEMBERS,       /* an object, as lua_next gives it */
    PZ_ENCODE_SORTED_MEMBERS,
};

/* A member of an object that is put in order. Names stay where Lua has them. */
typedef struct pz_encode_member {
    const char *name;
    size_t length;
    int64_t rank;
    size_t position; /* in the order of lua_next */
} pz_encode_member;

typedef struct pz_encode_frame {
    enum pz_encode_kind kind;
    bool has_tree;
    bool pending;     /* a key and a value of lua_next are on the stack already */
    int table;        /* its place on the stack */
    size_t index;     /* items or members begun so far */
    size_t count;     /* of all, where it is known */
    const char *name; /* of the member begun last */
    size_t name_length;
    /* Sorted: names and values by their position in turns, on the stack from here on; 0: spilled.
     */
    int pairs;
    size_t first_spilled;
    struct pz_encode_shape *shape; /* whose order it is; NULL: its own */
    size_t first_own;
} pz_encode_frame;

typedef struct pz_encoder {
    lua_State *L;
    const pz_lua_json_marks *marks;
    pz_buffer *out;
    pz_buffer *frames, *members, *shapes; /* arrays of frames, members, known shapes */
    size_t depth, max_depth;
    size_t own_count, spill_count; /* members in use by open objects: in `members`, in the spill */
    bool pretty, canonical;
    const char *message; /* static; NULL: all is well */
    char detail[96];     /* for messages that are made up */
} pz_encoder;

static inline pz_encode_frame *pz_encode_frame_at(pz_encoder *e, size_t depth)
{
    return (pz_encode_frame *)(void *)e->frames->bytes + depth;
}

static inline pz_encode_frame *pz_encode_top(pz_encoder *e)
{
    return pz_encode_frame_at(e, e->depth - 1);
}

/* Fills the fixed places and the state from the arguments of encode. */
void pz_encode_prepare(pz_encoder *e);

/* Makes room for `extra` more elements behind `count`; false: refused for want of memory. */
bool pz_encode_reserve(pz_encoder *e, pz_buffer *array, size_t count, size_t extra, size_t size);

/* The table on top of the stack: opens a frame for it and writes its bracket, or writes it whole if
 * it is empty (and pops it). */
bool pz_encode_open(pz_encoder *e);
/* A list whose keys came in no order: its frame goes on by index, if it is a list. */
bool pz_encode_settle_list(pz_encoder *e, pz_encode_frame *frame);
/* For a key of lua_next that the frame's kind does not allow; the key is at `index`. */
bool pz_encode_refuse_key(pz_encoder *e, const pz_encode_frame *frame, int index);

/* Collects the members of the frame's object; the first key and value of lua_next are on the stack.
 */
bool pz_encode_sort(pz_encoder *e, pz_encode_frame *frame);
const pz_encode_member *pz_encode_sorted(pz_encoder *e, const pz_encode_frame *frame, size_t index);
/* Pushes of the member begun last the name (which = 0) or the value (1). */
void pz_encode_push_sorted(pz_encoder *e, const pz_encode_frame *frame, int which);
void pz_encode_forget_sorted(pz_encoder *e, const pz_encode_frame *frame);

/* All of these return false: what stood last on the path is what `message` speaks of. */
bool pz_encode_refuse(pz_encoder *e, const char *message);
bool pz_encode_refuse_table(pz_encoder *e, const char *message);
/* The value on top of the stack has a type that JSON does not have. */
bool pz_encode_refuse_type(pz_encoder *e, const char *what);
bool pz_encode_refuse_depth(pz_encoder *e);
/* Pushes nil, the message and the path. */
int pz_encode_push_failure(pz_encoder *e);

#endif
