/* Scans a text once: for names with values, words with known beginnings, URLs, elements, PEM. */
#include "masking/likely.h"

#include <string.h>

#include "masking/names.h"
#include "masking/redact.h"

typedef struct scan {
    const char *text, *end;
    const char *shown;   /* the text before it was written */
    const char *url_end; /* end of the last URL, which may contain quotes */
    char before;         /* the last blank or quote; NUL: none */
    const char *paired;  /* the second half of a pair that was read; NULL: none */
    bool hides_paired;
    pz_buffer *out;
    pz_likely_found *found;
    void *context;
} scan;

/* ---------------------------------------------------------------- characters */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
    return is_lower(c) || is_upper(c);
}

static bool is_alphanumeric(char c)
{
    return is_letter(c) || is_digit(c);
}

static bool is_mark(char c)
{
    return (unsigned char)c < 0x80 && !is_alphanumeric(c);
}

static bool is_in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static bool is_of_name(char c)
{
    return is_alphanumeric(c) || is_in(c, "_-.%[]");
}

static bool is_of_token(char c)
{
    return is_alphanumeric(c) || c == '_' || c == '-';
}

static bool is_quote(char c)
{
    return is_in(c, "\"'`");
}

static char lower(char c)
{
    return is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

static const char *skip(const char *at, const char *end, bool (*fits)(char))
{
    while (at < end && fits(*at))
        at++;
    return at;
}

static const char *find_any(const char *at, const char *end, const char *set)
{
    while (at < end && !is_in(*at, set))
        at++;
    return at;
}

static bool starts_with(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(end - at) < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (lower(at[i]) != word[i])
            return false;
    }
    return true;
}

static bool is_word(const char *at, const char *end, const char *word)
{
    return (size_t)(end - at) == strlen(word) && starts_with(at, end, word);
}

static bool is_one_of(const char *at, const char *end, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (is_word(at, end, *words))
            return true;
    }
    return false;
}

/* ---------------------------------------------------------------- values */

bool pz_likely_is_reference(const char *value, size_t length)
{
    return length > 3 && value[0] == '$' && value[1] == '{' && value[length - 1] == '}' &&
           memchr(value + 2, '{', length - 2) == NULL && memchr(value + 2, '}', length - 3) == NULL;
}

/* Words that follow the name of a credential in messages and tables. */
static const char *const prose[] = {
    "invalid",  "expired", "missing", "required",  "wrong",     "unknown",  "null",    "nil",
    "none",     "true",    "false",   "undefined", "empty",     "not",      "is",      "was",
    "are",      "has",     "must",    "the",       "a",         "an",       "no",      "yes",
    "of",       "or",      "and",     "for",       "in",        "to",       "on",      "off",
    "optional", "string",  "number",  "boolean",   "integer",   "object",   "array",   "ok",
    "failed",   "error",   "denied",  "rejected",  "revoked",   "refused",  "unset",   "absent",
    "present",  "hidden",  "masked",  "redacted",  "disabled",  "enabled",  "changed", "given",
    "sent",     "value",   "name",    "default",   "unchanged", "expected", "see",     "set",
    NULL,
};

static bool is_plain_word(const char *at, const char *end)
{
    const char *rest = at < end && is_letter(*at) ? at + 1 : at;
    return rest > at && skip(rest, end, is_lower) == end;
}

/* True if the text after "name: " is a word of a sentence, which is no credential. */
static bool reads_as_prose(const scan *s, const char *at, const char *end)
{
    const char *word_end = end;
    while (word_end > at && is_in(word_end[-1], ".,;:!?"))
        word_end--;
    if (is_one_of(at, word_end, prose))
        return true;
    return is_plain_word(at, end) && s->end - end > 1 && is_blank(*end) && is_letter(end[1]);
}

/* True if a text of four or more bytes has a digit. After a name that is also an ordinary word,
 * only such a value is a credential. */
static bool has_digit(const char *at, const char *end)
{
    if (end - at < 4)
        return false;
    while (at < end && !is_digit(*at))
        at++;
    return at < end;
}

static void write_to(scan *s, const char *at)
{
    pz_buffer_append(s->out, s->shown, (size_t)(at - s->shown));
    s->shown = at;
}

