/* Puts values in the place of references, encoded for where they stand. */
#include "emulator/template.h"

#include <stdio.h>
#include <string.h>

#include "emulator/form.h"
#include "template/scan.h"
#include "json/document_object.h"

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

bool pz_template_text_is_freemarker(const char *text)
{
    return pz_template_is_freemarker(text, strlen(text));
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

static void append_freemarker(enum pz_template_kind kind, const pz_template_part *part,
                              pz_buffer *out)
{
    for (const char *at = part->start; at < part->start + part->length; at++) {
        if (kind == PZ_TEMPLATE_URL && !pz_template_fits_url(*at))
            pz_form_escape(out, at, 1);
        else
            pz_buffer_append_byte(out, *at);
    }
}

/* Appends what stands between the parts, and keeps track of the strings of JSON in it. */
static void append_text(const char *text, const char *end, bool *in_string, pz_buffer *out)
{
    pz_buffer_append(out, text, (size_t)(end - text));
    for (; text < end; text++) {
        if (*text == '\\')
            text++;
        else if (*text == '"')
            *in_string = !*in_string;
    }
}

bool pz_template_fill(enum pz_template_kind kind, const char *text, const pz_json_value *inputs,
                      pz_buffer *out, char *missing, size_t missing_size)
{
    const char *end = text + strlen(text);
    bool is_freemarker = pz_template_is_freemarker(text, (size_t)(end - text));
    bool in_string = false;
    pz_template_scan scan;
    pz_template_part part;
    missing[0] = '\0';
    pz_template_scan_init(&scan, text, (size_t)(end - text));
    while (out->failure == PZ_BUFFER_OK && pz_template_next(&scan, &part)) {
        append_text(text, part.start, &in_string, out);
        text = part.start + part.length;
        const pz_json_text_part key = {part.name, part.name_length};
        const pz_json_value *value =
            part.kind == PZ_TEMPLATE_INPUT ? pz_json_get_part(inputs, key) : NULL;
        if (value != NULL) {
            append_value(kind, in_string, value, out);
        } else if (part.kind == PZ_TEMPLATE_INPUT && !is_freemarker) {
            snprintf(missing, missing_size, "%.*s", (int)key.length, key.bytes);
            return false;
        } else if (pz_template_is_freemarker_part(part.kind)) {
            append_freemarker(kind, &part, out);
        } else {
            pz_buffer_append(out, part.start, part.length);
        }
    }
    append_text(text, end, &in_string, out);
    return out->failure == PZ_BUFFER_OK;
}
