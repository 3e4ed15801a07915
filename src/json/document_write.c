/* Writes documents as text. */
#include "json/document.h"
#include "json/utf8.h"
#include "json/value.h"
#include "json/write.h"

/* Writes a string. Parsed strings are valid UTF-8. Those of the program may be invalid: then each
 * invalid byte becomes U+FFFD, so that the text is valid JSON. */
static void write_text(pz_buffer *out, pz_json_text_part text)
{
    if (pz_json_write_string(out, text.bytes, text.length))
        return;
    pz_buffer fixed;
    pz_buffer_init(&fixed, SIZE_MAX / 2);
    const char *at = text.bytes, *end = text.bytes + text.length;
    while (at < end) {
        size_t length = (unsigned char)*at < 0x80 ? 1 : pz_utf8_sequence(at, end);
        pz_buffer_append(&fixed, length != 0 ? at : "\xEF\xBF\xBD", length != 0 ? length : 3);
        at += length != 0 ? length : 1;
    }
    if (fixed.failure == PZ_BUFFER_OK)
        pz_json_write_string(out, fixed.bytes, fixed.length);
    else
        out->failure = fixed.failure;
    pz_buffer_free(&fixed);
}

static void write_value(const pz_json_value *value, bool pretty, size_t depth, pz_buffer *out);

static void write_children(const pz_json_value *value, bool pretty, size_t depth, pz_buffer *out)
{
    size_t count = pz_json_count(value);
    for (size_t i = 0; i < count && out->failure == PZ_BUFFER_OK; i++) {
        const pz_json_value *child;
        if (i > 0)
            pz_buffer_append_byte(out, ',');
        if (pretty)
            pz_json_write_line(out, depth + 1);
        if (value->type == PZ_JSON_OBJECT) {
            child = value->as.members.list[i].value;
            write_text(out, value->as.members.list[i].name);
            pz_buffer_append(out, ": ", pretty ? 2 : 1);
        } else {
            child = value->as.items.list[i];
        }
        write_value(child, pretty, depth + 1, out);
    }
    if (pretty && count > 0)
        pz_json_write_line(out, depth);
}

static void write_value(const pz_json_value *value, bool pretty, size_t depth, pz_buffer *out)
{
    switch (pz_json_type_of(value)) {
    case PZ_JSON_NULL:
        pz_buffer_append(out, "null", 4);
        break;
    case PZ_JSON_FALSE:
        pz_buffer_append(out, "false", 5);
        break;
    case PZ_JSON_TRUE:
        pz_buffer_append(out, "true", 4);
        break;
    case PZ_JSON_NUMBER:
        pz_buffer_append(out, value->as.text.bytes, value->as.text.length);
        break;
    case PZ_JSON_STRING:
        write_text(out, value->as.text);
        break;
    case PZ_JSON_ARRAY:
        pz_buffer_append_byte(out, '[');
        write_children(value, pretty, depth, out);
        pz_buffer_append_byte(out, ']');
        break;
    case PZ_JSON_OBJECT:
        pz_buffer_append_byte(out, '{');
        write_children(value, pretty, depth, out);
        pz_buffer_append_byte(out, '}');
        break;
    }
}

void pz_json_write(const pz_json_value *value, bool pretty, pz_buffer *out)
{
    write_value(value, pretty, 0, out);
}
