/* Filling `${key}` with the inputs' example values. */
#ifndef PZ_EMULATOR_TEMPLATE_H
#define PZ_EMULATOR_TEMPLATE_H

#include "buffer.h"
#include "json/document.h"

enum pz_template_kind {
    PZ_TEMPLATE_URL,  /* values are percent-encoded */
    PZ_TEMPLATE_FORM, /* likewise */
    PZ_TEMPLATE_JSON, /* values are escaped where they stand in a string */
    PZ_TEMPLATE_TEXT, /* values are taken as they are */
};

/* Appends `text`, filled. False: `missing` names the first `${key}` that no input mapping has (cut
 * to its size), or is empty if memory is out. */
int pz_template_fill(enum pz_template_kind kind, const char *text, const pz_json_value *inputs,
                     pz_buffer *out, char *missing, size_t missing_size);

#endif
