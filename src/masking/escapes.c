/* Reads escapes, and escapes of escapes. Collects the different readings of a place. */
#include "masking/escapes.h"

#include <stdint.h>
#include <string.h>

#include "json/utf8.h"

enum { NAME_MAX_BYTES = 20, NUMBER_MAX_DIGITS = 10 };

/* HTML's names of ASCII characters that have to be escaped somewhere. */
static const struct {
    const char *name;
    char character;
} entities[] = {
    {"amp", '&'},    {"lt", '<'},     {"gt", '>'},           {"quot", '"'},
    {"apos", '\''},  {"plus", '+'},   {"equals", '='},       {"sol", '/'},
    {"bsol", '\\'},  {"percnt", '%'}, {"num", '#'},          {"colon", ':'},
    {"semi", ';'},   {"comma", ','},  {"period", '.'},       {"excl", '!'},
    {"quest", '?'},  {"commat", '@'}, {"dollar", '$'},       {"ast", '*'},
    {"midast", '*'}, {"lpar", '('},   {"rpar", ')'},         {"lsqb", '['},
    {"lbrack", '['}, {"rsqb", ']'},   {"rbrack", ']'},       {"lcub", '{'},
    {"lbrace", '{'}, {"rcub", '}'},   {"rbrace", '}'},       {"verbar", '|'},
    {"vert", '|'},   {"lowbar", '_'}, {"underbar", '_'},     {"hat", '^'},
    {"grave", '`'},  {"tab", '\t'},   {"newline", '\n'},     {"nbsp", ' '},
    {"hyphen", '-'}, {"dash", '-'},   {"verticalline", '|'}, {"diacriticalgrave", '`'},
};

/* The number of entities, from the first on, that may lack their semicolon. */
enum { BARE_ENTITIES = 4 };

typedef struct text {
    const char *end;
} text;

