/* Reads FreeMarker's expressions just closely enough to find their ends. In an interpolation it
 * stops at characters that no expression has. This recognises `${city` with a missing brace, which
 * would else end at a brace of the surrounding text. */
#include "template/expression.h"

#include <string.h>

typedef struct lexer {
    enum pz_expression_place place;
    const char *at, *end;
    int parentheses, brackets, braces;
    bool after_operand; /* after a name, a number, a string or a closing bracket */
} lexer;

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

size_t pz_identifier_length(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && (is_letter(*at) || (*at >= '0' && *at <= '9')))
        at++;
    return (size_t)(at - start);
}

static bool follows(const lexer *lex, const char *text)
{
    size_t length = strlen(text);
    return (size_t)(lex->end - lex->at) >= length && memcmp(lex->at, text, length) == 0;
}

/* True for operators that are words. */
static bool is_word_operator(const char *word, size_t length)
{
    static const char *const operators[] = {"gt", "gte", "lt",    "lte", "in",
                                            "as", "and", "using", "or"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strlen(operators[i]) == length && memcmp(operators[i], word, length) == 0)
            return true;
    return false;
}

/* Bytes beyond ASCII count as letters. */
static bool is_name_byte(char byte)
{
    return is_letter(byte) || (byte >= '0' && byte <= '9') || (unsigned char)byte >= 0x80 ||
           byte == '@';
}

/* Skips a string whose opening quote is next; false: the string does not end. */
static bool skip_string(lexer *lex, bool is_raw)
{
    char quote = *lex->at++;
    for (; lex->at < lex->end; lex->at++) {
        if (*lex->at == quote) {
            lex->at++;
            lex->after_operand = true;
            return true;
        }
        if (*lex->at == '\\' && !is_raw && lex->at + 1 < lex->end)
            lex->at++;
    }
    return false;
}

/* Reads a name, a number, or r"..." */
static enum pz_expression_result read_word(lexer *lex)
{
    const char *word = lex->at;
    while (lex->at < lex->end && is_name_byte(*lex->at))
        lex->at++;
    size_t length = (size_t)(lex->at - word);
    if (length == 1 && *word == 'r' && lex->at < lex->end && (*lex->at == '"' || *lex->at == '\''))
        return skip_string(lex, true) ? PZ_EXPRESSION_CLOSED : PZ_EXPRESSION_CUT;
    lex->after_operand = !is_word_operator(word, length);
    return PZ_EXPRESSION_CLOSED;
}

static enum pz_expression_result read_comment(lexer *lex)
{
    const char *close = *lex->at == '<' ? "-->" : "--]";
    const char *found = memmem(lex->at, (size_t)(lex->end - lex->at), close, 3);
    lex->at = found == NULL ? lex->end : found + 3;
    return found == NULL ? PZ_EXPRESSION_CUT : PZ_EXPRESSION_CLOSED;
}

/* True if an interpolation cannot have the next character. */
static bool is_wrong(const lexer *lex)
{
    bool is_outside = lex->parentheses == 0 && lex->brackets == 0 && lex->braces == 0;
    switch (*lex->at) {
    case '"':
    case '\'':
    case '{':
        return lex->after_operand;
    case ',':
    case ':':
        return is_outside;
    case '$':
    case '#':
        return lex->at + 1 < lex->end && lex->at[1] == '{';
    case '<':
        return lex->at + 1 < lex->end &&
               (lex->at[1] == '#' || lex->at[1] == '@' || lex->at[1] == '/');
    default:
        return false;
    }
}

/* Reads a character that is part of neither a word nor a string; true: it ends the expression. */
static bool read_sign(lexer *lex)
{
    char sign = *lex->at++;
    bool is_directive = lex->place != PZ_EXPRESSION_INTERPOLATION;
    switch (sign) {
    case '(':
        lex->parentheses++;
        break;
    case '[':
        lex->brackets++;
        break;
    case '{':
        lex->braces++;
        break;
    case ')':
        lex->parentheses -= lex->parentheses > 0;
        break;
    case ']':
        if (lex->place == PZ_EXPRESSION_SQUARE_DIRECTIVE && lex->brackets == 0)
            return true;
        lex->brackets -= lex->brackets > 0;
        break;
    case '}':
        if (!is_directive && lex->braces == 0)
            return true;
        lex->braces -= lex->braces > 0;
        break;
    case '>':
        if (lex->place == PZ_EXPRESSION_ANGLE_DIRECTIVE && lex->parentheses == 0)
            return true;
        break;
    case '-':
        if (lex->at < lex->end && *lex->at == '>') /* the arrow of a lambda */
            lex->at++;
        break;
    case '\\': /* a\-b is a name */
        if (lex->at < lex->end)
            lex->at++;
        break;
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return false; /* blanks do not change after_operand */
    default:
        break;
    }
    lex->after_operand = sign == ')' || sign == ']' || sign == '}';
    return false;
}

static enum pz_expression_result read_all(lexer *lex, const char *limit)
{
    while (lex->at < lex->end) {
        enum pz_expression_result result = PZ_EXPRESSION_CLOSED;
        if (lex->at >= limit)
            return PZ_EXPRESSION_CUT;
        if (follows(lex, "<#--") || follows(lex, "[#--"))
            result = read_comment(lex);
        else if (lex->place == PZ_EXPRESSION_INTERPOLATION && is_wrong(lex))
            return PZ_EXPRESSION_WRONG;
        else if (is_name_byte(*lex->at))
            result = read_word(lex);
        else if (*lex->at == '"' || *lex->at == '\'')
            result = skip_string(lex, false) ? PZ_EXPRESSION_CLOSED : PZ_EXPRESSION_CUT;
        else if (read_sign(lex))
            return PZ_EXPRESSION_CLOSED;
        if (result != PZ_EXPRESSION_CLOSED)
            return result;
    }
    return PZ_EXPRESSION_CUT;
}

enum pz_expression_result pz_expression_read(enum pz_expression_place place, const char **at,
                                             const char *end, size_t *budget)
{
    lexer lex = {.place = place, .at = *at, .end = end};
    const char *limit = *budget < (size_t)(end - *at) ? *at + *budget : end;
    enum pz_expression_result result = read_all(&lex, limit);
    size_t used = (size_t)(lex.at - *at);
    *budget -= used < *budget ? used : *budget;
    *at = lex.at;
    return result;
}
