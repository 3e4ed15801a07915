/* Masks JSON by the names of its members and pairs, any other text by its look. */
#include "emulator/journal_text.h"

#include <string.h>

#include "masking/likely.h"
#include "masking/names.h"
#include "json/document.h"
#include "json/document_object.h"

enum { DEPTH_MAX = 128, TEXT_MAX_BYTES = 64 << 20 };

static const char stars[] = "***";

typedef struct walk {
    pz_json_document *document;
    bool has_changed;
    bool has_failed; /* no memory */
} walk;

static pz_json_value *hide(walk *w)
{
    pz_json_value *value = pz_json_new_text(w->document, stars);
    w->has_changed = true;
    w->has_failed |= value == NULL;
    return value;
}

static bool is_credential(const char *name, size_t length)
{
    return pz_name_kind_of(name, length) != PZ_NAME_PLAIN;
}

/* True if it is `{name, value}` or `{key, value}`, as in lists of headers and form items. */
static bool is_credential_pair(const pz_json_value *object)
{
    static const char *const names[] = {"name", "key"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length;
        const char *text = pz_json_text(pz_json_get(object, names[i]), &length);
        if (text != NULL && is_credential(text, length))
            return true;
    }
    return false;
}

/* True if there is nothing to hide: it is empty, a switch, an object or array, or a reference to an
 * input. */
static bool is_harmless(const pz_json_value *value)
{
    size_t length = 0;
    const char *text = pz_json_text(value, &length);
    return text == NULL || length == 0 || pz_likely_is_reference(text, length);
}

static pz_json_value *masked(walk *w, pz_json_value *value);

static bool is_value_name(const char *name)
{
    return strcmp(name, "value") == 0 || strcmp(name, "exampleValue") == 0;
}

static pz_json_value *masked_object(walk *w, const pz_json_value *object)
{
    pz_json_value *copy = pz_json_new_object(w->document);
    bool is_pair = is_credential_pair(object);
    for (size_t i = 0; copy != NULL && i < pz_json_count(object); i++) {
        const char *name;
        size_t length;
        pz_json_value *value = pz_json_member(object, i, &name, &length);
        bool is_secret = is_credential(name, length) && strcmp(name, "key") != 0;
        is_secret |= is_pair && is_value_name(name);
        value = is_secret && !is_harmless(value) ? hide(w) : masked(w, value);
        if (value == NULL ||
            !pz_json_set_part(w->document, copy, (pz_json_text_part){name, length}, value))
            copy = NULL;
    }
    w->has_failed |= copy == NULL;
    return copy;
}

static pz_json_value *masked_array(walk *w, const pz_json_value *array)
{
    pz_json_value *copy = pz_json_new_array(w->document);
    for (size_t i = 0; copy != NULL && i < pz_json_count(array); i++) {
        pz_json_value *item = masked(w, pz_json_item(array, i));
        if (item == NULL || !pz_json_append(w->document, copy, item))
            copy = NULL;
    }
    w->has_failed |= copy == NULL;
    return copy;
}

static pz_json_value *masked_text(walk *w, pz_json_value *value)
{
    size_t length;
    const char *text = pz_json_text(value, &length);
    pz_buffer out;
    pz_buffer_init(&out, TEXT_MAX_BYTES);
    pz_likely_hide(text, length, &out, NULL, NULL);
    bool is_same = out.length == length && (length == 0 || memcmp(out.bytes, text, length) == 0);
    if (!is_same) {
        value = pz_json_new_string(w->document, out.bytes, out.length);
        w->has_changed = true;
    }
    w->has_failed |= out.failure != PZ_BUFFER_OK || value == NULL;
    pz_buffer_free(&out);
    return value;
}

static pz_json_value *masked(walk *w, pz_json_value *value)
{
    switch (pz_json_type_of(value)) {
    case PZ_JSON_OBJECT:
        return masked_object(w, value);
    case PZ_JSON_ARRAY:
        return masked_array(w, value);
    case PZ_JSON_STRING:
        return masked_text(w, value);
    default:
        return value;
    }
}

/* False: it is not JSON, or memory is out; nothing was appended. */
static bool append_json(const char *text, size_t length, pz_buffer *out)
{
    pz_json_error error;
    walk w = {pz_json_document_new(), false, false};
    pz_json_value *root = w.document == NULL
                              ? NULL
                              : pz_json_document_parse(w.document, text, length, DEPTH_MAX, &error);
    pz_json_value *shown = root == NULL ? NULL : masked(&w, root);
    bool is_done = shown != NULL && !w.has_failed;
    if (is_done && w.has_changed)
        pz_json_write(shown, 0, out);
    else if (is_done)
        pz_buffer_append(out, text, length);
    pz_json_document_free(w.document);
    return is_done;
}

void pz_journal_mask(const char *text, size_t length, pz_buffer *out)
{
    if (length > 0 && !append_json(text, length, out))
        pz_likely_hide(text, length, out, NULL, NULL);
}

void pz_journal_text(const pz_emulator_options *options, const char *text, size_t length,
                     pz_buffer *out)
{
    if (options->journal_secrets)
        pz_buffer_append(out, text, length);
    else
        pz_journal_mask(text, length, out);
}
