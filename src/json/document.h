/* A JSON document as a tree in one arena. It keeps the order of members, the digits of numbers, and
 * empty arrays. The emulator stores documents and replies with them. Nothing here depends on Lua.
 *
 * Every function that creates a value returns NULL if there is no memory. A value lives as long as
 * its document; strings are copied into the arena. */
#ifndef PZ_JSON_DOCUMENT_H
#define PZ_JSON_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "json/error.h"
#include "json/type.h"

pz_json_document *pz_json_document_new(void);
void pz_json_document_free(pz_json_document *document); /* NULL is fine */

/* The bytes of memory that the document's values take. */
size_t pz_json_document_size(const pz_json_document *document);
/* Frees all values. */
void pz_json_document_clear(pz_json_document *document);

/* Parses RFC 8259 text strictly into `document`. Of several members with one name the last wins, in
 * the place of the first. NULL: see `error`. */
pz_json_value *pz_json_document_parse(pz_json_document *document, const char *text, size_t length,
                                      unsigned max_depth, pz_json_error *error);

pz_json_value *pz_json_new_null(pz_json_document *document);
pz_json_value *pz_json_new_boolean(pz_json_document *document, bool truth);
pz_json_value *pz_json_new_integer(pz_json_document *document, int64_t integer);
pz_json_value *pz_json_new_string(pz_json_document *document, const char *bytes, size_t length);
pz_json_value *pz_json_new_text(pz_json_document *document, const char *text); /* NUL-terminated */
pz_json_value *pz_json_new_array(pz_json_document *document);
pz_json_value *pz_json_new_object(pz_json_document *document);
/* Makes a deep copy in `document`, which may be another one than the value's. */
pz_json_value *pz_json_copy(pz_json_document *document, const pz_json_value *value);

/* NULL stands for a missing value: these functions treat it as a value of another type. */
enum pz_json_type pz_json_type_of(const pz_json_value *value);
bool pz_json_is(const pz_json_value *value, enum pz_json_type type);
/* Returns the bytes of a string, or the text of a number as written; NULL for other types. The text
 * is NUL-terminated (a string may contain further NULs). */
const char *pz_json_text(const pz_json_value *value, size_t *length);
bool pz_json_integer(const pz_json_value *value,
                     int64_t *integer);           /* false: not an integer that fits */
size_t pz_json_count(const pz_json_value *value); /* items or members; 0 for others */

/* NULL: it is no array, or has no such item. */
pz_json_value *pz_json_item(const pz_json_value *array, size_t index);
bool pz_json_append(pz_json_document *document, pz_json_value *array,
                    pz_json_value *item); /* false: no memory */

pz_json_value *pz_json_get(const pz_json_value *object, const char *name);
/* Returns the value of the member at `index`, and its name in *name. */
pz_json_value *pz_json_member(const pz_json_value *object, size_t index, const char **name,
                              size_t *length);
/* Replaces the member in its place, or appends it. False: no memory, or `value` is NULL, so that
 * calls can be nested. */
bool pz_json_set(pz_json_document *document, pz_json_value *object, const char *name,
                 pz_json_value *value);
bool pz_json_set_text(pz_json_document *document, pz_json_value *object, const char *name,
                      const char *text);
void pz_json_remove(pz_json_value *object, const char *name);
/* Removes all members for which `is_meant` is true, in one pass. A single removal takes time in
 * proportion to the object's size. */
void pz_json_remove_where(pz_json_value *object, bool (*is_meant)(const char *name, size_t length));

/* Appends the value's JSON; `pretty` indents by two spaces. Check out->failure afterwards. */
void pz_json_write(const pz_json_value *value, bool pretty, pz_buffer *out);

#endif
