/* Follows the references of output mappings into an answer, and converts what they find. */
#include "emulator/outputs.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "json/number.h"
#include "json/scan.h"

enum {
    NAME_MAX_BYTES = 256,
    PROBLEM_SIZE = 64,
    VALUES_MAX_BYTES = 4 << 20, /* of all outputs: many may lead to the same value */
};

/* ------------------------------------------------------------------ finding */

static pz_json_value *step_by_name(const pz_json_value *value, const char *name, size_t length)
{
    char text[NAME_MAX_BYTES];
    if (length >= sizeof text)
        return NULL;
    memcpy(text, name, length);
    text[length] = '\0';
    return pz_json_get(value, text);
}

static pz_json_value *step_by_index(const pz_json_value *value, const char *digits, size_t length)
{
    size_t index = 0;
    if (length == 0 || length > 9 || strspn(digits, "0123456789") < length)
        return NULL;
    for (size_t i = 0; i < length; i++)
        index = index * 10 + (size_t)(digits[i] - '0');
    return pz_json_item(value, index);
}

/* a.b[0].c, a.b.0.c, $.a, [0].a; a member whose name holds dots is found by its whole name first.
 */
static pz_json_value *find(pz_json_value *value, const char *path)
{
    if (*path == '$')
        path++;
    pz_json_value *whole = pz_json_get(value, path);
    if (whole != NULL)
        return whole;
    while (value != NULL && *path != '\0') {
        if (*path == '.')
            path++;
        size_t length;
        if (*path == '[') {
            length = strcspn(++path, "]");
            value = step_by_index(value, path, length);
            path += length + (path[length] == ']');
        } else {
            length = strcspn(path, ".[");
            value = pz_json_is(value, PZ_JSON_ARRAY) ? step_by_index(value, path, length)
                                                     : step_by_name(value, path, length);
            path += length;
        }
    }
    return value;
}

/* ------------------------------------------------------------------ types */

static const char *kind_of(const pz_json_value *value)
{
    static const char *const names[] = {
        [PZ_JSON_NULL] = "null",        [PZ_JSON_FALSE] = "a boolean", [PZ_JSON_TRUE] = "a boolean",
        [PZ_JSON_NUMBER] = "a number",  [PZ_JSON_STRING] = "a string", [PZ_JSON_ARRAY] = "an array",
        [PZ_JSON_OBJECT] = "an object",
    };
    return names[pz_json_type_of(value)];
}

static pz_json_value *as_string(pz_json_document *document, const pz_json_value *value)
{
    size_t length;
    const char *text = pz_json_text(value, &length);
    if (text != NULL)
        return pz_json_new_string(document, text, length);
    if (pz_json_is(value, PZ_JSON_TRUE) || pz_json_is(value, PZ_JSON_FALSE))
        return pz_json_new_text(document, pz_json_is(value, PZ_JSON_TRUE) ? "true" : "false");
    return NULL;
}

/* A text that is a JSON number, as this number, with all its digits. */
static pz_json_value *as_number(pz_json_document *document, const pz_json_value *value)
{
    size_t length;
    pz_json_error error;
    const char *text = pz_json_text(value, &length);
    if (text == NULL || length == 0)
        return NULL;
    pz_json_value *number = pz_json_document_parse(document, text, length, 1, &error);
    return pz_json_is(number, PZ_JSON_NUMBER) ? number : NULL;
}

static pz_json_value *as_boolean(pz_json_document *document, const pz_json_value *value)
{
    size_t length;
    const char *text = pz_json_is(value, PZ_JSON_STRING) ? pz_json_text(value, &length) : "";
    if (pz_json_is(value, PZ_JSON_TRUE) || strcmp(text, "true") == 0)
        return pz_json_new_boolean(document, 1);
    if (pz_json_is(value, PZ_JSON_FALSE) || strcmp(text, "false") == 0)
        return pz_json_new_boolean(document, 0);
    return NULL;
}

/* NULL: it is not of that type and can't be taken for it. */
static pz_json_value *as_type(pz_json_document *document, pz_json_value *value, const char *type)
{
    if (pz_json_is(value, PZ_JSON_NULL))
        return pz_json_new_null(document);
    if (strcasecmp(type, "string") == 0)
        return as_string(document, value);
    if (strcasecmp(type, "number") == 0 || strcasecmp(type, "integer") == 0)
        return as_number(document, value);
    if (strcasecmp(type, "boolean") == 0)
        return as_boolean(document, value);
    bool is_array = pz_json_is(value, PZ_JSON_ARRAY);
    bool fits = strcasecmp(type, "array") == 0    ? is_array
                : strcasecmp(type, "object") == 0 ? is_array || pz_json_is(value, PZ_JSON_OBJECT)
                                                  : true;
    return fits ? value : NULL;
}

/* ------------------------------------------------------------------ all of it */

static const char *text_of(const pz_json_value *object, const char *name)
{
    const pz_json_value *value = pz_json_get(object, name);
    size_t length;
    return pz_json_is(value, PZ_JSON_STRING) ? pz_json_text(value, &length) : "";
}

/* True if the value, as JSON, is no longer than what is left for values. From the first one that is
 * longer nothing is left: so the values are not written more often than the bound. */
static bool takes_room(const pz_json_value *value, size_t *left)
{
    pz_buffer text;
    pz_buffer_init(&text, *left);
    pz_json_write(value, 0, &text);
    bool has_room = text.failure == PZ_BUFFER_OK;
    *left = has_room ? *left - text.length : 0;
    pz_buffer_free(&text);
    return has_room;
}

static bool set_result(pz_json_document *document, pz_json_value *output,
                       const pz_json_value *mapping, pz_json_value *body, size_t *left)
{
    char problem[PROBLEM_SIZE] = "";
    const char *type = text_of(mapping, "type");
    pz_json_value *found = find(body, text_of(mapping, "outputReference"));
    pz_json_value *value = found == NULL ? NULL : as_type(document, found, type);
    bool has_room = value == NULL || takes_room(value, left);
    if (value != NULL && has_room)
        return pz_json_set(document, output, "value", value);
    if (body == NULL)
        snprintf(problem, sizeof problem, "the answer is not JSON");
    else if (found == NULL)
        snprintf(problem, sizeof problem, "not found");
    else if (!has_room)
        snprintf(problem, sizeof problem, "all outputs together are longer than 4 MiB");
    else
        snprintf(problem, sizeof problem, "is %s, not %s %.20s", kind_of(found),
                 strchr("aeiouAEIOU", *type) != NULL ? "an" : "a", type);
    return pz_json_set(document, output, "problem", pz_json_new_text(document, problem));
}

pz_json_value *pz_outputs_pick(pz_json_document *document, const pz_json_value *mappings,
                               pz_json_value *body)
{
    static const char *const kept[] = {"label", "outputReference", "type"};
    pz_json_value *outputs = pz_json_new_array(document);
    size_t left = VALUES_MAX_BYTES;
    for (size_t i = 0; outputs != NULL && i < pz_json_count(mappings); i++) {
        const pz_json_value *mapping = pz_json_item(mappings, i);
        pz_json_value *output = pz_json_new_object(document);
        for (size_t j = 0; output != NULL && j < sizeof kept / sizeof *kept; j++) {
            const pz_json_value *text = pz_json_get(mapping, kept[j]);
            if (text != NULL &&
                !pz_json_set(document, output, kept[j], pz_json_copy(document, text)))
                return NULL;
        }
        if (output == NULL || !set_result(document, output, mapping, body, &left) ||
            !pz_json_append(document, outputs, output))
            return NULL;
    }
    return outputs;
}
