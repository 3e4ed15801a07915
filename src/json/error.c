/* Sets errors. Only this counts lines and columns. */
#include "json/error.h"

#include <string.h>

void pz_json_error_set(pz_json_error *error, const char *message, const char *text, const char *at)
{
    const char *line_start = text;
    size_t line = 1;
    const char *newline;
    while (at > line_start && (newline = memchr(line_start, '\n', (size_t)(at - line_start)))) {
        line_start = newline + 1;
        line++;
    }
    memset(error, 0, sizeof *error);
    error->message = message;
    error->offset = (size_t)(at - text);
    error->line = line;
    error->column = (size_t)(at - line_start) + 1;
}

void pz_json_error_set_no_memory(pz_json_error *error)
{
    memset(error, 0, sizeof *error);
    error->message = "not enough memory";
    error->line = error->column = 1;
    error->no_memory = true;
}
