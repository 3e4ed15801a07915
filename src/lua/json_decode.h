/* The decoder's state, for the files that make it up: json_decode.c reads values and containers,
 * json_decode_name.c the names of members. */
#ifndef PZ_LUA_JSON_DECODE_H
#define PZ_LUA_JSON_DECODE_H

#include <stdint.h>

#include "lua/json.h"
#include "json/scan.h"

/* Fixed places on the stack; the containers follow. */
enum {
    PZ_DECODE_TEXT = 1, /* or what owns it */
    PZ_DECODE_MAX_DEPTH,
    PZ_DECODE_ARRAY_MARK,
    PZ_DECODE_OBJECT_MARK,
    PZ_DECODE_NUMBER_METATABLE,
    PZ_DECODE_FRAMES,     /* a userdata that holds the frames once there are many */
    PZ_DECODE_SCRATCH,    /* one that holds strings while their escapes are resolved */
    PZ_DECODE_DUPLICATES, /* a table of paths, or nil */
    PZ_DECODE_MARKS,      /* held, though another module table may replace them */
    PZ_DECODE_NAMES,      /* the table of known names */
    PZ_DECODE_FIXED_SLOTS = PZ_DECODE_NAMES,
};

/* What most texts need, before memory of Lua's is taken. */
#define PZ_DECODE_FIRST_FRAMES 24
#define PZ_DECODE_FIRST_SCRATCH 512

typedef struct pz_decode_frame {
    int is_array;
    int table;      /* its place on the stack; an open member's name is above it */
    unsigned place; /* in the hints */
    size_t count;
    uint64_t names_seen; /* a Bloom filter */
} pz_decode_frame;

typedef struct pz_decoder {
    lua_State *L;
    const char *at, *end;
    pz_json_fault fault;
    int too_deep;
    pz_decode_frame *frames;
    size_t depth, capacity, max_depth;
    char *scratch;
    size_t scratch_size;
    unsigned place; /* of the value that comes next */
    pz_lua_json_marks *marks;
    pz_decode_frame first_frames[PZ_DECODE_FIRST_FRAMES];
    char first_scratch[PZ_DECODE_FIRST_SCRATCH];
} pz_decoder;

static inline int pz_decode_refuse(pz_decoder *d, const char *message)
{
    d->fault.message = d->at < d->end ? message : "the text ends too early";
    d->fault.at = d->at;
    return 0;
}

/* The byte at the next token; NUL (which starts no token) at the end. */
static inline char pz_decode_next(pz_decoder *d)
{
    d->at = pz_json_skip_space(d->at, d->end);
    return d->at < d->end ? *d->at : '\0';
}

/* Resolves the escapes of a string that was scanned. */
const char *pz_decode_unescaped(pz_decoder *d, const char *bytes, size_t *length);

/* `at` is at the opening quote. The string is good until the next one is read. */
static inline const char *pz_decode_string(pz_decoder *d, size_t *length)
{
    int escaped;
    const char *start = d->at + 1;
    const char *quote = pz_json_scan_string(start, d->end, &escaped, &d->fault);
    if (quote == NULL)
        return NULL;
    d->at = quote + 1;
    *length = (size_t)(quote - start);
    return escaped ? pz_decode_unescaped(d, start, length) : start;
}

/* Pushes the next member's name and goes behind the colon; false: refused. */
int pz_decode_name(pz_decoder *d, pz_decode_frame *object);

#endif
