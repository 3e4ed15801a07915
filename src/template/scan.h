/* Finds the parts of a template: `${identifier}`, which can be an input, FreeMarker's expressions,
 * directives and comments, and malformed placeholders. */
#ifndef PZ_TEMPLATE_SCAN_H
#define PZ_TEMPLATE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum pz_template_part_kind {
    PZ_TEMPLATE_INPUT,      /* ${identifier}: ASCII letters, digits, underscores */
    PZ_TEMPLATE_EXPRESSION, /* any other ${...}, and #{...} */
    PZ_TEMPLATE_DIRECTIVE,  /* <#...>, </#...>, <@...>, </@...>, and these in square brackets */
    PZ_TEMPLATE_COMMENT,    /* <#-- ... --> or [#-- ... --] */
    PZ_TEMPLATE_UNCLOSED,   /* an unclosed placeholder: "${" and the name after it */
    PZ_TEMPLATE_MISTAKE,    /* ${} or ${{name}} */
};

typedef struct pz_template_part {
    enum pz_template_part_kind kind;
    const char *start; /* the whole part, in the text */
    size_t length;
    const char *name; /* the name in an input or a mistake; else empty */
    size_t name_length;
} pz_template_part;

/* Between the parts there is plain text. Members are private. */
typedef struct pz_template_scan {
    const char *text, *end, *at;
    size_t budget; /* bytes of expressions that may still be read, so that the scan is linear */
    bool is_simple;
} pz_template_scan;

void pz_template_scan_init(pz_template_scan *scan, const char *text, size_t length);

/* Finds the next part; false: there is no other. */
bool pz_template_next(pz_template_scan *scan, pz_template_part *part);

/* True if a part of this kind makes a text a template of FreeMarker. */
bool pz_template_is_freemarker_part(enum pz_template_part_kind kind);

/* False if such a part needs the byte percent-encoded in a URL: libcurl refuses one with a blank or
 * a control character, and does not send what is behind "#". */
bool pz_template_fits_url(char byte);

/* True if a text has such a part. */
bool pz_template_is_freemarker(const char *text, size_t length);

#endif
