/* Grows a buffer and records failures. */
#include "buffer.h"

#include <stdlib.h>

void pz_buffer_init(pz_buffer *buffer, size_t bound)
{
    memset(buffer, 0, sizeof *buffer);
    buffer->bound = bound;
}

void pz_buffer_free(pz_buffer *buffer)
{
    free(buffer->bytes);
    buffer->bytes = NULL;
    buffer->length = buffer->capacity = 0;
}

void pz_buffer_cut(pz_buffer *buffer, size_t length)
{
    if (length == 0) {
        pz_buffer_free(buffer);
        return;
    }
    if (buffer->length <= length)
        return;
    buffer->length = length;
    char *bytes = realloc(buffer->bytes, length);
    if (bytes == NULL) /* the capacity stays as it was */
        return;
    buffer->bytes = bytes;
    buffer->capacity = length;
}

bool pz_buffer_grow(pz_buffer *buffer, size_t extra)
{
    if (buffer->failure != PZ_BUFFER_OK)
        return false;
    if (buffer->length > buffer->bound || extra > buffer->bound - buffer->length) {
        buffer->failure = PZ_BUFFER_TOO_LARGE;
        return false;
    }
    size_t needed = buffer->length + extra;
    size_t capacity = buffer->capacity < 256 ? 256 : buffer->capacity;
    while (capacity < needed)
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    if (capacity > buffer->bound)
        capacity = buffer->bound;
    char *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        buffer->failure = PZ_BUFFER_NO_MEMORY;
        return false;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}