static size_t read_place(const text *t, const char *at, int depth, pz_reading *readings);

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static int hex_digit(char c)
{
    c = lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(char c)
{
    return hex_digit(c) >= 0;
}

static bool is_decimal(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_of_name(char c)
{
    return is_decimal(c) || (lower(c) >= 'a' && lower(c) <= 'z');
}

/* Reads one character of a class, and returns its end; NULL if no reading is of that class. Letters
 * and digits have only one reading, so the first match is the only one. */
static const char *read_class(const text *t, const char *at, int depth, bool (*fits)(char), char *c)
{
    pz_reading readings[PZ_ESCAPES_READINGS];
    size_t count = at == NULL ? 0 : read_place(t, at, depth, readings);
    for (size_t i = 0; i < count; i++) {
        if (readings[i].length == 1 && fits(readings[i].bytes[0])) {
            *c = readings[i].bytes[0];
            return readings[i].next;
        }
    }
    return NULL;
}

/* Reads the wanted byte, and returns its end, or NULL. */
static const char *read_byte(const text *t, const char *at, int depth, char wanted)
{
    pz_reading readings[PZ_ESCAPES_READINGS];
    size_t count = at == NULL ? 0 : read_place(t, at, depth, readings);
    for (size_t i = 0; i < count; i++) {
        if (readings[i].length == 1 && readings[i].bytes[0] == wanted)
            return readings[i].next;
    }
    return NULL;
}

/* Reads exactly `digits` hexadecimal digits. Returns their end, or NULL. */
static const char *read_hex(const text *t, const char *at, int depth, int digits, uint32_t *value)
{
    char c;
    *value = 0;
    while (at != NULL && digits-- > 0) {
        at = read_class(t, at, depth, is_hex, &c);
        if (at != NULL)
            *value = *value * 16 + (uint32_t)hex_digit(c);
    }
    return at;
}

/* Adds a reading unless there is one with the same end and bytes. Returns the new count. */
static size_t add_reading(pz_reading *readings, size_t count, pz_reading reading)
{
    for (size_t i = 0; i < count; i++) {
        if (readings[i].next == reading.next && readings[i].length == reading.length &&
            memcmp(readings[i].bytes, reading.bytes, reading.length) == 0)
            return count;
    }
    if (count < PZ_ESCAPES_READINGS)
        readings[count++] = reading;
    return count;
}

static size_t add_code_point(pz_reading *readings, size_t count, uint32_t code, const char *next)
{
    pz_reading reading = {next, 0, {0}};
    if (next == NULL || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return count;
    reading.length = (unsigned char)pz_utf8_encode(code, reading.bytes);
    return add_reading(readings, count, reading);
}

static size_t add_byte(pz_reading *readings, size_t count, char byte, const char *next)
{
    pz_reading reading = {next, 1, {byte}};
    return next == NULL ? count : add_reading(readings, count, reading);
}

/* Reads after "\u": digits in braces, or four digits, which a second "\u" follows if they are a
 * high surrogate. */
static size_t add_unicode(const text *t, const char *at, int depth, pz_reading *readings,
                          size_t count)
{
    uint32_t code, low;
    const char *brace = read_byte(t, at, depth, '{');
    if (brace != NULL) {
        char c;
        const char *digit = brace, *next;
        code = 0;
        while ((next = read_class(t, digit, depth, is_hex, &c)) != NULL && code <= 0x10FFFF) {
            code = code * 16 + (uint32_t)hex_digit(c);
            digit = next;
        }
        return digit == brace
                   ? count
                   : add_code_point(readings, count, code, read_byte(t, digit, depth, '}'));
    }
    at = read_hex(t, at, depth, 4, &code);
    if (at == NULL || code < 0xD800 || code > 0xDBFF)
        return add_code_point(readings, count, code, at);
    at = read_byte(t, at, depth, '\\');
    at = at == NULL ? NULL : read_byte(t, at, depth, 'u');
    at = at == NULL ? NULL : read_hex(t, at, depth, 4, &low);
    if (at == NULL || low < 0xDC00 || low > 0xDFFF)
        return count;
    return add_code_point(readings, count, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), at);
}

/* Reads after a backslash. */
static size_t add_backslash(const text *t, const char *at, int depth, pz_reading *readings,
                            size_t count)
{
    static const char letters[] = "bfnrtv0", meanings[] = "\b\f\n\r\t\v\0";
    pz_reading inner[PZ_ESCAPES_READINGS];
    size_t inner_count = read_place(t, at, depth, inner);
    for (size_t i = 0; i < inner_count; i++) {
        char c = inner[i].bytes[0];
        uint32_t code;
        if (inner[i].length != 1)
            continue;
        if (c == 'u') {
            count = add_unicode(t, inner[i].next, depth, readings, count);
        } else if (c == 'x') {
            const char *next = read_hex(t, inner[i].next, depth, 2, &code);
            count = add_code_point(readings, count, code, next);
        } else if (c == '"' || c == '\\' || c == '/' || c == '\'' || c == '`') {
            count = add_byte(readings, count, c, inner[i].next);
        } else if (memchr(letters, c, sizeof letters - 1) != NULL) {
            const char *letter = memchr(letters, c, sizeof letters - 1);
            count = add_byte(readings, count, meanings[letter - letters], inner[i].next);
        }
    }
    return count;
}

/* Reads after '%': a byte, or "u002b" as old scripts write it. */
static size_t add_percent(const text *t, const char *at, int depth, pz_reading *readings,
                          size_t count)
{
    uint32_t code;
    const char *next = read_hex(t, at, depth, 2, &code);
    if (next != NULL)
        return add_byte(readings, count, (char)code, next);
    next = read_byte(t, at, depth, 'u');
    if (next == NULL)
        next = read_byte(t, at, depth, 'U');
    next = read_hex(t, next, depth, 4, &code);
    return add_code_point(readings, count, code, next);
}

/* Skips an optional semicolon. */
static const char *skip_semicolon(const text *t, const char *at, int depth)
{
    const char *next = read_byte(t, at, depth, ';');
    return next != NULL ? next : at;
}

/* Reads a number after "&#". */
static size_t add_number(const text *t, const char *at, int depth, pz_reading *readings,
                         size_t count)
{
    uint32_t code = 0, base = 10;
    int digits = 0;
    char c;
    const char *next = read_byte(t, at, depth, 'x');
    if (next == NULL)
        next = read_byte(t, at, depth, 'X');
    if (next != NULL) {
        base = 16;
        at = next;
    }
    while (digits < NUMBER_MAX_DIGITS && code <= 0x10FFFF &&
           (next = read_class(t, at, depth, base == 16 ? is_hex : is_decimal, &c)) != NULL) {
        code = code * base + (uint32_t)hex_digit(c);
        at = next;
        digits++;
    }
    return digits == 0 ? count
                       : add_code_point(readings, count, code, skip_semicolon(t, at, depth));
}

/* Reads a number or a name after '&'. */
static size_t add_entity(const text *t, const char *at, int depth, pz_reading *readings,
                         size_t count)
{
    const char *number = read_byte(t, at, depth, '#');
    if (number != NULL)
        return add_number(t, number, depth, readings, count);
    char name[NAME_MAX_BYTES];
    const char *ends[NAME_MAX_BYTES + 1] = {at};
    size_t length = 0;
    while (length < NAME_MAX_BYTES &&
           (ends[length + 1] = read_class(t, ends[length], depth, is_of_name, &name[length])) !=
               NULL) {
        name[length] = lower(name[length]);
        length++;
    }
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        size_t known = strlen(entities[i].name);
        if (known > length || memcmp(name, entities[i].name, known) != 0)
            continue;
        const char *semicolon = read_byte(t, ends[known], depth, ';');
        if (semicolon != NULL || i < BARE_ENTITIES)
            count = add_byte(readings, count, entities[i].character,
                             semicolon != NULL ? semicolon : ends[known]);
    }
    return count;
}

/* Collects the readings of a place with up to `depth` levels of escapes; the first is the byte
 * itself. Returns their number. */
static size_t read_place(const text *t, const char *at, int depth, pz_reading *readings)
{
    if (at >= t->end)
        return 0;
    readings[0] = (pz_reading){at + 1, 1, {*at}};
    size_t count = 1;
    if (depth == 0 || !pz_escapes_begin(*at))
        return count;
    pz_reading inner[PZ_ESCAPES_READINGS];
    size_t inner_count = read_place(t, at, depth - 1, inner);
    for (size_t i = 1; i < inner_count; i++)
        count = add_reading(readings, count, inner[i]);
    for (size_t i = 0; i < inner_count; i++) {
        const char *next = inner[i].next;
        if (inner[i].length != 1)
            continue;
        switch (inner[i].bytes[0]) {
        case '\\':
            count = add_backslash(t, next, depth - 1, readings, count);
            break;
        case '%':
            count = add_percent(t, next, depth - 1, readings, count);
            break;
        case '&':
            count = add_entity(t, next, depth - 1, readings, count);
            break;
        case '+':
            count = add_byte(readings, count, ' ', next);
            break;
        default:
            break;
        }
    }
    return count;
}

/* Reads unescaped hexadecimal digits. Returns the number, or -1. */
static int glance_hex(const char *at, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (!is_hex(at[i]))
            return -1;
        value = value * 16 + hex_digit(at[i]);
    }
    return value;
}

