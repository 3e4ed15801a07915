/* Text to document: one pass, no recursion (the open containers are a list of their own). */
#include <stdlib.h>

#include "json/number.h"
#include "json/scan.h"
#include "json/value.h"

typedef struct reader {
    pz_json_document *document;
    const char *at, *end;
    pz_json_fault fault; /* its message is NULL when memory ran out */
    int too_deep;
    pz_json_value **open; /* the containers around `at`, outermost first */
    size_t depth, capacity, max_depth;
    pz_json_text_part name; /* of the member whose value comes next */
    pz_json_value *root;
} reader;

static bool refuse(reader *r, const char *message)
{
    r->fault.message = r->at < r->end ? message : "the text ends too early";
    r->fault.at = r->at;
    return false;
}

/* The byte at the next token; NUL (which starts no token) at the end. */
static char next(reader *r)
{
    r->at = pz_json_skip_space(r->at, r->end);
    return r->at < r->end ? *r->at : '\0';
}

/* `at` is at the opening quote. */
static bool read_string(reader *r, pz_json_text_part *string)
{
    int escaped;
    const char *start = r->at + 1;
    const char *quote = pz_json_scan_string(start, r->end, &escaped, &r->fault);
    if (quote == NULL)
        return false;
    size_t length = (size_t)(quote - start);
    r->at = quote + 1;
    if (!escaped) {
        *string = (pz_json_text_part){pz_json_keep(r->document, start, length), length};
        return string->bytes != NULL;
    }
    char *bytes = pz_arena_alloc(&r->document->arena, length + 1);
    if (bytes == NULL)
        return false;
    length = pz_json_unescape(start, length, bytes);
    bytes[length] = '\0';
    *string = (pz_json_text_part){bytes, length};
    return true;
}

static bool read_name(reader *r)
{
    if (next(r) != '"')
        return refuse(r, "the name of a member is missing");
    if (!read_string(r, &r->name))
        return false;
    if (next(r) != ':')
        return refuse(r, "a colon is missing behind a member's name");
    r->at++;
    return true;
}

static pz_json_value *read_number(reader *r)
{
    pz_json_number number;
    const char *start = r->at;
    const char *end = pz_json_scan_number(start, r->end, &number, &r->fault);
    if (end == NULL)
        return NULL;
    r->at = end;
    size_t length = (size_t)(end - start);
    return pz_json_new_part(r->document, PZ_JSON_NUMBER, pz_json_keep(r->document, start, length),
                            length);
}

static pz_json_value *read_word(reader *r, const char *word, size_t length, enum pz_json_type type)
{
    const char *end = pz_json_scan_word(r->at, r->end, word, length, &r->fault);
    if (end == NULL)
        return NULL;
    r->at = end;
    return type == PZ_JSON_NULL ? pz_json_new_null(r->document)
                                : pz_json_new_boolean(r->document, type == PZ_JSON_TRUE);
}

/* NULL: refused, or no memory. */
static pz_json_value *read_scalar_or_opening(reader *r)
{
    pz_json_text_part string;
    switch (next(r)) {
    case '"':
        return read_string(r, &string)
                   ? pz_json_new_part(r->document, PZ_JSON_STRING, string.bytes, string.length)
                   : NULL;
    case '{':
        r->at++;
        return pz_json_new_object(r->document);
    case '[':
        r->at++;
        return pz_json_new_array(r->document);
    case 't':
        return read_word(r, "true", 4, PZ_JSON_TRUE);
    case 'f':
        return read_word(r, "false", 5, PZ_JSON_FALSE);
    case 'n':
        return read_word(r, "null", 4, PZ_JSON_NULL);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return read_number(r);
    default:
        refuse(r, "a value is missing");
        return NULL;
    }
}

static bool attach(reader *r, pz_json_value *value)
{
    if (r->depth == 0) {
        r->root = value;
        return true;
    }
    pz_json_value *container = r->open[r->depth - 1];
    return container->type == PZ_JSON_ARRAY
               ? pz_json_append(r->document, container, value)
               : pz_json_set_part(r->document, container, r->name, value);
}

static bool open_container(reader *r, pz_json_value *container)
{
    if (r->depth == r->max_depth) {
        r->at--;
        r->too_deep = 1;
        return refuse(r, "nested too deeply");
    }
    if (r->depth == r->capacity) {
        size_t capacity = r->capacity == 0 ? 32 : r->capacity * 2;
        pz_json_value **open = realloc(r->open, capacity * sizeof *open);
        if (open == NULL)
            return false;
        r->open = open;
        r->capacity = capacity;
    }
    r->open[r->depth++] = container;
    return true;
}

/* Behind a value or an opening bracket: goes on to where the next value starts, closing whatever
 * ends before. False: refused, or nothing is open any more. */
static bool go_on(reader *r, int opened)
{
    while (r->depth > 0) {
        bool is_array = r->open[r->depth - 1]->type == PZ_JSON_ARRAY;
        char byte = next(r);
        if (byte == (is_array ? ']' : '}')) {
            r->at++;
            r->depth--;
            opened = 0;
            continue;
        }
        if (!opened) {
            if (byte != ',')
                return refuse(r, is_array ? "a comma or ] is missing" : "a comma or } is missing");
            r->at++;
        }
        return is_array || read_name(r);
    }
    return false;
}

static pz_json_value *read_document(reader *r)
{
    int opened;
    do {
        pz_json_value *value = read_scalar_or_opening(r);
        if (value == NULL || !attach(r, value))
            return NULL;
        opened = value->type == PZ_JSON_ARRAY || value->type == PZ_JSON_OBJECT;
        if (opened && !open_container(r, value))
            return NULL;
    } while (go_on(r, opened));
    if (r->fault.at != NULL || r->depth > 0)
        return NULL;
    if (next(r) != '\0' || r->at < r->end) {
        refuse(r, "something follows the value");
        return NULL;
    }
    return r->root;
}

pz_json_value *pz_json_document_parse(pz_json_document *document, const char *text, size_t length,
                                      unsigned max_depth, pz_json_error *error)
{
    if (text == NULL) {
        text = "";
        length = 0;
    }
    reader r = {.document = document, .at = text, .end = text + length};
    r.max_depth = max_depth < PZ_JSON_DEPTH_LIMIT ? max_depth : PZ_JSON_DEPTH_LIMIT;
    pz_json_value *root = read_document(&r);
    free(r.open);
    if (root == NULL && r.fault.at != NULL) {
        pz_json_error_set(error, r.fault.message, text, r.fault.at);
        error->too_deep = r.too_deep;
    } else if (root == NULL) {
        pz_json_error_set_no_memory(error);
    }
    return root;
}
