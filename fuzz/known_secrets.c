/* Fuzzes the hiding of known secrets: one that was escaped by a random mix of escapes, twice over,
 * between any two texts, never comes through. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "masking/known.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { SECRET_MAX = 24, TEXT_MAX = 4096 };

typedef struct source {
    const uint8_t *bytes;
    size_t length, at;
} source;

static unsigned take(source *s)
{
    return s->at < s->length ? s->bytes[s->at++] : 0;
}

static int append(char *out, size_t at, const char *format, unsigned c)
{
    return snprintf(out + at, TEXT_MAX - at, format, c);
}

/* Writes each byte in one of the ways in which ASCII may be escaped; others stay. */
static size_t escape(source *s, const char *text, size_t length, char *out)
{
    static const char *const formats[] = {"%%%02x",  "%%%02X",  "\\u%04x", "\\u%04X",
                                          "\\x%02x", "&#%u;",   "&#x%x;",  "&#X%04X;",
                                          "&#%06u;", "\\u{%x}", "%%u%04x"};
    size_t at = 0;
    for (size_t i = 0; i < length && at < TEXT_MAX - 16; i++) {
        unsigned c = (unsigned char)text[i], way = take(s);
        if (c < 0x80 && way < sizeof formats / sizeof *formats)
            at += (size_t)append(out, at, formats[way], c);
        else if (c >= 0x80 && way < 2)
            at += (size_t)append(out, at, formats[way], c);
        else if (way == 11 && c == ' ')
            out[at++] = '+';
        else if (way == 12 && (c == '"' || c == '\\' || c == '/'))
            at += (size_t)append(out, at, "\\%c", c);
        else if (way == 13 && (c == '&' || c == '<'))
            at += (size_t)append(out, at, c == '&' ? "&amp;" : "&lt;", 0);
        else
            out[at++] = (char)c;
    }
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    source s = {bytes, length, 0};
    char secret[SECRET_MAX], once[TEXT_MAX], twice[TEXT_MAX], text[3 * TEXT_MAX];
    size_t secret_length = PZ_KNOWN_WORD_BYTES + take(&s) % (SECRET_MAX - PZ_KNOWN_WORD_BYTES);
    size_t before = take(&s) % 32, after = take(&s) % 32;
    for (size_t i = 0; i < secret_length; i++)
        secret[i] = (char)take(&s);
    size_t once_length = escape(&s, secret, secret_length, once);
    size_t twice_length = escape(&s, once, once_length, twice);
    for (size_t i = 0; i < before; i++)
        text[i] = (char)take(&s);
    memcpy(text + before, twice, twice_length);
    for (size_t i = 0; i < after; i++)
        text[before + twice_length + i] = (char)take(&s);
    size_t text_length = before + twice_length + after;
    char *exact = malloc(text_length + 1);
    pz_known known;
    pz_buffer out, cut;
    pz_known_init(&known);
    pz_buffer_init(&out, 1 << 20);
    pz_buffer_init(&cut, 1 << 20);
    if (exact == NULL || !pz_known_add(&known, secret, secret_length))
        abort();
    memcpy(exact, text, text_length);
    if (!pz_known_hide(&known, exact, text_length, SIZE_MAX, &out) ||
        out.length > before + 3 + after)
        abort();
    size_t most = before + take(&s) % (twice_length + 1);
    pz_known_hide(&known, exact, text_length, most, &cut);
    if (cut.length > most + 3 || cut.length > out.length ||
        memcmp(cut.bytes == NULL ? "" : cut.bytes, out.bytes == NULL ? "" : out.bytes,
               cut.length) != 0)
        abort();
    pz_buffer_free(&out);
    pz_buffer_free(&cut);
    pz_known_free(&known);
    free(exact);
    return 0;
}
