/* Copies values, also from one document to another. */
#include "json/document.h"
#include "json/document_object.h"
#include "json/value.h"

/* Appends copies of the value's children to `copy`. */
static bool copy_children(pz_json_document *document, pz_json_value *copy,
                          const pz_json_value *value)
{
    size_t count = pz_json_count(value);
    for (size_t i = 0; i < count; i++) {
        if (value->type == PZ_JSON_ARRAY) {
            pz_json_value *item = pz_json_copy(document, value->as.items.list[i]);
            if (!pz_json_append(document, copy, item))
                return false;
        } else {
            const pz_json_named *member = &value->as.members.list[i];
            pz_json_text_part name = {
                pz_json_keep(document, member->name.bytes, member->name.length),
                member->name.length};
            pz_json_value *child = pz_json_copy(document, member->value);
            if (name.bytes == NULL || !pz_json_set_part(document, copy, name, child))
                return false;
        }
    }
    return true;
}

pz_json_value *pz_json_copy(pz_json_document *document, const pz_json_value *value)
{
    if (value == NULL)
        return NULL;
    if (value->type == PZ_JSON_STRING || value->type == PZ_JSON_NUMBER) {
        pz_json_text_part text = value->as.text;
        return pz_json_new_part(document, value->type,
                                pz_json_keep(document, text.bytes, text.length), text.length);
    }
    pz_json_value *copy = pz_json_new_value(document, value->type);
    return copy != NULL && copy_children(document, copy, value) ? copy : NULL;
}
