/* Creates values, and copies bytes into a document's arena. */
#include "json/value.h"

#include <stdint.h>
#include <string.h>

pz_json_value *pz_json_new_value(pz_json_document *document, enum pz_json_type type)
{
    pz_json_value *value = pz_arena_alloc(&document->arena, sizeof *value);
    if (value != NULL) {
        memset(value, 0, sizeof *value);
        value->type = type;
    }
    return value;
}

const char *pz_json_keep(pz_json_document *document, const char *bytes, size_t length)
{
    char *copy = length < SIZE_MAX ? pz_arena_alloc(&document->arena, length + 1) : NULL;
    if (copy != NULL) {
        if (length != 0)
            memcpy(copy, bytes, length);
        copy[length] = '\0';
    }
    return copy;
}

pz_json_value *pz_json_new_part(pz_json_document *document, enum pz_json_type type,
                                const char *bytes, size_t length)
{
    pz_json_value *value = bytes != NULL ? pz_json_new_value(document, type) : NULL;
    if (value != NULL)
        value->as.text = (pz_json_text_part){bytes, length};
    return value;
}
