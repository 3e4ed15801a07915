/* Parses JSON text strictly, and calls a builder for each value: one grammar for Lua values and for
 * documents. Does not recurse, and allocates no memory. */
#ifndef PZ_JSON_READER_H
#define PZ_JSON_READER_H

#include <stdbool.h>

#include "json/number.h"
#include "json/scan.h"

/* Inlined into the caller, which knows `events`, so that the builder's functions are called
 * directly. */
#define PZ_JSON_INLINE __attribute__((always_inline)) static inline

typedef struct pz_json_reader {
    const char *at, *end;
    pz_json_fault fault; /* no message: the builder stopped the reader */
    bool too_deep;
    bool is_in_array;        /* the innermost open container is an array */
    size_t depth, max_depth; /* at most PZ_JSON_DEPTH_LIMIT */
    unsigned char arrays[PZ_JSON_DEPTH_LIMIT / 8 + 1]; /* a bit for each open container */
} pz_json_reader;

/* The functions of a builder; false stops the reader. A string that is escaped has to go through
 * pz_json_unescape. Empty containers are opened but not closed. In `open` and `close`, `depth` is
 * the number of containers around this one. */
typedef struct pz_json_events {
    bool (*string)(void *builder, const char *bytes, size_t length, bool is_escaped);
    bool (*name)(void *builder, const char *bytes, size_t length, bool is_escaped);
    bool (*number)(void *builder, const char *bytes, size_t length, const pz_json_number *number);
    bool (*word)(void *builder, char first); /* the first letter of true, false or null */
    bool (*open)(void *builder, bool is_array, bool is_empty);
    bool (*close)(void *builder);
} pz_json_events;

static inline void pz_json_reader_init(pz_json_reader *reader, const char *text, size_t length,
                                       size_t max_depth)
{
    reader->at = text;
    reader->end = text + length;
    reader->fault = (pz_json_fault){NULL, NULL};
    reader->too_deep = false;
    reader->depth = 0;
    reader->max_depth = max_depth < PZ_JSON_DEPTH_LIMIT ? max_depth : PZ_JSON_DEPTH_LIMIT;
}

static inline bool pz_json_refuse(pz_json_reader *reader, const char *message)
{
    reader->fault.message = reader->at < reader->end ? message : "the text ends too early";
    reader->fault.at = reader->at;
    return false;
}

/* Skips blanks, and returns the first byte of the next token; at the end NUL, which starts no
 * token. Services mostly send no blanks, so this checks for a token first. */
static inline char pz_json_next(pz_json_reader *reader)
{
    if (reader->at < reader->end && (unsigned char)*reader->at > ' ')
        return *reader->at;
    reader->at = pz_json_skip_space(reader->at, reader->end);
    return reader->at < reader->end ? *reader->at : '\0';
}

/* `at` is at the opening quote. */
PZ_JSON_INLINE bool pz_json_read_text(pz_json_reader *reader,
                                      bool (*take)(void *, const char *, size_t, bool),
                                      void *builder)
{
    bool is_escaped;
    const char *start = reader->at + 1;
    const char *quote = pz_json_scan_string(start, reader->end, &is_escaped, &reader->fault);
    if (quote == NULL)
        return false;
    reader->at = quote + 1;
    return take(builder, start, (size_t)(quote - start), is_escaped);
}

PZ_JSON_INLINE bool pz_json_read_name(pz_json_reader *reader, const pz_json_events *events,
                                      void *builder)
{
    if (pz_json_next(reader) != '"')
        return pz_json_refuse(reader, "the name of a member, in double quotes, is missing");
    if (!pz_json_read_text(reader, events->name, builder))
        return false;
    if (pz_json_next(reader) != ':')
        return pz_json_refuse(reader, "a colon is missing behind a member's name");
    reader->at++;
    return true;
}

PZ_JSON_INLINE bool pz_json_read_word(pz_json_reader *reader, const char *word, size_t length,
                                      const pz_json_events *events, void *builder)
{
    const char *end = pz_json_scan_word(reader->at, reader->end, word, length, &reader->fault);
    if (end == NULL)
        return false;
    reader->at = end;
    return events->word(builder, *word);
}

PZ_JSON_INLINE bool pz_json_read_number(pz_json_reader *reader, const pz_json_events *events,
                                        void *builder)
{
    pz_json_number number;
    const char *start = reader->at;
    const char *end = pz_json_scan_number(start, reader->end, &number, &reader->fault);
    if (end == NULL)
        return false;
    reader->at = end;
    return events->number(builder, start, (size_t)(end - start), &number);
}

