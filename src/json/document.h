/* A JSON document as a tree in one arena: nothing of the text is lost (member order, the digits of
 * numbers, empty arrays). The emulator stores and answers with it. It knows no Lua.
 *
 * Every function that makes something returns NULL when memory is out; nothing aborts. A value
 * lives as long as its document; strings given to it are copied into the arena. */
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

/* Parses RFC 8259 text strictly into `document`; of a member given twice the last wins (and stands
 * where the first stood). NULL: `error` says what and where. */
pz_json_value *pz_json_document_parse(pz_json_document *document, const char *text, size_t length,
                                      unsigned max_depth, pz_json_error *error);

pz_json_value *pz_json_new_null(pz_json_document *document);
pz_json_value *pz_json_new_boolean(pz_json_document *document, bool truth);
pz_json_value *pz_json_new_integer(pz_json_document *document, int64_t integer);
pz_json_value *pz_json_new_string(pz_json_document *document, const char *bytes, size_t length);
pz_json_value *pz_json_new_text(pz_json_document *document, const char *text); /* NUL-terminated */
pz_json_value *pz_json_new_array(pz_json_document *document);
pz_json_value *pz_json_new_object(pz_json_document *document);
/* A deep copy into `document`, which may be another one than the value's. */
pz_json_value *pz_json_copy(pz_json_document *document, const pz_json_value *value);

/* All of these take NULL for a value that is not there and answer as for a value of another type.
 */
enum pz_json_type pz_json_type_of(const pz_json_value *value);
bool pz_json_is(const pz_json_value *value, enum pz_json_type type);
/* The bytes of a string or, of a number, its text as written; NULL for anything else.
 * NUL-terminated besides (a string may hold further NULs). */
const char *pz_json_text(const pz_json_value *value, size_t *length);
bool pz_json_integer(const pz_json_value *value,
                     int64_t *integer);           /* false: not an integer that fits */
size_t pz_json_count(const pz_json_value *value); /* items or members; 0 for others */

pz_json_value *pz_json_item(const pz_json_value *array, size_t index);
bool pz_json_append(pz_json_document *document, pz_json_value *array,
                    pz_json_value *item); /* false: no memory */

pz_json_value *pz_json_get(const pz_json_value *object, const char *name);
/* The index-th member: its value, and its name in *name. */
pz_json_value *pz_json_member(const pz_json_value *object, size_t index, const char **name,
                              size_t *length);
/* Replaces in place or appends. false: no memory (a NULL value counts as such, so calls can nest).
 */
bool pz_json_set(pz_json_document *document, pz_json_value *object, const char *name,
                 pz_json_value *value);
bool pz_json_set_text(pz_json_document *document, pz_json_value *object, const char *name,
                      const char *text);
void pz_json_remove(pz_json_value *object, const char *name);
/* Removes all members whose names are meant, in one go: one by one each costs as much as the object
 * is large. */
void pz_json_remove_where(pz_json_value *object, bool (*is_meant)(const char *name, size_t length));

/* Appends the value's JSON; `pretty` indents by two spaces. Look at out->failure afterwards. */
void pz_json_write(const pz_json_value *value, bool pretty, pz_buffer *out);

#endif
