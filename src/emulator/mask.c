/* Masks known secrets in whole texts, and encodes credentials as HTTP Basic does. */
#include "emulator/mask.h"

#include <stdint.h>
#include <string.h>

enum { TEXT_MAX_BYTES = 48 << 20 };

static void append_base64(pz_buffer *out, const char *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        size_t rest = length - i;
        unsigned bits = (unsigned)(unsigned char)bytes[i] << 16;
        bits |= rest > 1 ? (unsigned)(unsigned char)bytes[i + 1] << 8 : 0;
        bits |= rest > 2 ? (unsigned char)bytes[i + 2] : 0;
        const char group[] = {digits[bits >> 18], digits[bits >> 12 & 63],
                              rest > 1 ? digits[bits >> 6 & 63] : '=',
                              rest > 2 ? digits[bits & 63] : '='};
        pz_buffer_append(out, group, sizeof group);
    }
}

bool pz_mask_add_basic(pz_known *known, const char *user, const char *password)
{
    pz_buffer plain;
    pz_buffer coded;
    pz_buffer_init(&plain, TEXT_MAX_BYTES);
    pz_buffer_init(&coded, TEXT_MAX_BYTES);
    pz_buffer_append_text(&plain, user);
    pz_buffer_append_byte(&plain, ':');
    pz_buffer_append_text(&plain, password);
    append_base64(&coded, plain.bytes, plain.length);
    bool is_added = plain.failure == PZ_BUFFER_OK && coded.failure == PZ_BUFFER_OK &&
                    pz_known_add(known, coded.bytes, coded.length);
    pz_buffer_free(&plain);
    pz_buffer_free(&coded);
    return is_added;
}

void pz_mask_apply(const pz_known *known, pz_buffer *text)
{
    pz_buffer hidden;
    if (text->length == 0)
        return;
    pz_buffer_init(&hidden, text->bound > TEXT_MAX_BYTES ? text->bound : TEXT_MAX_BYTES);
    pz_known_hide(known, text->bytes, text->length, SIZE_MAX, &hidden);
    if (hidden.failure != PZ_BUFFER_OK)
        hidden.length = 0;
    pz_buffer_free(text);
    *text = hidden;
}
