/* The place of a fault in a refused JSON text, and the reason. */
#ifndef PZ_JSON_ERROR_H
#define PZ_JSON_ERROR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct pz_json_error {
    const char *message; /* static text: "unexpected character", "invalid UTF-8", ... */
    size_t offset;       /* bytes before the fault, from 0 */
    size_t line;         /* from 1 */
    size_t column;       /* bytes into the line, from 1 */
    bool too_deep;       /* the text exceeds the nesting limit */
    bool no_memory;
} pz_json_error;

/* Sets `error` for a fault at `at`, which is in `text` or right after it. */
void pz_json_error_set(pz_json_error *error, const char *message, const char *text, const char *at);
void pz_json_error_set_no_memory(pz_json_error *error);

#endif
