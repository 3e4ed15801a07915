/* A growable byte buffer with an upper bound. A failure (no memory, bound reached) is recorded in
 * the buffer and stays: callers append freely and check `failure` once at the end. */
#ifndef PZ_BUFFER_H
#define PZ_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum pz_buffer_failure {
    PZ_BUFFER_OK = 0,
    PZ_BUFFER_NO_MEMORY,
    PZ_BUFFER_TOO_LARGE,
};

typedef struct pz_buffer {
    char *bytes;
    size_t length;
    size_t capacity;
    size_t bound; /* the most bytes that it may hold */
    enum pz_buffer_failure failure;
} pz_buffer;

void pz_buffer_init(pz_buffer *buffer, size_t bound);
void pz_buffer_free(pz_buffer *buffer); /* may be called again; the buffer is empty afterwards */

/* Makes room for `extra` more bytes; false records the failure. */
bool pz_buffer_grow(pz_buffer *buffer, size_t extra);

static inline bool pz_buffer_reserve(pz_buffer *buffer, size_t extra)
{
    return extra <= buffer->capacity - buffer->length || pz_buffer_grow(buffer, extra);
}

/* Treats the buffer as an array: makes room for `extra` more elements of `size` bytes after the
 * first `count`. */
static inline bool pz_buffer_reserve_elements(pz_buffer *array, size_t count, size_t extra,
                                              size_t size)
{
    array->length = count * size;
    return pz_buffer_reserve(array, extra * size);
}

/* Shortens the buffer to at most `length` bytes and frees the rest. */
void pz_buffer_cut(pz_buffer *buffer, size_t length);

static inline void pz_buffer_append(pz_buffer *buffer, const void *bytes, size_t length)
{
    if (length != 0 && pz_buffer_reserve(buffer, length)) {
        memcpy(buffer->bytes + buffer->length, bytes, length);
        buffer->length += length;
    }
}

static inline void pz_buffer_append_byte(pz_buffer *buffer, char byte)
{
    if (pz_buffer_reserve(buffer, 1))
        buffer->bytes[buffer->length++] = byte;
}

static inline void pz_buffer_append_text(pz_buffer *buffer, const char *text)
{
    pz_buffer_append(buffer, text, strlen(text));
}

#endif
