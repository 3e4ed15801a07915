/* Builds a document from the reader's events. */
#include <stdlib.h>

#include "json/document.h"
#include "json/document_object.h"
#include "json/reader.h"
#include "json/value.h"

typedef struct builder {
    pz_json_reader reader;
    pz_json_document *document;
    pz_json_value **open; /* the open containers, outermost first */
    size_t capacity;
    pz_json_text_part name; /* of the member whose value comes next */
    pz_json_value *root;
} builder;

/* Copies a string into the arena, without its escapes. NULL bytes: no memory. */
static pz_json_text_part keep(builder *b, const char *bytes, size_t length, bool is_escaped)
{
    if (!is_escaped)
        return (pz_json_text_part){pz_json_keep(b->document, bytes, length), length};
    char *kept = pz_arena_alloc(&b->document->arena, length + 1);
    if (kept == NULL)
        return (pz_json_text_part){NULL, 0};
    length = pz_json_unescape(bytes, length, kept);
    kept[length] = '\0';
    return (pz_json_text_part){kept, length};
}

/* Adds a value to the innermost open container. False: no memory; a NULL value counts as this. */
static bool attach(builder *b, pz_json_value *value)
{
    if (b->reader.depth == 0) {
        b->root = value;
        return value != NULL;
    }
    pz_json_value *container = b->open[b->reader.depth - 1];
    if (value == NULL)
        return false;
    return container->type == PZ_JSON_ARRAY
               ? pz_json_append(b->document, container, value)
               : pz_json_set_part(b->document, container, b->name, value);
}

static bool take_string(void *context, const char *bytes, size_t length, bool is_escaped)
{
    builder *b = context;
    pz_json_text_part kept = keep(b, bytes, length, is_escaped);
    return kept.bytes != NULL &&
           attach(b, pz_json_new_part(b->document, PZ_JSON_STRING, kept.bytes, kept.length));
}

static bool take_name(void *context, const char *bytes, size_t length, bool is_escaped)
{
    builder *b = context;
    b->name = keep(b, bytes, length, is_escaped);
    return b->name.bytes != NULL;
}

static bool take_number(void *context, const char *bytes, size_t length,
                        const pz_json_number *number)
{
    builder *b = context;
    (void)number; /* the document keeps the text */
    return attach(b, pz_json_new_part(b->document, PZ_JSON_NUMBER,
                                      pz_json_keep(b->document, bytes, length), length));
}

static bool take_word(void *context, char first)
{
    builder *b = context;
    return attach(b, first == 'n' ? pz_json_new_null(b->document)
                                  : pz_json_new_boolean(b->document, first == 't'));
}

static bool open_container(void *context, bool is_array, bool is_empty)
{
    builder *b = context;
    size_t depth = b->reader.depth;
    pz_json_value *container =
        is_array ? pz_json_new_array(b->document) : pz_json_new_object(b->document);
    if (!attach(b, container))
        return false;
    if (is_empty)
        return true;
    if (depth == b->capacity) {
        size_t capacity = b->capacity == 0 ? 32 : b->capacity * 2;
        pz_json_value **open = realloc(b->open, capacity * sizeof *open);
        if (open == NULL)
            return false;
        b->open = open;
        b->capacity = capacity;
    }
    b->open[depth] = container;
    return true;
}

static bool close_container(void *context)
{
    (void)context;
    return true;
}

static const pz_json_events events = {
    .string = take_string,
    .name = take_name,
    .number = take_number,
    .word = take_word,
    .open = open_container,
    .close = close_container,
};

pz_json_value *pz_json_document_parse(pz_json_document *document, const char *text, size_t length,
                                      unsigned max_depth, pz_json_error *error)
{
    if (text == NULL) {
        text = "";
        length = 0;
    }
    builder b = {.document = document};
    pz_json_reader_init(&b.reader, text, length, max_depth);
    bool is_read = pz_json_read(&b.reader, &events, &b);
    free(b.open);
    if (is_read)
        return b.root;
    if (b.reader.fault.message == NULL) {
        pz_json_error_set_no_memory(error);
        return NULL;
    }
    pz_json_error_set(error, b.reader.fault.message, text, b.reader.fault.at);
    error->too_deep = b.reader.too_deep;
    return NULL;
}