/* Masks a value; returns its end. */
static const char *hide(scan *s, const char *value, const char *end)
{
    write_to(s, value);
    pz_buffer_append(s->out, "***", 3);
    s->shown = end;
    if (s->found != NULL)
        s->found(s->context, value, (size_t)(end - value));
    return end;
}

/* A quote with the backslashes before it, which JSON within JSON has. */
typedef struct quote {
    const char *at;
    size_t length; /* 0: no quote */
} quote;

static quote quote_at(const char *at, const char *end)
{
    const char *mark = at;
    while (mark < end && *mark == '\\')
        mark++;
    if (mark == end || !is_quote(*mark))
        return (quote){at, 0};
    return (quote){at, (size_t)(mark + 1 - at)};
}

/* Returns the quote before a name. */
static quote quote_before(const scan *s, const char *name)
{
    const char *at = name;
    if (at == s->text || !is_quote(at[-1]))
        return (quote){name, 0};
    at--;
    while (at > s->text && at[-1] == '\\' && name - at < 64)
        at--;
    return (quote){at, (size_t)(name - at)};
}

static bool is_same_quote(quote a, quote b)
{
    return a.length == b.length && a.length > 0 && memcmp(a.at, b.at, a.length) == 0;
}

/* Returns the end of the value in these quotes. A text that was cut may lack the closing quote:
 * then the value ends with the text. */
static const char *quoted_end(const scan *s, quote opening)
{
    const char mark = opening.at[opening.length - 1];
    size_t backslashes = 0;
    for (const char *at = opening.at + opening.length; at < s->end; at++) {
        if (*at == mark && backslashes % (2 * opening.length) == opening.length - 1)
            return at - (opening.length - 1);
        backslashes = *at == '\\' ? backslashes + 1 : 0;
    }
    return s->end;
}

static const char *hide_quoted(scan *s, quote opening)
{
    const char *value = opening.at + opening.length, *end = quoted_end(s, opening);
    if (skip(value, end, is_mark) < end && !pz_likely_is_reference(value, (size_t)(end - value)))
        hide(s, value, end);
    return (size_t)(s->end - end) < opening.length ? s->end : end + opening.length;
}

/* Writes a string in place of a number, so that the text stays valid JSON. */
static const char *hide_number(scan *s, quote like, const char *value, const char *end)
{
    write_to(s, value);
    pz_buffer_append(s->out, like.at, like.length);
    hide(s, value, end);
    pz_buffer_append(s->out, like.at, like.length);
    return end;
}

/* ---------------------------------------------------------------- a name, a separator, a value */

typedef struct named {
    const char *name, *name_end;
    quote around;
    pz_name_kind kind;
    char separator; /* '=' or ':' */
    bool is_apart;  /* with blanks before or after it */
    const char *value;
} named;

/* Reads the separator after a name; false if there is none with a value. */
static bool read_separator(const scan *s, named *n)
{
    const char *at = n->name_end;
    n->around = quote_before(s, n->name);
    if (is_same_quote(n->around, quote_at(at, s->end)))
        at += n->around.length;
    else
        n->around.length = 0;
    if (n->around.length > 0 && n->around.at > s->text && n->around.at[-1] == '[' && at < s->end &&
        *at == ']')
        at++; /* config['password'] */
    const char *separator = skip(at, s->end, n->around.length > 0 ? is_space : is_blank);
    if (separator == s->end || !is_in(*separator, "=:"))
        return false;
    n->separator = *separator;
    at = separator + 1;
    if (at < s->end && ((n->separator == '=' && *at == '>') || (n->separator == ':' && *at == '=')))
        n->separator = *at++ == '>' ? ':' : '=';
    else if (at < s->end && (*at == '=' || *at == ':' || (*at == '/' && n->separator == ':')))
        return false;
    n->value = skip(at, s->end, n->around.length > 0 ? is_space : is_blank);
    n->is_apart = n->value != at || separator != n->name_end;
    return n->value < s->end;
}

/* An attribute in XML, or a member in JSON. */
typedef struct attribute {
    const char *name, *name_end;
    quote opening; /* of its value; length 0: not quoted */
    const char *value, *value_end, *next;
} attribute;

