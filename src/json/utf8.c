/* Checks and writes single UTF-8 sequences. */
#include "json/utf8.h"

/* The range of the second byte excludes overlong forms, surrogates and code points above U+10FFFF,
 * if the first byte alone does not (table 3-7 of the Unicode standard). */
size_t pz_utf8_sequence(const char *at, const char *end)
{
    const unsigned char *byte = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    unsigned low = 0x80, high = 0xBF;
    size_t length;
    if (byte[0] < 0xC2 || byte[0] > 0xF4)
        return 0;
    if (byte[0] < 0xE0) {
        length = 2;
    } else if (byte[0] < 0xF0) {
        length = 3;
        if (byte[0] == 0xE0)
            low = 0xA0;
        else if (byte[0] == 0xED)
            high = 0x9F;
    } else {
        length = 4;
        if (byte[0] == 0xF0)
            low = 0x90;
        else if (byte[0] == 0xF4)
            high = 0x8F;
    }
    if (left < length || byte[1] < low || byte[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

size_t pz_utf8_encode(uint32_t code_point, char *out)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}
