/* Filling `${key}` with the inputs' example values. */
#ifndef PZ_EMULATOR_TEMPLATE_H
#define PZ_EMULATOR_TEMPLATE_H

#include <stdbool.h>

#include "buffer.h"
#include "json/document.h"

enum pz_template_kind {
    PZ_TEMPLATE_URL,  /* values are percent-encoded, and of FreeMarker what no URL can hold */
    PZ_TEMPLATE_FORM, /* values are percent-encoded */
    PZ_TEMPLATE_JSON, /* values are escaped where they stand in a string */
    PZ_TEMPLATE_TEXT, /* values are taken as they are */
};

/* The example values by their keys, as an object in `document`; of a key given twice the first
 * counts. NULL: no memory. */
pz_json_value *pz_template_inputs(pz_json_document *document, const pz_json_value *mappings);

/* True if the text is a template of FreeMarker, which the emulator does not evaluate. */
bool pz_template_text_is_freemarker(const char *text);

/* Appends `text`, filled. In a template of FreeMarker what no input has stays as it is. False:
 * `missing` names the first `${key}` that no input has (cut to its size), or is empty if the bound
 * of `out` or memory is out. */
bool pz_template_fill(enum pz_template_kind kind, const char *text, const pz_json_value *inputs,
                      pz_buffer *out, char *missing, size_t missing_size);

#endif