/* Reads an attribute after another of the same element, with these quotes around its name. */
static bool read_attribute(const scan *s, const char *at, quote around, attribute *a)
{
    at = skip(at, s->end, is_space);
    if (at < s->end && *at == ',')
        at = skip(at + 1, s->end, is_space);
    if (around.length > 0 && !is_same_quote(quote_at(at, s->end), around))
        return false;
    a->name = at + around.length;
    a->name_end = skip(a->name, s->end, is_of_name);
    if (s->end - a->name_end > 1 && *a->name_end == ':' && is_of_name(a->name_end[1]))
        a->name_end = skip(a->name_end + 1, s->end, is_of_name);
    if (a->name_end == a->name ||
        (around.length > 0 && !is_same_quote(quote_at(a->name_end, s->end), around)))
        return false;
    at = skip(a->name_end + around.length, s->end, is_space);
    if (at == s->end || !is_in(*at, "=:"))
        return false;
    at += s->end - at > 1 && at[0] == '=' && at[1] == '>' ? 2 : 1;
    at = skip(at, s->end, is_space);
    a->opening = quote_at(at, s->end);
    a->value = at + a->opening.length;
    a->value_end = a->opening.length > 0 ? quoted_end(s, a->opening) : a->value;
    size_t rest = (size_t)(s->end - a->value_end);
    a->next = a->value_end + (rest < a->opening.length ? rest : a->opening.length);
    return true;
}

/* Finds one of these names among the next attributes of the same element. Returns its place, from 1
 * on; 0: none. */
static int find_attribute(const scan *s, const char *at, quote around, const char *const *names,
                          attribute *a)
{
    enum { ATTRIBUTES_MAX = 8 };
    for (int i = 1; i <= ATTRIBUTES_MAX && read_attribute(s, at, around, a); i++) {
        if (is_one_of(a->name, a->name_end, names))
            return i;
        if (a->opening.length == 0)
            return 0;
        at = a->next;
    }
    return 0;
}

static const char *const pair_labels[] = {"key", "name", NULL};
static const char *const pair_values[] = {"value", "examplevalue", NULL};

/* A label before its value. Other attributes may stand between them: the value is noted, and masked
 * when the scan gets to it. */
static const char *hide_labelled(scan *s, const named *n, const char *label, const char *label_end,
                                 const char *next)
{
    attribute value;
    int place = find_attribute(s, next, n->around, pair_values, &value);
    bool is_credential = pz_name_kind_of(label, (size_t)(label_end - label)) != PZ_NAME_PLAIN;
    if (place == 0 || (place > 1 && !is_credential))
        return NULL;
    s->paired = value.opening.at;
    s->hides_paired = is_credential;
    return place == 1 || !has_digit(label, label_end) ? next : NULL;
}

/* A value before its label. */
static const char *hide_before_label(scan *s, const named *n, quote opening, const char *next)
{
    attribute label, value;
    if (!find_attribute(s, next, n->around, pair_labels, &label) || label.opening.length == 0 ||
        pz_name_kind_of(label.value, (size_t)(label.value_end - label.value)) == PZ_NAME_PLAIN ||
        find_attribute(s, label.next, n->around, pair_values, &value)) /* it has a value */
        return NULL;
    if (!has_digit(label.value, label.value_end)) {
        s->paired = label.opening.at;
        s->hides_paired = false;
    }
    return hide_quoted(s, opening);
}

/* Masks the value in pairs such as `key="ApiKey" value="..."` and `"value": "...", "name":
 * "X-Api-Key"`, as settings and lists of headers have them. NULL: no such pair. */
static const char *hide_pair(scan *s, const named *n)
{
    quote opening = quote_at(n->value, s->end);
    bool is_label = is_one_of(n->name, n->name_end, pair_labels);
    if (opening.length == 0 || !(is_label || is_one_of(n->name, n->name_end, pair_values)))
        return NULL;
    const char *end = quoted_end(s, opening), *next = end + opening.length;
    if ((size_t)(s->end - end) <= opening.length)
        return NULL;
    return is_label ? hide_labelled(s, n, opening.at + opening.length, end, next)
                    : hide_before_label(s, n, opening, next);
}