static int glance_backslash(const char *at, const char *end)
{
    if (end - at > 5 && at[1] == 'u') {
        int code = glance_hex(at + 2, 4);
        return code < 0x80 ? code : -1;
    }
    switch (at[1]) {
    case '"':
    case '/':
        return at[1];
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return -1;
    }
}

int pz_escapes_glance(const char *at, const char *end)
{
    int meaning = -1;
    if (*at == '+')
        meaning = ' ';
    else if (*at == '\\' && end - at > 1)
        meaning = glance_backslash(at, end);
    else if (*at == '%' && end - at > 2)
        meaning = glance_hex(at + 1, 2);
    else if (*at == '&' && end - at > 3 && at[2] == 't' && at[3] == ';')
        meaning = at[1] == 'l' ? '<' : at[1] == 'g' ? '>' : -1;
    else if (*at == '&' && end - at > 1 && !is_of_name(at[1]) && at[1] != '#' &&
             !pz_escapes_begin(at[1]))
        return '&'; /* not an entity */
    return meaning >= 0 && pz_escapes_begin((char)meaning) ? -1 : meaning;
}

size_t pz_escapes_read(const char *at, const char *end, pz_reading *readings)
{
    const text t = {end};
    return read_place(&t, at, PZ_ESCAPES_DEPTH, readings);
}
