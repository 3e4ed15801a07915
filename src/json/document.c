/* Creates and reads the values of documents. For objects see document_object.c. */
#include "json/document.h"

#include <stdlib.h>

#include "json/number.h"
#include "json/value.h"
#include "json/write.h"

pz_json_document *pz_json_document_new(void)
{
    return calloc(1, sizeof(pz_json_document));
}

void pz_json_document_free(pz_json_document *document)
{
    if (document != NULL)
        pz_arena_free(&document->arena);
    free(document);
}

size_t pz_json_document_size(const pz_json_document *document)
{
    return document->arena.total;
}

void pz_json_document_clear(pz_json_document *document)
{
    pz_arena_free(&document->arena);
}

/* ------------------------------------------------------------------ making */

pz_json_value *pz_json_new_null(pz_json_document *document)
{
    return pz_json_new_value(document, PZ_JSON_NULL);
}

pz_json_value *pz_json_new_boolean(pz_json_document *document, bool truth)
{
    return pz_json_new_value(document, truth ? PZ_JSON_TRUE : PZ_JSON_FALSE);
}

pz_json_value *pz_json_new_integer(pz_json_document *document, int64_t integer)
{
    pz_json_value *value = NULL;
    pz_buffer text;
    pz_buffer_init(&text, 256);
    pz_json_write_integer(&text, integer);
    if (text.failure == PZ_BUFFER_OK)
        value = pz_json_new_part(document, PZ_JSON_NUMBER,
                                 pz_json_keep(document, text.bytes, text.length), text.length);
    pz_buffer_free(&text);
    return value;
}

pz_json_value *pz_json_new_string(pz_json_document *document, const char *bytes, size_t length)
{
    return pz_json_new_part(document, PZ_JSON_STRING, pz_json_keep(document, bytes, length),
                            length);
}

pz_json_value *pz_json_new_text(pz_json_document *document, const char *text)
{
    return pz_json_new_string(document, text, strlen(text));
}

pz_json_value *pz_json_new_array(pz_json_document *document)
{
    return pz_json_new_value(document, PZ_JSON_ARRAY);
}

pz_json_value *pz_json_new_object(pz_json_document *document)
{
    return pz_json_new_value(document, PZ_JSON_OBJECT);
}

/* ------------------------------------------------------------------ reading */

enum pz_json_type pz_json_type_of(const pz_json_value *value)
{
    return value != NULL ? value->type : PZ_JSON_NULL;
}

bool pz_json_is(const pz_json_value *value, enum pz_json_type type)
{
    return value != NULL && value->type == type;
}

const char *pz_json_text(const pz_json_value *value, size_t *length)
{
    if (!pz_json_is(value, PZ_JSON_STRING) && !pz_json_is(value, PZ_JSON_NUMBER)) {
        if (length != NULL)
            *length = 0;
        return NULL;
    }
    if (length != NULL)
        *length = value->as.text.length;
    return value->as.text.bytes;
}

bool pz_json_integer(const pz_json_value *value, int64_t *integer)
{
    pz_json_number number;
    pz_json_fault fault;
    if (!pz_json_is(value, PZ_JSON_NUMBER))
        return false;
    const char *text = value->as.text.bytes;
    return pz_json_scan_number(text, text + value->as.text.length, &number, &fault) != NULL &&
           pz_json_number_integer(&number, integer);
}

size_t pz_json_count(const pz_json_value *value)
{
    if (pz_json_is(value, PZ_JSON_ARRAY))
        return value->as.items.count;
    return pz_json_is(value, PZ_JSON_OBJECT) ? value->as.members.count : 0;
}

/* ------------------------------------------------------------------ arrays */

pz_json_value *pz_json_item(const pz_json_value *array, size_t index)
{
    return pz_json_is(array, PZ_JSON_ARRAY) && index < array->as.items.count
               ? array->as.items.list[index]
               : NULL;
}

bool pz_json_append(pz_json_document *document, pz_json_value *array, pz_json_value *item)
{
    if (!pz_json_is(array, PZ_JSON_ARRAY) || item == NULL)
        return false;
    size_t count = array->as.items.count;
    if (count == array->as.items.capacity) {
        size_t capacity = count == 0 ? 4 : count * 2;
        pz_json_value **list = pz_arena_alloc(&document->arena, capacity * sizeof(pz_json_value *));
        if (list == NULL)
            return false;
        if (count != 0)
            memcpy(list, array->as.items.list, count * sizeof *list);
        array->as.items.list = list;
        array->as.items.capacity = capacity;
    }
    array->as.items.list[array->as.items.count++] = item;
    return true;
}