/* Masks the credentials of a header such as "Basic YWRtaW46...", but not the scheme. Headers of
 * other schemes have pairs. NULL: not such a header. */
static const char *hide_header(scan *s, const named *n)
{
    const char *word_end = skip(n->value, s->end, is_of_name);
    const char *rest = skip(word_end, s->end, is_blank);
    const char *end = find_any(rest, s->end, "\r\n\"'`<>");
    while (end > rest && is_space(end[-1]))
        end--;
    if (is_one_of(n->value, word_end, prose))
        return word_end;
    if (rest > word_end && end > rest && skip(n->value, word_end, is_letter) == word_end) {
        const char *second = find_any(rest, end, " \t,;");
        if (second == rest || reads_as_prose(s, rest, second) ||
            pz_likely_is_reference(rest, (size_t)(second - rest)))
            return second;
        /* mask all pairs of a digest */
        return hide(s, rest, memchr(rest, '=', (size_t)(second - rest)) == NULL ? second : end);
    }
    return NULL;
}

static bool name_ends(const named *n, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(n->name_end - n->name) >= length &&
           is_word(n->name_end - length, n->name_end, word);
}

static const char *hide_pairs(scan *s, const named *n)
{
    const char *end = find_any(n->value, s->end, "\r\n\"'`<>");
    return memchr(n->value, '=', (size_t)(end - n->value)) != NULL ? hide(s, n->value, end) : NULL;
}

/* True for a count such as "tokens: 512". */
static bool is_count(const named *n, const char *end)
{
    return name_ends(n, "tokens") && skip(n->value, end, is_digit) == end;
}

static const char *bare_end(const scan *s, const named *n)
{
    if (n->separator == '=' && n->value < s->url_end)
        return find_any(n->value, s->url_end, "&;#");
    const char *set = n->separator == '=' ? "&;#\"'<>`" : "&;,\"'<>`)]}";
    const char *at = n->value;
    while (at < s->end && !is_space(*at) && !is_in(*at, set)) {
        const char *brace =
            at + 1 < s->end && at[0] == '$' && at[1] == '{'
                ? memchr(at, '}', (size_t)(s->end - at) < 256 ? (size_t)(s->end - at) : 256)
                : NULL;
        at = brace != NULL ? brace + 1 : at + 1;
    }
    return at;
}

static const char *hide_bare(scan *s, const named *n)
{
    const char *value = n->value, *end = bare_end(s, n);
    size_t length = (size_t)(end - value);
    if (length == 0 || pz_likely_is_reference(value, length) || is_count(n, end))
        return NULL;
    const char *digits_end = skip(value, end, is_digit);
    if (n->separator == ':' && digits_end > value && digits_end < end && *digits_end == ':')
        return NULL;                                   /* "token.lua:12:" is a place in a file */
    if (n->around.length > 0 && n->separator == ':') { /* a member of JSON */
        const char *number = skip(*value == '-' ? value + 1 : value, end, is_of_name);
        if (is_digit(*value) || (*value == '-' && end - value > 1 && is_digit(value[1])))
            return hide_number(s, n->around, value, number);
        return is_in(*value, "{[$") || reads_as_prose(s, value, end) ? NULL : hide(s, value, end);
    }
    if (n->separator == '=' && !n->is_apart)
        return is_one_of(value, end, prose) ? NULL : hide(s, value, end);
    if (is_in(*value, "{[(<$") || reads_as_prose(s, value, end))
        return NULL;
    return n->kind == PZ_NAME_CREDENTIAL || has_digit(value, end) ? hide(s, value, end) : NULL;
}

/* Masks the token of a value such as "Bearer abc...", but not the scheme. NULL: no such value. */
static const char *hide_after_scheme(scan *s, const named *n)
{
    static const char *const schemes[] = {"bearer", "basic",   "digest", "negotiate", "token",
                                          "apikey", "api-key", "ntlm",   "hmac",      NULL};
    named rest = *n;
    const char *scheme_end = skip(n->value, s->end, is_of_token);
    rest.value = skip(scheme_end, s->end, is_blank);
    if (rest.value == scheme_end || !is_one_of(n->value, scheme_end, schemes))
        return NULL;
    if (is_word(n->value, scheme_end, "digest"))
        return hide_pairs(s, &rest);
    quote opening = quote_at(rest.value, s->end);
    return opening.length > 0 ? hide_quoted(s, opening) : hide_bare(s, &rest);
}

