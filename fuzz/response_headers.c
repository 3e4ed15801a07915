/* Fuzzes the head of an answer: the input's lines, as libcurl hands them on, then a piece of a
 * body. What was collected stays within its bounds, and names are in lower case. */
#include <stdlib.h>

#include "http/response.h"

#define MAX_BODY 4096
#define MAX_HEADER_BYTES 2048
#define MAX_HEADERS 16

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check(const pz_response *response)
{
    size_t count = pz_response_field_count(response);
    if (count > MAX_HEADERS || response->body.length > MAX_BODY)
        abort();
    for (size_t i = 0; i < count; i++) {
        pz_field field = pz_response_field(response, i);
        if (field.name_length == 0 || field.name_length + field.value_length > MAX_HEADER_BYTES)
            abort();
        for (size_t j = 0; j < field.name_length; j++) {
            if (field.name[j] >= 'A' && field.name[j] <= 'Z')
                abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    pz_response response;
    pz_response_init(&response, MAX_BODY, MAX_HEADER_BYTES, MAX_HEADERS);
    const char *at = (const char *)bytes, *end = at + length;
    int goes_on = 1;
    while (goes_on && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline != NULL ? newline + 1 : end;
        goes_on = pz_response_line(&response, at, (size_t)(next - at));
        at = next;
    }
    if (goes_on)
        pz_response_bytes(&response, (const char *)bytes, length);
    check(&response);
    pz_response_free(&response);
    return 0;
}
