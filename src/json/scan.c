/* Strings with escapes or beyond ASCII: checked first, resolved afterwards. */
#include "json/scan.h"

#include "json/utf8.h"

static const char *refuse(pz_json_fault *fault, const char *at, const char *message)
{
    fault->message = message;
    fault->at = at;
    return NULL;
}

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

static int is_high_surrogate(int32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static int is_low_surrogate(int32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* `at` is at the backslash. Half a surrogate pair has no UTF-8 form, so it could not be given back
 * as it came: refused. */
static const char *scan_escape(const char *at, const char *end, pz_json_fault *fault)
{
    if (end - at < 2)
        return refuse(fault, end, "the text ends within a string");
    if (at[1] != 'u')
        return at[1] != '\0' && strchr("\"\\/bfnrt", at[1]) != NULL
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

const char *pz_json_scan_string_rest(const char *at, const char *end, int *escaped,
                                     pz_json_fault *fault)
{
    while (at < end && *at != '"') {
        unsigned char byte = (unsigned char)*at;
        if (byte == '\\') {
            *escaped = 1;
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

/* One checked escape; *at moves behind it. */
static size_t unescape_one(const char **at, const char *end, char *out)
{
    static const char shorts[] = "b\bf\fn\nr\rt\t";
    char kind = (*at)[1];
    if (kind != 'u') {
        const char *found = strchr(shorts, kind);
        *out = found != NULL ? found[1] : kind;
        *at += 2;
        return 1;
    }
    int32_t unit = hex4(*at + 2, end);
    *at += 6;
    if (!is_high_surrogate(unit))
        return pz_utf8_encode((uint32_t)unit, out);
    int32_t low = hex4(*at + 2, end);
    *at += 6;
    return pz_utf8_encode(0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(low - 0xDC00),
                          out);
}

size_t pz_json_unescape(const char *bytes, size_t length, char *out)
{
    const char *at = bytes, *end = bytes + length;
    char *to = out;
    while (at < end) {
        const char *backslash = memchr(at, '\\', (size_t)(end - at));
        size_t run = (size_t)((backslash != NULL ? backslash : end) - at);
        memcpy(to, at, run);
        to += run;
        at += run;
        if (backslash != NULL)
            to += unescape_one(&at, end, to);
    }
    return (size_t)(to - out);
}