/* Names that are credentials only in the query of a URL. */
static const char *const query_names[] = {"code", "client_key", "clientkey", "code_verifier", NULL};

/* Masks the value of a credential's name. Returns the end of the text that was handled, or NULL. */
static const char *hide_named(scan *s, const char *name, const char *name_end)
{
    named n = {.name = name, .name_end = name_end};
    if (!read_separator(s, &n))
        return NULL;
    quote opening = quote_at(n.value, s->end);
    if (n.value == s->paired)
        return s->hides_paired && opening.length > 0 ? hide_quoted(s, opening) : n.value;
    n.kind = pz_name_kind_of(name, (size_t)(name_end - name));
    const char *end = hide_pair(s, &n);
    if (end != NULL)
        return end;
    if (n.kind == PZ_NAME_PLAIN) {
        if (name >= s->url_end || !is_one_of(name, name_end, query_names))
            return NULL;
        n.kind = PZ_NAME_CREDENTIAL;
    }
    if (opening.length > 0 && n.value >= s->url_end)
        return hide_quoted(s, opening);
    if (n.separator == ':' && n.around.length == 0) {
        end = name_ends(&n, "cookie")          ? hide_pairs(s, &n)
              : name_ends(&n, "authorization") ? hide_header(s, &n)
                                               : NULL;
        if (end != NULL)
            return end;
    }
    end = hide_after_scheme(s, &n);
    return end != NULL ? end : hide_bare(s, &n);
}

/* ---------------------------------------------------------------- words */

/* Beginnings of well-known keys, and the least number of characters after them. */
static const struct {
    const char *prefix;
    size_t least;
} keys[] = {
    {"ghp_", 20},        {"gho_", 20},   {"ghu_", 20}, {"ghs_", 20},     {"ghr_", 20},
    {"github_pat_", 20}, {"glpat-", 16}, {"sk-", 20},  {"sk_live_", 8},  {"sk_test_", 8},
    {"rk_live_", 8},     {"whsec_", 16}, {"xoxb-", 8}, {"xoxp-", 8},     {"xoxa-", 8},
    {"xoxr-", 8},        {"xoxs-", 8},   {"xapp-", 8}, {"AKIA", 16},     {"ASIA", 16},
    {"AIza", 30},        {"ya29.", 16},  {"SG.", 20},  {"npm_", 30},     {"pypi-", 30},
    {"dop_v1_", 30},     {"shpat_", 20}, {"hf_", 30},  {"xkeysib-", 20}, {"key-", 32},
};

static const char *hide_key(scan *s, const char *word)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t length = strlen(keys[i].prefix);
        if ((size_t)(s->end - word) <= length || memcmp(word, keys[i].prefix, length) != 0)
            continue;
        const char *end = word + length;
        while (end < s->end &&
               (is_of_token(*end) || (*end == '.' && end + 1 < s->end && is_of_token(end[1]))))
            end++;
        if ((size_t)(end - word) - length >= keys[i].least && has_digit(word, end))
            return hide(s, word, end);
    }
    return NULL;
}

/* Masks tokens within [word, end): dotted parts, the first of which is a JSON object in base64.
 * Returns the end of the last token, or NULL. */
static const char *hide_tokens(scan *s, const char *word, const char *end)
{
    const char *last = NULL;
    while (end - word > 3) {
        word = memchr(word, 'e', (size_t)(end - word));
        if (word == NULL || end - word < 4)
            break;
        const char *dot = skip(word, end, is_of_token);
        if (memcmp(word, "eyJ", 3) != 0) {
            word++;
        } else if (end - dot > 1 && *dot == '.' && is_of_token(dot[1])) {
            const char *stop = skip(dot + 1, end, is_of_token);
            if (stop < end && *stop == '.')
                stop = skip(stop + 1, end, is_of_token);
            word = last = hide(s, word, stop);
        } else {
            word = dot;
        }
    }
    return last;
}

static bool is_of_credentials(char c)
{
    return is_alphanumeric(c) || is_in(c, "-._~+/=");
}