/* The result of reading a value. */
enum pz_json_progress {
    PZ_JSON_STOPPED, /* refused, or the builder stopped the reader */
    PZ_JSON_COMPLETE,
    PZ_JSON_OPENED, /* a container: its content comes next */
};

PZ_JSON_INLINE enum pz_json_progress pz_json_complete(bool is_read)
{
    return is_read ? PZ_JSON_COMPLETE : PZ_JSON_STOPPED;
}

/* `at` is at the bracket. */
PZ_JSON_INLINE enum pz_json_progress pz_json_read_opening(pz_json_reader *reader, bool is_array,
                                                          const pz_json_events *events,
                                                          void *builder)
{
    if (reader->depth == reader->max_depth) {
        reader->too_deep = true;
        return pz_json_complete(pz_json_refuse(reader, "nested too deeply"));
    }
    reader->at++;
    bool is_empty = pz_json_next(reader) == (is_array ? ']' : '}');
    if (!events->open(builder, is_array, is_empty))
        return PZ_JSON_STOPPED;
    if (is_empty) {
        reader->at++;
        return PZ_JSON_COMPLETE;
    }
    unsigned char *byte = &reader->arrays[reader->depth / 8];
    unsigned bit = 1U << reader->depth % 8;
    *byte = (unsigned char)(is_array ? *byte | bit : *byte & ~bit);
    reader->is_in_array = is_array;
    reader->depth++;
    return PZ_JSON_OPENED;
}

/* `at` is at the bracket. */
PZ_JSON_INLINE bool pz_json_read_closing(pz_json_reader *reader, const pz_json_events *events,
                                         void *builder)
{
    reader->at++;
    reader->depth--;
    if (reader->depth > 0) { /* outside of containers it is not used */
        size_t around = reader->depth - 1;
        reader->is_in_array = (reader->arrays[around / 8] >> around % 8 & 1) != 0;
    }
    return events->close(builder);
}

PZ_JSON_INLINE enum pz_json_progress pz_json_read_value(pz_json_reader *reader,
                                                        const pz_json_events *events, void *builder)
{
    char first = pz_json_next(reader);
    if (first == '"') /* checked first, because most values are strings */
        return pz_json_complete(pz_json_read_text(reader, events->string, builder));
    switch (first) {
    case '{':
        return pz_json_read_opening(reader, false, events, builder);
    case '[':
        return pz_json_read_opening(reader, true, events, builder);
    case 't':
        return pz_json_complete(pz_json_read_word(reader, "true", 4, events, builder));
    case 'f':
        return pz_json_complete(pz_json_read_word(reader, "false", 5, events, builder));
    case 'n':
        return pz_json_complete(pz_json_read_word(reader, "null", 4, events, builder));
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return pz_json_complete(pz_json_read_number(reader, events, builder));
    default:
        return pz_json_complete(pz_json_refuse(reader, "a value is missing"));
    }
}

/* After a value: closes the containers that end here, and skips a comma. False: refused, or no
 * container is open any more. */
PZ_JSON_INLINE bool pz_json_read_on(pz_json_reader *reader, const pz_json_events *events,
                                    void *builder)
{
    while (reader->depth > 0) {
        char byte = pz_json_next(reader);
        if (byte == ',') {
            reader->at++;
            return true;
        }
        if (byte != (reader->is_in_array ? ']' : '}'))
            return pz_json_refuse(reader, reader->is_in_array ? "a comma or ] is missing"
                                                              : "a comma or } is missing");
        if (!pz_json_read_closing(reader, events, builder))
            return false;
    }
    return false;
}

/* Reads a whole text. */
PZ_JSON_INLINE bool pz_json_read(pz_json_reader *reader, const pz_json_events *events,
                                 void *builder)
{
    for (;;) {
        enum pz_json_progress progress = pz_json_read_value(reader, events, builder);
        if (progress == PZ_JSON_STOPPED)
            return false;
        if (progress == PZ_JSON_COMPLETE && !pz_json_read_on(reader, events, builder))
            break;
        if (!reader->is_in_array && !pz_json_read_name(reader, events, builder))
            return false;
    }
    if (reader->fault.message != NULL || reader->depth > 0)
        return false;
    pz_json_next(reader);
    return reader->at == reader->end || pz_json_refuse(reader, "something follows the value");
}

#endif
