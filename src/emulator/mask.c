/* Overwrites secrets, as they are and as Basic credentials have them. */
#include "emulator/mask.h"

#include <stdlib.h>

#include "emulator/form.h"
#include "json/write.h"

enum { TEXT_MAX_BYTES = 48 << 20 };

static const char stars[] = "***";

void pz_mask_free(pz_mask *mask)
{
    for (size_t i = 0; i < mask->count; i++)
        pz_buffer_free(&mask->texts[i]);
    mask->count = 0;
}

static pz_buffer *next(pz_mask *mask)
{
    if (mask->count == PZ_MASK_MAX)
        return NULL;
    pz_buffer *text = &mask->texts[mask->count++];
    pz_buffer_init(text, TEXT_MAX_BYTES);
    return text;
}

int pz_mask_add(pz_mask *mask, const char *text)
{
    size_t length = strlen(text);
    if (length < PZ_MASK_MIN_BYTES)
        return 1;
    pz_buffer *plain = next(mask);
    pz_buffer *escaped = next(mask);
    pz_buffer *json = next(mask);
    if (plain == NULL || escaped == NULL || json == NULL)
        return 0;
    pz_buffer_append(plain, text, length);
    pz_form_escape(escaped, text, length);
    if (pz_json_write_string(json, text, length) && json->failure == PZ_BUFFER_OK) {
        json->length -= 2; /* the quotes */
        memmove(json->bytes, json->bytes + 1, json->length);
    }
    return plain->failure == PZ_BUFFER_OK && escaped->failure == PZ_BUFFER_OK &&
           json->failure == PZ_BUFFER_OK;
}

int pz_mask_add_basic(pz_mask *mask, const char *user, const char *password)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    pz_buffer *coded = next(mask);
    pz_buffer plain;
    if (coded == NULL)
        return 0;
    pz_buffer_init(&plain, TEXT_MAX_BYTES);
    pz_buffer_append_text(&plain, user);
    pz_buffer_append_byte(&plain, ':');
    pz_buffer_append_text(&plain, password);
    for (size_t i = 0; i < plain.length; i += 3) {
        size_t rest = plain.length - i;
        unsigned bits = (unsigned)(unsigned char)plain.bytes[i] << 16;
        bits |= rest > 1 ? (unsigned)(unsigned char)plain.bytes[i + 1] << 8 : 0;
        bits |= rest > 2 ? (unsigned char)plain.bytes[i + 2] : 0;
        const char group[] = {digits[bits >> 18], digits[bits >> 12 & 63],
                              rest > 1 ? digits[bits >> 6 & 63] : '=',
                              rest > 2 ? digits[bits & 63] : '='};
        pz_buffer_append(coded, group, sizeof group);
    }
    int ok = plain.failure == PZ_BUFFER_OK && coded->failure == PZ_BUFFER_OK;
    pz_buffer_free(&plain);
    return ok;
}

/* What is put there is never longer than what was there: it is done in place. */
static void replace(const pz_buffer *text, pz_buffer *bytes)
{
    char *out = bytes->bytes;
    const char *in = bytes->bytes;
    const char *end = in == NULL ? NULL : in + bytes->length;
    while (in < end) {
        const char *found = memmem(in, (size_t)(end - in), text->bytes, text->length);
        size_t before = (size_t)((found == NULL ? end : found) - in);
        memmove(out, in, before);
        out += before;
        in += before;
        if (found != NULL) {
            memcpy(out, stars, sizeof stars - 1);
            out += sizeof stars - 1;
            in += text->length;
        }
    }
    if (bytes->bytes != NULL)
        bytes->length = (size_t)(out - bytes->bytes);
}

static int compare_lengths(const void *left, const void *right)
{
    const pz_buffer *a = left, *b = right;
    return (a->length < b->length) - (a->length > b->length);
}

/* The longest first: one may be the beginning of another. */
void pz_mask_apply(pz_mask *mask, pz_buffer *bytes)
{
    qsort(mask->texts, mask->count, sizeof *mask->texts, compare_lengths);
    for (size_t i = 0; i < mask->count; i++)
        if (mask->texts[i].length >= PZ_MASK_MIN_BYTES)
            replace(&mask->texts[i], bytes);
}
