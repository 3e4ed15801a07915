/* Fuzzes the hiding of what looks like a credential: any text is read within its bounds, what was
 * hidden stood in the text, and what was not hidden is there in its order. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "masking/likely.h"
#include "masking/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

typedef struct bounds {
    const char *text, *end, *last;
    size_t hidden;
} bounds;

static void check_found(void *context, const char *value, size_t length)
{
    bounds *b = context;
    if (value < b->last || length == 0 || (size_t)(b->end - value) < length)
        abort();
    b->last = value + length;
    b->hidden += length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1); /* of its exact length, so that one byte more is noticed */
    if (text == NULL)
        abort();
    memcpy(text, bytes, length);
    bounds b = {text, text + length, text, 0};
    pz_buffer out;
    pz_buffer_init(&out, SIZE_MAX / 2);
    pz_likely_hide(text, length, &out, check_found, &b);
    if (out.failure != PZ_BUFFER_OK || out.length < length - b.hidden)
        abort();
    pz_name_kind_of(text, length);
    pz_buffer_free(&out);
    free(text);
    return 0;
}