static bool is_padding(char c)
{
    return c == '=';
}

/* Masks the value in "Basic YWRtaW46..." within a text; "Basic authentication" is prose. Returns
 * its end, or NULL. */
static const char *hide_scheme(scan *s, const char *word, const char *word_end)
{
    static const char *const schemes[] = {"bearer", "basic", "digest", "negotiate", NULL};
    if (!is_one_of(word, word_end, schemes))
        return NULL;
    const char *value = skip(word_end, s->end, is_space);
    const char *end = skip(value, s->end, is_of_credentials);
    const char *letters = end;
    while (letters > value && !is_alphanumeric(letters[-1]))
        letters--;
    const char *padding = find_any(value, end, "=");
    if (skip(padding, end, is_padding) < end) /* "Bearer realm=..." of a challenge */
        return NULL;
    if (value == word_end || end - value < 6 || (end - value < 20 && is_plain_word(value, letters)))
        return NULL;
    return hide(s, value, end);
}

static const char *scan_word(scan *s, const char *word)
{
    const char *end = skip(word, s->end, is_of_name);
    const char *hidden = hide_named(s, word, end);
    if (hidden == NULL)
        hidden = hide_key(s, word);
    if (hidden == NULL)
        hidden = hide_tokens(s, word, end);
    if (hidden == NULL)
        hidden = hide_scheme(s, word, end);
    return hidden != NULL && hidden > end ? hidden : end;
}

/* ---------------------------------------------------------------- URLs */

/* URLs of webhooks are credentials themselves: they allow to post without another key. A host that
 * begins with a dot is that of its subdomains; # stands for a version such as "v10/", or nothing.
 */
static const struct {
    const char *host, *path;
} webhooks[] = {
    {"hooks.slack.com", "/"},
    {"discord.com", "/api/#webhooks/"},
    {".discord.com", "/api/#webhooks/"},
    {"discordapp.com", "/api/#webhooks/"},
    {".discordapp.com", "/api/#webhooks/"},
    {".webhook.office.com", "/"},
    {"outlook.office.com", "/webhook/"},
    {"outlook.office365.com", "/webhook/"},
    {"hooks.zapier.com", "/hooks/catch/"},
    {"hook.integromat.com", "/"},
    {".make.com", "/"},
    {"api.telegram.org", "/bot"},
    {"maker.ifttt.com", "/trigger/"},
    {"open.feishu.cn", "/open-apis/bot/"},
};

static const char *skip_version(const char *at, const char *end)
{
    if (at == end || lower(*at) != 'v')
        return at;
    const char *digits_end = skip(at + 1, end, is_digit);
    return digits_end > at + 1 && digits_end < end && *digits_end == '/' ? digits_end + 1 : at;
}

/* Returns the end of a webhook's path in a URL; NULL: another path. */
static const char *skip_path(const char *at, const char *end, const char *path)
{
    for (; *path != '\0'; path++) {
        if (*path == '#')
            at = skip_version(at, end);
        else if (at == end || lower(*at++) != *path)
            return NULL;
    }
    return at;
}

static void hide_webhook(scan *s, const char *host, const char *end)
{
    const char *host_end = find_any(host, end, ":/?#");
    const char *path = find_any(host_end, end, "/?#");
    for (size_t i = 0; i < sizeof webhooks / sizeof *webhooks; i++) {
        size_t length = strlen(webhooks[i].host);
        const char *value = skip_path(path, end, webhooks[i].path);
        if ((size_t)(host_end - host) < length ||
            !is_word(host_end - length, host_end, webhooks[i].host) ||
            ((size_t)(host_end - host) > length && webhooks[i].host[0] != '.') || value == NULL)
            continue;
        const char *value_end = find_any(value, end, "?#");
        if (value_end > value)
            hide(s, value, value_end);
        return;
    }
}

/* After "//": masks user information and webhooks, and finds the URL's end. Of a URL within a URL
 * only the authority itself is searched, so that the scan is linear. */
