/* Scans text word by word. It does not parse URLs, because a credential is often the reason why a
 * URL does not parse. If in doubt it masks more. */
#include "masking/redact.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "masking/names.h"

#define NAME_MAX_LENGTH 64

typedef struct writer {
    char *out;
    size_t room; /* without the NUL and the "..." of a cut */
    size_t length;
    bool full;
} writer;

static void put(writer *w, const char *text, size_t length)
{
    if (w->full || length > w->room - w->length) {
        length = w->full ? 0 : w->room - w->length;
        /* do not divide a UTF-8 character */
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--;
        w->full = true;
    }
    memcpy(w->out + w->length, text, length);
    w->length += length;
}

static void put_mask(writer *w)
{
    put(w, "***", 3);
}

static bool is_blank(char c)
{
    return (unsigned char)c <= 0x20 || c == 0x7f;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}

/* True if `c` closes the quote `before` a word; NUL: no quote. Text between tags has > before it
 * and < after it. */
static bool closes(char before, char c)
{
    return before == '<' ? c == '>' : before == '>' ? c == '<' : before == c;
}

/* Blanks and quotes end a word. But a URL or a password may contain quotes: once the word looks
 * like one, only the quote that closes the one before the word ends it. */
const char *pz_redact_word_end(const char *word, const char *end, char before)
{
    const char *colon = NULL;
    bool has_begun = false;
    for (const char *c = word; c < end; c++) {
        bool is_inner_colon = colon != NULL && c > colon + 1; /* user:password, not name:"value" */
        if (is_blank(*c) ||
            (is_quote(*c) && (closes(before, *c) || !(has_begun || is_inner_colon))))
            return c;
        has_begun |= *c == '?' || *c == '#' || (*c == '/' && c > word && c[-1] == '/');
        if (*c == ':' && c > word && colon == NULL)
            colon = c;
    }
    return end;
}

static const char *find_any(const char *text, const char *end, const char *any)
{
    while (text < end && (*text == '\0' || strchr(any, *text) == NULL))
        text++;
    return text;
}

static const char *find_last(const char *text, const char *end, char c)
{
    while (end > text)
        if (*--end == c)
            return end;
    return NULL;
}

/* True for "host:8080", "[::1]:8080" and "host": a port, or nothing, follows the last colon. */
static bool has_port_or_none(const char *authority, const char *end)
{
    const char *colon = find_last(authority, end, ':');
    if (colon == NULL)
        return true;
    for (const char *c = colon + 1; c < end; c++) {
        if ((*c < '0' || *c > '9') && *c != ']' && authority[0] != '[')
            return false;
    }
    return true;
}

/* A password may contain a slash that was not encoded. Then the authority seems to end in something
 * that cannot be a port, and the last '@' after it counts. */
const char *pz_redact_user_info_end(const char *authority, const char *end)
{
    const char *authority_end = find_any(authority, end, "/?#\\");
    const char *at = find_last(authority, authority_end, '@');
    if (at == NULL && !has_port_or_none(authority, authority_end))
        at = find_last(authority_end, end, '@');
    return at;
}

/* True for the names of credentials. In queries these are also OAuth's codes, and the key of older
 * organisations, which is half of their credentials. */
static bool is_credential(const char *name, const char *end)
{
    static const char *const of_queries[] = {"code", "code_verifier", "client_key", "clientkey"};
    size_t length = (size_t)(end - name);
    for (size_t i = 0; i < sizeof of_queries / sizeof *of_queries; i++) {
        if (strlen(of_queries[i]) == length && strncasecmp(name, of_queries[i], length) == 0)
            return true;
    }
    return length > NAME_MAX_LENGTH || /* too long to be checked, so masked */
           pz_name_kind_of(name, length) != PZ_NAME_PLAIN;
}

static const char *find_authority(const char *word, const char *end)
{
    for (const char *c = word; end - c >= 2; c++) {
        if (c[0] == '/' && c[1] == '/' && (c == word || c[-1] == ':'))
            return c + 2;
    }
    return NULL;
}

/* Writes a text without credential parameters. It may contain URLs, also as a parameter's value:
 * masks their user info. */
static void put_stretch(writer *w, const char *text, const char *end)
{
    const char *authority;
    while (!w->full && (authority = find_authority(text, end)) != NULL) {
        put(w, text, (size_t)(authority - text));
        text = pz_redact_user_info_end(authority, end);
        if (text != NULL)
            put_mask(w);
        else
            text = authority;
    }
    put(w, text, (size_t)(end - text));
}

/* Writes name=value pairs after '?' or '#', separated by '&' or ';', and masks credentials. */
static void put_parameters(writer *w, const char *text, const char *end)
{
    while (text < end) {
        const char *pair_end = find_any(text, end, "&;?#");
        const char *equals = find_any(text, pair_end, "=");
        if (equals < pair_end && equals + 1 < pair_end && is_credential(text, equals)) {
            put(w, text, (size_t)(equals + 1 - text));
            put_mask(w);
        } else {
            put_stretch(w, text, pair_end);
        }
        if (pair_end < end)
            put(w, pair_end++, 1);
        text = pair_end;
    }
}

static void put_word(writer *w, const char *word, const char *end)
{
    const char *authority = find_authority(word, end);
    const char *at;
    if (authority != NULL) {
        at = pz_redact_user_info_end(authority, end);
    } else {
        /* a proxy may be given as "user:password@host"; "who@example.com" is an address */
        authority = word;
        at = find_last(word, find_any(word, end, "/?#"), '@');
        if (at != NULL && memchr(word, ':', (size_t)(at - word)) == NULL)
            at = NULL;
    }
    const char *rest = word;
    if (at != NULL) {
        put(w, word, (size_t)(authority - word));
        put_mask(w);
        rest = at;
    }
    const char *parameters = find_any(rest, end, "?#");
    put_stretch(w, rest, parameters);
    put_parameters(w, parameters, end);
}

size_t pz_redact(const char *text, size_t length, char *out, size_t size)
{
    writer w = {out, size - 4, 0, false};
    const char *end = text + length;
    char before = '\0';
    while (text < end && !w.full) {
        const char *word = text;
        text = pz_redact_word_end(word, end, before);
        put_word(&w, word, text);
        before = text < end ? *text : '\0';
        if (text < end)
            put(&w, text++, 1);
    }
    if (w.full) {
        memcpy(out + w.length, "...", 3);
        w.length += 3;
    }
    out[w.length] = '\0';
    return w.length;
}
