/* Members of objects whose names may contain NULs. */
#ifndef PZ_JSON_DOCUMENT_OBJECT_H
#define PZ_JSON_DOCUMENT_OBJECT_H

#include <stdbool.h>

#include "json/value.h"

/* Same as pz_json_get, with a name that need not end with a NUL. */
pz_json_value *pz_json_get_part(const pz_json_value *object, pz_json_text_part name);

/* Same as pz_json_set, with a name that is already in the arena and may contain NULs. */
bool pz_json_set_part(pz_json_document *document, pz_json_value *object, pz_json_text_part name,
                      pz_json_value *value);

#endif
