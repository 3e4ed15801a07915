/* Masks JSON by the names of its members and pairs, any other text by its look. */
#include "emulator/journal_text.h"

#include <string.h>
#include <strings.h>

#include "emulator/connection.h"
#include "masking/likely.h"
#include "masking/names.h"
#include "json/document.h"
#include "json/document_object.h"

enum { DEPTH_MAX = 128, TEXT_MAX_BYTES = 64 << 20 };

static const char stars[] = "***";

typedef struct walk {
    pz_json_document *document;
    bool masks_unknown_auth; /* as the option mask_unknown_auth says */
    bool is_inner;           /* the JSON is a string of other JSON */
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

/* The name of a `{name, value}` or `{key, value}`, as in lists of headers and form items. */
static pz_name_kind kind_of_pair(const pz_json_value *object)
{
    static const char *const names[] = {"name", "key"};
    pz_name_kind kind = PZ_NAME_PLAIN;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length;
        const char *text = pz_json_text(pz_json_get(object, names[i]), &length);
        if (text != NULL && pz_name_kind_of(text, length) > kind)
            kind = pz_name_kind_of(text, length);
    }
    return kind;
}

static bool is_harmless_text(const char *text, size_t length)
{
    return length == 0 || pz_likely_is_reference(text, length);
}

/* True if there is nothing to hide: it is empty, a switch, or a reference to an input. An ordinary
 * word may name an object, such as `auth`, whose members are judged by themselves. */
static bool is_harmless(const pz_json_value *value, pz_name_kind kind)
{
    size_t length = 0;
    const char *text = pz_json_text(value, &length);
    bool is_array = pz_json_is(value, PZ_JSON_ARRAY);
    if (is_array || pz_json_is(value, PZ_JSON_OBJECT))
        return pz_json_count(value) == 0 ||
               (kind == PZ_NAME_WEAK &&
                (!is_array || pz_json_is(pz_json_item(value, 0), PZ_JSON_OBJECT)));
    return text == NULL || is_harmless_text(text, length);
}

static pz_json_value *masked(walk *w, pz_json_value *value);
static bool append_json(walk w, const char *text, size_t length, pz_buffer *out);

static bool is_value_name(const char *name)
{
    return strcmp(name, "value") == 0 || strcmp(name, "exampleValue") == 0;
}

static pz_json_value *masked_object(walk *w, const pz_json_value *object)
{
    pz_json_value *copy = pz_json_new_object(w->document);
    pz_name_kind kind_of_value = kind_of_pair(object);
    bool is_unknown_auth = w->masks_unknown_auth && pz_is_unpublished_auth(object);
    for (size_t i = 0; copy != NULL && i < pz_json_count(object); i++) {
        const char *name;
        size_t length;
        pz_json_value *value = pz_json_member(object, i, &name, &length);
        pz_name_kind kind =
            strcmp(name, "key") == 0 ? PZ_NAME_PLAIN : pz_name_kind_of(name, length);
        if (is_value_name(name) && kind_of_value > kind)
            kind = kind_of_value;
        if (is_unknown_auth && pz_is_unpublished_auth_member(name, length))
            kind = PZ_NAME_CREDENTIAL;
        value = kind != PZ_NAME_PLAIN && !is_harmless(value, kind) ? hide(w) : masked(w, value);
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

/* JSON in a string, as a request's body is within a connection, is masked as such, but not again
 * what is in its strings. */
static pz_json_value *masked_text(walk *w, pz_json_value *value)
{
    size_t length;
    const char *text = pz_json_text(value, &length);
    pz_buffer inner, out;
    pz_buffer_init(&inner, TEXT_MAX_BYTES);
    pz_buffer_init(&out, TEXT_MAX_BYTES);
    const walk inner_walk = {.masks_unknown_auth = w->masks_unknown_auth, .is_inner = true};
    bool may_be_json = !w->is_inner && length > 0 && strchr("{[ \t\r\n", *text) != NULL;
    if (may_be_json && append_json(inner_walk, text, length, &inner))
        pz_likely_hide(inner.bytes, inner.length, &out, NULL, NULL);
    else
        pz_likely_hide(text, length, &out, NULL, NULL);
    bool is_same = out.length == length && (length == 0 || memcmp(out.bytes, text, length) == 0);
    if (!is_same) {
        value = pz_json_new_string(w->document, out.bytes, out.length);
        w->has_changed = true;
    }
    w->has_failed |= inner.failure != PZ_BUFFER_OK || out.failure != PZ_BUFFER_OK || value == NULL;
    pz_buffer_free(&inner);
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
static bool append_json(walk w, const char *text, size_t length, pz_buffer *out)
{
    pz_json_error error;
    w.document = pz_json_document_new();
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

static void mask(bool masks_unknown_auth, const char *text, size_t length, pz_buffer *out)
{
    const walk w = {.masks_unknown_auth = masks_unknown_auth};
    if (length > 0 && !append_json(w, text, length, out))
        pz_likely_hide(text, length, out, NULL, NULL);
}

void pz_journal_mask(const char *text, size_t length, pz_buffer *out)
{
    mask(false, text, length, out);
}

void pz_journal_text(const pz_emulator_options *options, const char *text, size_t length,
                     pz_buffer *out)
{
    if (options->journal_secrets)
        pz_buffer_append(out, text, length);
    else
        mask(options->mask_unknown_auth, text, length, out);
}

/* In the journal they are masked already, all but their schemes. */
static bool is_authorization(const char *name)
{
    return strcasecmp(name, "Authorization") == 0 || strcasecmp(name, "Proxy-Authorization") == 0;
}

void pz_journal_header_text(const pz_emulator_options *options, const pz_journal_header *header,
                            pz_buffer *out)
{
    size_t length = strlen(header->value);
    if (options->journal_secrets || is_authorization(header->name))
        pz_buffer_append(out, header->value, length);
    else if (pz_name_kind_of(header->name, strlen(header->name)) != PZ_NAME_PLAIN &&
             !is_harmless_text(header->value, length))
        pz_buffer_append_text(out, stars);
    else
        pz_likely_hide(header->value, length, out, NULL, NULL);
}
