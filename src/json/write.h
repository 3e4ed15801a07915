/* Appends single JSON values to a buffer. Check out->failure once at the end. */
#ifndef PZ_JSON_WRITE_H
#define PZ_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

/* Appends a string with quotes and escapes. False: invalid UTF-8, and nothing was appended. */
bool pz_json_write_string(pz_buffer *out, const char *bytes, size_t length);

void pz_json_write_integer(pz_buffer *out, int64_t integer);

/* Appends the shortest text that reads back as `number`, which is finite. `keep_point`: a whole
 * number gets ".0", for parsers that distinguish integers from floats by it. */
void pz_json_write_double(pz_buffer *out, double number, bool keep_point);

/* Appends a line break and the indentation of `depth` levels. */
void pz_json_write_line(pz_buffer *out, size_t depth);

#endif
