/* Writes the path of a value in a document, for messages: auth.clientId, items[3].name, ["a-b"]. */
#ifndef PZ_JSON_PATH_H
#define PZ_JSON_PATH_H

#include <stddef.h>

#include "buffer.h"

#define PZ_JSON_PATH_BOUND 1000 /* the most bytes of a path */

void pz_json_path_append_name(pz_buffer *path, const char *name, size_t length);
void pz_json_path_append_index(pz_buffer *path, size_t index); /* from 1, as in Lua */
/* Ends the path with "..." if the buffer's bound cut it short. */
void pz_json_path_finish(pz_buffer *path);

#endif
