/* Checks strings with escapes or non-ASCII characters, and resolves escapes afterwards. */
#include "json/scan.h"

#include "json/utf8.h"

static const char *refuse(pz_json_fault *fault, const char *at, const char *message)
{
    fault->message = message;
    fault->at = at;
    return NULL;
}

/* The character of each escape of one letter; NUL: no such escape. */
static const char short_escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* The value of four hexadecimal digits, or -1. */
static int32_t hex4(const char *at, const char *end)
{
    int32_t value = 0;
    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

static bool is_high_surrogate(int32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(int32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* Checks the escape at the backslash `at`. Refuses half a surrogate pair: it has no UTF-8 form, so
 * it could not be written back. */
static const char *scan_escape(const char *at, const char *end, pz_json_fault *fault)
{
    if (end - at < 2)
        return refuse(fault, end, "the text ends within a string");
    if (at[1] != 'u')
        return short_escapes[(unsigned char)at[1]] != '\0'
                   ? at + 2
                   : refuse(fault, at, "unknown escape in a string");
    int32_t unit = hex4(at + 2, end);
    if (unit < 0)
        return refuse(fault, at, "\\u without four hexadecimal digits");
    if (is_low_surrogate(unit))
        return refuse(fault, at, "half a surrogate pair");
    if (!is_high_surrogate(unit))
        return at + 6;
    if (end - at < 12 || at[6] != '\\' || at[7] != 'u' || !is_low_surrogate(hex4(at + 8, end)))
        return refuse(fault, at, "half a surrogate pair");
    return at + 12;
}

const char *pz_json_scan_string_rest(const char *at, const char *end, bool *is_escaped,
                                     pz_json_fault *fault)
{
    while (at < end && *at != '"') {
        unsigned char byte = (unsigned char)*at;
        if (byte == '\\') {
            *is_escaped = true;
            at = scan_escape(at, end, fault);
            if (at == NULL)
                return NULL;
        } else if (byte < ' ') {
            return refuse(fault, at, "control character in a string");
        } else if (byte >= 0x80) {
            size_t length = pz_utf8_sequence(at, end);
            if (length == 0)
                return refuse(fault, at, "invalid UTF-8");
            at += length;
        }
        at = pz_json_skip_plain(at, end);
    }
    return at < end ? at : refuse(fault, end, "the text ends within a string");
}

/* Resolves one checked \u or surrogate pair, and moves *at after it. Returns the length. */
static size_t unescape_unicode(const char **at, const char *end, char *out)
{
    int32_t unit = hex4(*at + 2, end);
    *at += 6;
    if (!is_high_surrogate(unit))
        return pz_utf8_encode((uint32_t)unit, out);
    int32_t low = hex4(*at + 2, end);
    *at += 6;
    return pz_utf8_encode(0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(low - 0xDC00),
                          out);
}

/* Returns the number of bytes before the first backslash in eight bytes; 8: none. */
static unsigned until_backslash(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t backslash = word ^ ones * '\\';
    uint64_t marks = (backslash - ones) & ~backslash & ones * 0x80; /* only the lowest is right */
    return marks != 0 ? (unsigned)__builtin_ctzll(marks) >> 3 : 8;
}

/* Copies up to the next backslash or the end, and moves *at there. Copies eight bytes at a time:
 * surplus ones are overwritten later. There is room, because the result is never longer than the
 * input. */
static char *copy_plain(const char **at, const char *end, char *to)
{
    const char *from = *at;
    while (end - from >= 8) {
        unsigned length = until_backslash(pz_json_load_word(from));
        memcpy(to, from, 8);
        from += length;
        to += length;
        if (length < 8) {
            *at = from;
            return to;
        }
    }
    while (from < end && *from != '\\')
        *to++ = *from++;
    *at = from;
    return to;
}

size_t pz_json_unescape(const char *bytes, size_t length, char *out)
{
    const char *at = bytes, *end = bytes + length;
    char *to = copy_plain(&at, end, out);
    while (at < end) {
        if (at[1] == 'u') {
            to += unescape_unicode(&at, end, to);
        } else {
            *to++ = short_escapes[(unsigned char)at[1]];
            at += 2;
        }
        to = copy_plain(&at, end, to);
    }
    return (size_t)(to - out);
}
