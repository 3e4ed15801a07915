/* Scans a template once. An unclosed part is scanned again after its beginning, so reading
 * expressions has a budget. When the budget is used up, or the text ends within an expression, the
 * rest is scanned without regard to strings and brackets. */
#include "template/scan.h"

#include <string.h>

#include "template/expression.h"

enum { BUDGET_FACTOR = 4, BUDGET_LEAST = 256 };

void pz_template_scan_init(pz_template_scan *scan, const char *text, size_t length)
{
    scan->text = scan->at = text;
    scan->end = text + length;
    scan->budget = BUDGET_FACTOR * length + BUDGET_LEAST;
    scan->is_simple = false;
}

bool pz_template_is_freemarker_part(enum pz_template_part_kind kind)
{
    return kind == PZ_TEMPLATE_EXPRESSION || kind == PZ_TEMPLATE_DIRECTIVE ||
           kind == PZ_TEMPLATE_COMMENT;
}

bool pz_template_fits_url(char byte)
{
    return (unsigned char)byte > ' ' && byte != 0x7f && byte != '#';
}

bool pz_template_is_freemarker(const char *text, size_t length)
{
    pz_template_scan scan;
    pz_template_part part;
    pz_template_scan_init(&scan, text, length);
    while (pz_template_next(&scan, &part))
        if (pz_template_is_freemarker_part(part.kind))
            return true;
    return false;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* Sets the part from `start` to `end`, after which the scan continues. Returns true. */
static bool found(pz_template_scan *scan, pz_template_part *part, enum pz_template_part_kind kind,
                  const char *start, const char *end)
{
    part->kind = kind;
    part->start = start;
    part->length = (size_t)(end - start);
    scan->at = end;
    return true;
}

/* ------------------------------------------------------------------ ${...} */

/* An unclosed "${" is a part of its own, with the name after it if there is one. */
static bool unclosed(pz_template_scan *scan, pz_template_part *part, const char *start)
{
    part->name = start + 2;
    part->name_length = pz_identifier_length(part->name, scan->end);
    return found(scan, part, PZ_TEMPLATE_UNCLOSED, start, part->name + part->name_length);
}

/* Returns the end of the mistake `${{name}}`, or NULL; `at` is at the second brace. (In an
 * expression that brace would begin a hash.) */
static const char *end_of_doubled(const pz_template_scan *scan, pz_template_part *part,
                                  const char *at)
{
    part->name = skip_blanks(at + 1, scan->end);
    part->name_length = pz_identifier_length(part->name, scan->end);
    at = skip_blanks(part->name + part->name_length, scan->end);
    if (part->name_length > 0 && scan->end - at >= 2 && at[0] == '}' && at[1] == '}')
        return at + 2;
    return NULL;
}

/* True if a brace follows a name on a later line: it belongs to the surrounding text, not to
 * `${name`. */
static bool is_brace_of_next_line(const pz_template_part *part, const char *at, const char *end)
{
    const char *brace = skip_blanks(at, end);
    return part->name_length > 0 && brace < end && *brace == '}' &&
           memchr(at, '\n', (size_t)(brace - at)) != NULL;
}

/* Reads up to the first closing brace; fails at a dollar sign or at "#{" before it. Stopping where
 * another one can begin reads no byte for two of them. */
static enum pz_expression_result read_simply(const char **at, const char *end)
{
    while (*at < end && **at != '}' && **at != '$' &&
           !(**at == '#' && *at + 1 < end && (*at)[1] == '{'))
        ++*at;
    if (*at == end || **at != '}')
        return PZ_EXPRESSION_WRONG;
    ++*at;
    return PZ_EXPRESSION_CLOSED;
}

static bool interpolation(pz_template_scan *scan, pz_template_part *part, const char *start)
{
    const char *at = start + 2, *end;
    part->name = at;
    part->name_length = pz_identifier_length(at, scan->end);
    end = at + part->name_length;
    if (end < scan->end && *end == '}')
        return found(scan, part, part->name_length > 0 ? PZ_TEMPLATE_INPUT : PZ_TEMPLATE_MISTAKE,
                     start, end + 1);
    if (is_brace_of_next_line(part, end, scan->end))
        return unclosed(scan, part, start);
    if (at < scan->end && *at == '{' && (end = end_of_doubled(scan, part, at)) != NULL)
        return found(scan, part, PZ_TEMPLATE_MISTAKE, start, end);
    part->name = at;
    part->name_length = 0;
    end = skip_blanks(at, scan->end);
    if (end < scan->end && *end == '}')
        return found(scan, part, PZ_TEMPLATE_MISTAKE, start, end + 1);
    enum pz_expression_result result =
        scan->is_simple
            ? read_simply(&at, scan->end)
            : pz_expression_read(PZ_EXPRESSION_INTERPOLATION, &at, scan->end, &scan->budget);
    scan->is_simple |= result == PZ_EXPRESSION_CUT;
    if (result == PZ_EXPRESSION_CLOSED)
        return found(scan, part, PZ_TEMPLATE_EXPRESSION, start, at);
    return unclosed(scan, part, start);
}

/* Reads #{...}; an unclosed one is text. */
static bool numeric_interpolation(pz_template_scan *scan, pz_template_part *part, const char *start)
{
    const char *at = start + 2;
    enum pz_expression_result result =
        scan->is_simple
            ? read_simply(&at, scan->end)
            : pz_expression_read(PZ_EXPRESSION_INTERPOLATION, &at, scan->end, &scan->budget);
    scan->is_simple |= result == PZ_EXPRESSION_CUT;
    return result == PZ_EXPRESSION_CLOSED && at > start + 3 &&
           found(scan, part, PZ_TEMPLATE_EXPRESSION, start, at);
}

/* ------------------------------------------------------------------ tags and comments */

/* True for FreeMarker's directives. In square brackets, other names are text: "[#1]" and "[#tag]".
 */
static bool is_directive_name(const char *name, size_t length)
{
    static const char known[] =
        " assign attempt autoesc break call case comment compress continue default else elseif "
        "elseIf escape fallback flush foreach forEach ftl function global if import include items "
        "list local lt macro nested noautoesc noAutoEsc noescape noEscape noparse noParse nt on "
        "outputformat outputFormat recover recurse return rt sep setting stop switch t transform "
        "trim visit ";
    for (const char *word = known; (word = memmem(word, strlen(word), name, length)) != NULL;
         word++)
        if (word[-1] == ' ' && word[length] == ' ')
            return true;
    return false;
}

static size_t letters_length(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z')))
        at++;
    return (size_t)(at - start);
}

static bool starts(const char *at, const char *end, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(end - at) >= length && memcmp(at, text, length) == 0;
}

static bool comment(pz_template_scan *scan, pz_template_part *part, const char *start)
{
    const char *close = *start == '<' ? "-->" : "--]", *at = start + 4;
    const char *end = memmem(at, (size_t)(scan->end - at), close, 3);
    return found(scan, part, PZ_TEMPLATE_COMMENT, start, end == NULL ? scan->end : end + 3);
}

/* Returns the end tag of <#noparse>, or `end`; all before it is text. */
static const char *end_of_unparsed(const char *at, const char *end, bool is_square)
{
    const char *close = is_square ? "[/#no" : "</#no";
    for (; (at = memmem(at, (size_t)(end - at), close, 5)) != NULL; at++)
        if (starts(at + 5, end, "parse") || starts(at + 5, end, "Parse"))
            return at;
    return end;
}

static bool tag(pz_template_scan *scan, pz_template_part *part, const char *start)
{
    bool is_square = *start == '[';
    const char *at = start + 1, *name;
    bool is_end = at < scan->end && *at == '/';
    at += is_end;
    if (at >= scan->end || (*at != '#' && *at != '@'))
        return false;
    bool is_macro = *at == '@';
    if (!is_end && !is_macro && starts(at, scan->end, "#--"))
        return comment(scan, part, start);
    name = ++at;
    size_t length = letters_length(at, scan->end);
    bool has_no_name = is_end && is_macro && at < scan->end && *at == (is_square ? ']' : '>');
    if (length == 0 && !has_no_name && !(is_macro && at < scan->end && *at == '_'))
        return false;
    if (is_square && !is_macro && !is_directive_name(name, length))
        return false;
    at += length;
    enum pz_expression_result result = PZ_EXPRESSION_CUT;
    if (!scan->is_simple)
        result = pz_expression_read(is_square ? PZ_EXPRESSION_SQUARE_DIRECTIVE
                                              : PZ_EXPRESSION_ANGLE_DIRECTIVE,
                                    &at, scan->end, &scan->budget);
    scan->is_simple |= result == PZ_EXPRESSION_CUT;
    if (result != PZ_EXPRESSION_CLOSED)
        at = name + length;
    else if (!is_end && !is_macro && length == 7 && starts(name, scan->end, "no") &&
             (starts(name + 2, scan->end, "parse") || starts(name + 2, scan->end, "Parse")))
        at = end_of_unparsed(at, scan->end, is_square);
    return found(scan, part, PZ_TEMPLATE_DIRECTIVE, start, at);
}

/* ------------------------------------------------------------------ the next part */

bool pz_template_next(pz_template_scan *scan, pz_template_part *part)
{
    for (const char *at = scan->at; at < scan->end; at++) {
        bool is_part = false;
        part->name = at;
        part->name_length = 0;
        if (*at == '<' || *at == '[')
            is_part = tag(scan, part, at);
        else if ((*at == '$' || *at == '#') && at + 1 < scan->end && at[1] == '{')
            is_part =
                *at == '$' ? interpolation(scan, part, at) : numeric_interpolation(scan, part, at);
        if (is_part) {
            if (part->kind != PZ_TEMPLATE_INPUT && part->kind != PZ_TEMPLATE_UNCLOSED &&
                part->kind != PZ_TEMPLATE_MISTAKE)
                part->name_length = 0;
            return true;
        }
    }
    scan->at = scan->end;
    return false;
}
