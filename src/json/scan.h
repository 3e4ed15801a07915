/* Finds the tokens of JSON text in place, without copying or allocating. The reader uses these
 * functions.
 *
 * A scanner takes `at` and `end`, and returns the end of its token, or NULL and a fault. */
#ifndef PZ_JSON_SCAN_H
#define PZ_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The deepest nesting that callers may allow, because writing and copying documents recurse. */
#define PZ_JSON_DEPTH_LIMIT 10000

typedef struct pz_json_fault {
    const char *message; /* static text */
    const char *at;
} pz_json_fault;

static inline const char *pz_json_skip_space(const char *at, const char *end)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): NULL is not below any end */
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* Sets the high bit of every byte of `word` that ends a run of plain text: quote, backslash,
 * control character, or not ASCII. A borrow can set wrong bits above the first one, never below; so
 * only the first one counts. Inverting the second bit turns a quote into a space, and control
 * characters into others: one subtraction finds both. */
static inline uint64_t pz_json_special_bytes(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote_or_control = (word ^ ones * ('"' ^ ' ')) - ones * (' ' + 1);
    uint64_t backslash = (word ^ ones * '\\') - ones;
    return (word | quote_or_control | backslash) & ones * 0x80;
}

/* Loads eight bytes of text; the first is the lowest of the word. */
static inline uint64_t pz_json_load_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Returns the first byte that ends a run of plain text, or `end`. Checks eight bytes at a time. */
static inline const char *pz_json_skip_plain(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t special = pz_json_special_bytes(pz_json_load_word(at));
        if (special != 0)
            return at + (unsigned)__builtin_ctzll(special) / 8;
    }
    while (at < end && (unsigned char)*at >= ' ' && (unsigned char)*at < 0x80 && *at != '"' &&
           *at != '\\')
        at++;
    return at;
}

/* The rest of pz_json_scan_string, for strings that are not all plain text. */
const char *pz_json_scan_string_rest(const char *at, const char *end, bool *is_escaped,
                                     pz_json_fault *fault);

/* `at` is after the opening quote. Returns the closing quote. `is_escaped`: the bytes between must
 * go through pz_json_unescape; else they are the string itself. */
static inline const char *pz_json_scan_string(const char *at, const char *end, bool *is_escaped,
                                              pz_json_fault *fault)
{
    *is_escaped = false;
    at = pz_json_skip_plain(at, end);
    if (at < end && *at == '"')
        return at;
    bool is_found = false; /* a variable that a call may change is not kept in a register */
    at = pz_json_scan_string_rest(at, end, &is_found, fault);
    *is_escaped = is_found;
    return at;
}

/* Resolves the escapes of a scanned string, and returns the new length; `out` has room for `length`
 * bytes. */
size_t pz_json_unescape(const char *bytes, size_t length, char *out);

/* Scans `word` ("null" and so on) at the letter `at`. */
static inline const char *pz_json_scan_word(const char *at, const char *end, const char *word,
                                            size_t length, pz_json_fault *fault)
{
    if ((size_t)(end - at) >= length && memcmp(at, word, length) == 0)
        return at + length;
    fault->message = "unknown word (true, false and null are known)";
    fault->at = at;
    return NULL;
}

#endif
