/* The values of a document, only for the files that implement documents. */
#ifndef PZ_JSON_VALUE_H
#define PZ_JSON_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "json/arena.h"
#include "json/type.h"

typedef struct pz_json_text_part {
    const char *bytes; /* also NUL-terminated */
    size_t length;
} pz_json_text_part;

typedef struct pz_json_named {
    pz_json_text_part name;
    pz_json_value *value;
} pz_json_named;

struct pz_json_value {
    enum pz_json_type type;
    union {
        pz_json_text_part text; /* strings; numbers as written */
        struct {
            pz_json_value **list;
            size_t count, capacity;
        } items;
        struct {
            pz_json_named *list;
            size_t count, capacity;
            uint32_t *index; /* hash table of positions + 1; NULL while there are few members */
            size_t index_mask;
        } members;
    } as;
};

struct pz_json_document {
    pz_arena arena;
};

/* Creates an empty value of the type; NULL: no memory. */
pz_json_value *pz_json_new_value(pz_json_document *document, enum pz_json_type type);

/* Copies the bytes into the arena; NULL: no memory. */
const char *pz_json_keep(pz_json_document *document, const char *bytes, size_t length);

/* Creates a number or string whose bytes are already in the arena. NULL: no memory, also if `bytes`
 * is NULL. */
pz_json_value *pz_json_new_part(pz_json_document *document, enum pz_json_type type,
                                const char *bytes, size_t length);

#endif
