/* Finds the end of a FreeMarker expression; skips strings, raw strings, comments and brackets. */
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
    PZ_EXPRESSION_WRONG, /* FreeMarker has no such expression; a later bracket does not end it */
    PZ_EXPRESSION_CUT,   /* the text or the budget ends before the expression */
};

/* Reads from `*at`, and moves it after the end of the expression. Subtracts the bytes read from
 * `*budget`. */
enum pz_expression_result pz_expression_read(enum pz_expression_place place, const char **at,
                                             const char *end, size_t *budget);

/* Returns the number of ASCII letters, digits and underscores from `at` on. */
size_t pz_identifier_length(const char *at, const char *end);

#endif
