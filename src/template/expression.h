/* Finds where an expression of FreeMarker ends: strings, raw strings, comments and brackets are
 * passed over. */
#ifndef PZ_TEMPLATE_EXPRESSION_H
#define PZ_TEMPLATE_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

enum pz_expression_place {
    PZ_EXPRESSION_INTERPOLATION,    /* up to "}" */
    PZ_EXPRESSION_ANGLE_DIRECTIVE,  /* up to ">" */
    PZ_EXPRESSION_SQUARE_DIRECTIVE, /* up to "]" */
};

enum pz_expression_result {
    PZ_EXPRESSION_CLOSED,
    PZ_EXPRESSION_WRONG, /* FreeMarker has no such expression: whatever closes later is not its end
                          */
    PZ_EXPRESSION_CUT,   /* the text, or the budget, ends first */
};

/* Reads from `*at`, which is left behind what closes the expression. `*budget` is lessened by the
 * bytes read. */
enum pz_expression_result pz_expression_read(enum pz_expression_place place, const char **at,
                                             const char *end, size_t *budget);

/* ASCII letters, digits and underscores from `at` on. */
size_t pz_identifier_length(const char *at, const char *end);

#endif