static const char *scan_authority(scan *s, const char *authority)
{
    const char *at, *host = authority;
    if (authority < s->url_end) {
        at = find_any(authority, s->url_end, "/?#\\&;");
        while (at > authority && at[-1] != '@')
            at--;
        at = at > authority ? at - 1 : NULL;
    } else {
        s->url_end = pz_redact_word_end(authority - 2, s->end, s->before);
        at = pz_redact_user_info_end(authority, s->url_end);
    }
    if (at != NULL && at > authority) {
        hide(s, authority, at);
        host = at + 1;
    }
    hide_webhook(s, host, s->url_end);
    return s->shown > host ? s->shown : host;
}

/* ---------------------------------------------------------------- elements and PEM */

static const char *find_text(const char *at, const char *end, const char *wanted)
{
    size_t length = strlen(wanted);
    for (; (size_t)(end - at) >= length; at++) {
        if (*at == *wanted && memcmp(at, wanted, length) == 0)
            return at;
    }
    return NULL;
}

/* Masks the text of a section; if that is cut off, to the end. */
static const char *hide_cdata(scan *s, const char *value)
{
    const char *end = find_text(value, s->end, "]]>");
    if (end == NULL)
        end = s->end;
    return skip(value, end, is_space) == end || pz_likely_is_reference(value, (size_t)(end - value))
               ? value
               : hide(s, value, end);
}

/* Masks the text of an element such as "<Password type='x'>...</Password>". */
static const char *scan_element(scan *s, const char *bracket)
{
    const char *name = bracket + 1, *end = name;
    while (end < s->end && (is_of_name(*end) || *end == ':')) {
        if (*end == ':')
            name = end + 1;
        end++;
    }
    if (end == name || pz_name_kind_of(name, (size_t)(end - name)) == PZ_NAME_PLAIN)
        return bracket + 1;
    const char *close = find_any(end, s->end, "<>");
    if (close == s->end || *close != '>' || close[-1] == '/')
        return bracket + 1;
    const char *value = close + 1, *value_end = find_any(value, s->end, "<>");
    if (starts_with(value_end, s->end, "<![cdata[") &&
        skip(value, value_end, is_space) == value_end)
        return hide_cdata(s, value_end + strlen("<![cdata["));
    if (s->end - value_end < 2 || value_end[0] != '<' || value_end[1] != '/' ||
        skip(value, value_end, is_space) == value_end ||
        pz_likely_is_reference(value, (size_t)(value_end - value)))
        return bracket + 1;
    return hide(s, value, value_end);
}

/* Masks a private key from its first to its last line; if that is cut off, to the end. */
static const char *scan_pem(scan *s, const char *at)
{
    static const char begin[] = "-----BEGIN ", finish[] = "-----END ";
    enum { LABEL_MAX_BYTES = 64 };
    if (!starts_with(at, s->end, "-----begin "))
        return at + 1;
    const char *label = at + sizeof begin - 1;
    const char *limit = s->end - label > LABEL_MAX_BYTES ? label + LABEL_MAX_BYTES : s->end;
    const char *dashes = find_text(label, limit, "-----");
    if (dashes == NULL || find_text(label, dashes, "PRIVATE KEY") == NULL)
        return label;
    const char *end = find_text(dashes, s->end, finish);
    const char *last = end == NULL ? NULL : find_text(end + sizeof finish - 1, s->end, "-----");
    return hide(s, at, last == NULL ? s->end : last + strlen("-----"));
}

void pz_likely_hide(const char *text, size_t length, pz_buffer *out, pz_likely_found *found,
                    void *context)
{
    scan s = {.text = text,
              .end = text + length,
              .shown = text,
              .url_end = text,
              .out = out,
              .found = found,
              .context = context};
    const char *at = text;
    while (at < s.end) {
        if (is_of_name(*at) && *at != '-')
            at = scan_word(&s, at);
        else if (*at == '-')
            at = scan_pem(&s, at);
        else if (*at == '<')
            s.before = '<', at = scan_element(&s, at);
        else if (*at == '/' && s.end - at > 1 && at[1] == '/' &&
                 (at == text || at[-1] == ':' ||
                  (at >= s.url_end && (is_space(at[-1]) || is_quote(at[-1])))))
            at = scan_authority(&s, at + 2);
        else {
            if (is_space(*at) || is_quote(*at) || *at == '>')
                s.before = *at;
            at++;
        }
    }
    write_to(&s, s.end);
}
