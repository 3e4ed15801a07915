/* Replaces what is not UTF-8. */
#include "emulator/foreign.h"

#include "json/utf8.h"

static const size_t FOREIGN_MAX_BYTES = (size_t)48 << 20;

pz_json_value *pz_foreign_text(pz_json_document *document, const char *bytes, size_t length)
{
    pz_buffer text;
    pz_buffer_init(&text, FOREIGN_MAX_BYTES);
    for (const char *at = bytes, *end = bytes + length; at < end;) {
        size_t size = (unsigned char)*at < 0x80 ? 1 : pz_utf8_sequence(at, end);
        if (size == 0)
            pz_buffer_append_text(&text, "\xef\xbf\xbd");
        else
            pz_buffer_append(&text, at, size);
        at += size == 0 ? 1 : size;
    }
    pz_json_value *value =
        text.failure == PZ_BUFFER_OK
            ? pz_json_new_string(document, text.length == 0 ? "" : text.bytes, text.length)
            : NULL;
    pz_buffer_free(&text);
    return value;
}
