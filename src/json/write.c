/* Writes strings, numbers and line breaks as JSON text. */
#include "json/write.h"

#include <math.h>
#include <stdbool.h>

#include "json/double.h"
#include "json/scan.h"
#include "json/utf8.h"

#define MOST_PLAIN_DIGITS 17 /* of the integer part; larger numbers get an exponent */
#define MOST_LEADING_ZEROS 5

/* `byte` is a quote, a backslash or a control character. */
static void write_escape(pz_buffer *out, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char shorts[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    char text[6] = {'\\', 'u', '0', '0', hex[byte >> 4 & 15], hex[byte & 15]};
    size_t length = sizeof text;
    if (byte >= ' ' || shorts[byte] != '\0') {
        text[1] = byte >= ' ' ? (char)byte : shorts[byte];
        length = 2;
    }
    pz_buffer_append(out, text, length);
}

/* Copies plain text in words of eight bytes, and checks each word; the last one overlaps the one
 * before. False: not all of it is plain. `to` has room for `length` bytes. */
static inline bool copy_plain(char *to, const char *from, size_t length)
{
    uint64_t word = 0;
    if (length < 8) {
        uint32_t head = 0, tail = 0;
        if (length >= 4) {
            memcpy(&head, from, 4);
            memcpy(&tail, from + length - 4, 4);
            memcpy(to, &head, 4);
            memcpy(to + length - 4, &tail, 4);
            return pz_json_special_bytes((uint64_t)head << 32 | tail) == 0;
        }
        for (size_t i = 0; i < length; i++)
            to[i] = from[i];
        return pz_json_skip_plain(from, from + length) == from + length;
    }
    for (size_t i = 0; i + 8 < length; i += 8) {
        memcpy(&word, from + i, 8);
        if (pz_json_special_bytes(word) != 0)
            return false;
        memcpy(to + i, &word, 8);
    }
    memcpy(&word, from + length - 8, 8);
    memcpy(to + length - 8, &word, 8);
    return pz_json_special_bytes(word) == 0;
}

/* Writes the content of a string that needs escapes. False: invalid UTF-8. */
static bool write_mixed(pz_buffer *out, const char *bytes, size_t length)
{
    const char *at = bytes, *end = bytes + length, *run = bytes;
    while ((at = pz_json_skip_plain(at, end)) < end) {
        unsigned char byte = (unsigned char)*at;
        if (byte >= 0x80) {
            size_t sequence = pz_utf8_sequence(at, end);
            if (sequence == 0)
                return false;
            at += sequence;
        } else {
            pz_buffer_append(out, run, (size_t)(at - run));
            write_escape(out, byte);
            run = ++at;
        }
    }
    pz_buffer_append(out, run, (size_t)(end - run));
    return true;
}

bool pz_json_write_string(pz_buffer *out, const char *bytes, size_t length)
{
    size_t before = out->length;
    if (length > SIZE_MAX - 2 || !pz_buffer_reserve(out, length + 2))
        return true;
    char *to = out->bytes + before;
    *to = '"';
    if (copy_plain(to + 1, bytes, length)) {
        to[length + 1] = '"';
        out->length = before + length + 2;
        return true;
    }
    out->length++;
    if (!write_mixed(out, bytes, length)) {
        out->length = before;
        return false;
    }
    pz_buffer_append_byte(out, '"');
    return true;
}

/* Writes the digits so that they end before `end`; returns their start. */
static char *digits_before(char *end, uint64_t value)
{
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    return end;
}

void pz_json_write_integer(pz_buffer *out, int64_t integer)
{
    char text[24], *end = text + sizeof text;
    uint64_t magnitude = integer < 0 ? 0 - (uint64_t)integer : (uint64_t)integer;
    char *at = digits_before(end, magnitude);
    if (integer < 0)
        *--at = '-';
    pz_buffer_append(out, at, (size_t)(end - at));
}

static void append_zeros(pz_buffer *out, int count)
{
    while (count-- > 0)
        pz_buffer_append_byte(out, '0');
}

/* The value is 0.DIGITS * 10^point. */
static void write_decimal(pz_buffer *out, const char *digits, int count, int point, bool keep_point)
{
    if (point >= count && point <= MOST_PLAIN_DIGITS) {
        pz_buffer_append(out, digits, (size_t)count);
        append_zeros(out, point - count);
        if (keep_point)
            pz_buffer_append(out, ".0", 2);
    } else if (point > 0 && point <= MOST_PLAIN_DIGITS) {
        pz_buffer_append(out, digits, (size_t)point);
        pz_buffer_append_byte(out, '.');
        pz_buffer_append(out, digits + point, (size_t)(count - point));
    } else if (point <= 0 && point > -MOST_LEADING_ZEROS) {
        pz_buffer_append(out, "0.", 2);
        append_zeros(out, -point);
        pz_buffer_append(out, digits, (size_t)count);
    } else {
        pz_buffer_append(out, digits, 1);
        if (count > 1)
            pz_buffer_append_byte(out, '.');
        pz_buffer_append(out, digits + 1, (size_t)(count - 1));
        pz_buffer_append_byte(out, 'e');
        pz_json_write_integer(out, point - 1);
    }
}

void pz_json_write_double(pz_buffer *out, double number, bool keep_point)
{
    char text[24], *end = text + sizeof text;
    uint64_t digits = 0;
    int exponent = 0;
    if (signbit(number))
        pz_buffer_append_byte(out, '-');
    if (number != 0)
        pz_double_shortest(fabs(number), &digits, &exponent);
    char *at = digits_before(end, digits);
    int count = (int)(end - at);
    write_decimal(out, at, count, count + exponent, keep_point);
}

void pz_json_write_line(pz_buffer *out, size_t depth)
{
    static const char spaces[] = "                                ";
    size_t left = depth * 2;
    pz_buffer_append_byte(out, '\n');
    while (left > 0) {
        size_t part = left < sizeof spaces - 1 ? left : sizeof spaces - 1;
        pz_buffer_append(out, spaces, part);
        left -= part;
    }
}
