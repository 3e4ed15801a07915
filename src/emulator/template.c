/* Puts values in the place of references, encoded for where they stand. */
#include "emulator/template.h"

#include <stdio.h>
#include <string.h>

#include "emulator/form.h"
#include "json/value.h"

pz_json_value *pz_template_inputs(pz_json_document *document, const pz_json_value *mappings)
{
    pz_json_value *inputs = pz_json_new_object(document);
    pz_json_value *nothing = pz_json_new_text(document, "");
    for (size_t i = 0; inputs != NULL && i < pz_json_count(mappings); i++) {
        const pz_json_value *mapping = pz_json_item(mappings, i);
        pz_json_value *value = pz_json_get(mapping, "exampleValue");
        pz_json_text_part key;
        key.bytes = pz_json_text(pz_json_get(mapping, "key"), &key.length);
        if (key.bytes != NULL && pz_json_get_part(inputs, key) == NULL &&
            !pz_json_set_part(document, inputs, key, value != NULL ? value : nothing))
            return NULL;
    }
    return nothing == NULL ? NULL : inputs;
}

/* Bytes of the key of a reference whose `${` stands before it; 0: it does not end. No key has a
 * dollar sign: a text of nothing but beginnings is not searched through for each of them. */
static size_t key_length(const char *key)
{
    size_t length = strcspn(key, "}$");
    return key[length] == '}' ? length : 0;
}

static bool is_identifier(const char *key, size_t length)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    return strspn(key, allowed) >= length;
}

bool pz_template_is_freemarker(const char *text)
{
    for (; (text = strpbrk(text, "$<[#")) != NULL; text++) {
        bool is_directive = (*text == '<' || *text == '[') &&
                            (text[1] == '#' || text[1] == '@' ||
                             (text[1] == '/' && (text[2] == '#' || text[2] == '@')));
        if (is_directive || (*text == '#' && text[1] == '{'))
            return true;
        if (*text == '$' && text[1] == '{') {
            size_t length = strcspn(text + 2, "}$");
            if (text[2 + length] != '\0' && !is_identifier(text + 2, length))
                return true;
        }
    }
    return false;
}

static void append_escaped(pz_buffer *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '"' || byte == '\\') {
            pz_buffer_append_byte(out, '\\');
            pz_buffer_append_byte(out, (char)byte);
        } else if (byte < 0x20) {
            char escape[8];
            snprintf(escape, sizeof escape, "\\u%04x", byte);
            pz_buffer_append(out, escape, 6);
        } else {
            pz_buffer_append_byte(out, (char)byte);
        }
    }
}

static void append_value(enum pz_template_kind kind, bool in_string, const pz_json_value *value,
                         pz_buffer *out)
{
    size_t length = 0;
    const char *text = pz_json_text(value, &length);
    if (text == NULL)
        return;
    if (kind == PZ_TEMPLATE_URL || kind == PZ_TEMPLATE_FORM)
        pz_form_escape(out, text, length);
    else if (kind == PZ_TEMPLATE_JSON && in_string)
        append_escaped(out, text, length);
    else
        pz_buffer_append(out, text, length);
}

bool pz_template_fill(enum pz_template_kind kind, const char *text, const pz_json_value *inputs,
                      pz_buffer *out, char *missing, size_t missing_size)
{
    bool is_freemarker = pz_template_is_freemarker(text);
    bool in_string = false;
    missing[0] = '\0';
    while (*text != '\0' && out->failure == PZ_BUFFER_OK) {
        pz_json_text_part key = {text + 2, 0};
        if (text[0] == '$' && text[1] == '{')
            key.length = key_length(key.bytes);
        const pz_json_value *value = key.length == 0 ? NULL : pz_json_get_part(inputs, key);
        if (value != NULL) {
            append_value(kind, in_string, value, out);
            text = key.bytes + key.length + 1;
        } else if (key.length > 0 && !is_freemarker) {
            snprintf(missing, missing_size, "%.*s", (int)key.length, key.bytes);
            return false;
        } else {
            if (*text == '"')
                in_string = !in_string;
            if (*text == '\\' && text[1] != '\0')
                pz_buffer_append_byte(out, *text++);
            pz_buffer_append_byte(out, *text++);
        }
    }
    return out->failure == PZ_BUFFER_OK;
}
