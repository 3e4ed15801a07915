/* Puts values in the place of references, encoded for where they stand. */
#include "emulator/template.h"

#include <stdio.h>
#include <string.h>

#include "emulator/form.h"

static const pz_json_value *find_input(const pz_json_value *inputs, const char *key, size_t length)
{
    for (size_t i = 0; i < pz_json_count(inputs); i++) {
        const pz_json_value *input = pz_json_item(inputs, i);
        size_t own_length;
        const char *own = pz_json_text(pz_json_get(input, "key"), &own_length);
        if (own != NULL && own_length == length && memcmp(own, key, length) == 0)
            return input;
    }
    return NULL;
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

static void append_value(enum pz_template_kind kind, int in_string, const pz_json_value *input,
                         pz_buffer *out)
{
    size_t length = 0;
    const char *text = pz_json_text(pz_json_get(input, "exampleValue"), &length);
    if (text == NULL)
        return;
    if (kind == PZ_TEMPLATE_URL || kind == PZ_TEMPLATE_FORM)
        pz_form_escape(out, text, length);
    else if (kind == PZ_TEMPLATE_JSON && in_string)
        append_escaped(out, text, length);
    else
        pz_buffer_append(out, text, length);
}

int pz_template_fill(enum pz_template_kind kind, const char *text, const pz_json_value *inputs,
                     pz_buffer *out, char *missing, size_t missing_size)
{
    int in_string = 0;
    missing[0] = '\0';
    while (*text != '\0') {
        const char *end = text[0] == '$' && text[1] == '{' ? strchr(text, '}') : NULL;
        if (end == NULL) {
            if (*text == '"')
                in_string = !in_string;
            if (*text == '\\' && text[1] != '\0')
                pz_buffer_append_byte(out, *text++);
            pz_buffer_append_byte(out, *text++);
            continue;
        }
        const char *key = text + 2;
        const pz_json_value *input = find_input(inputs, key, (size_t)(end - key));
        if (input == NULL) {
            snprintf(missing, missing_size, "%.*s", (int)(end - key), key);
            return 0;
        }
        append_value(kind, in_string, input, out);
        text = end + 1;
    }
    return out->failure == PZ_BUFFER_OK;
}
