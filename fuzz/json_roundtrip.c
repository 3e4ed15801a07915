/* Fuzzes parsing and writing together: what was parsed and written parses again, is written the
 * same again, pretty or not, and so is a copy of it.
 *
 * clang -fsanitize=fuzzer,address,undefined -std=c11 -D_GNU_SOURCE -Isrc fuzz/json_roundtrip.c
 *       src/buffer.c src/json/?*.c -o json_roundtrip */
#include <stdlib.h>

#include "json/document.h"

#define DEPTH 100
#define MOST_BYTES ((size_t)1 << 28)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static pz_buffer written(const pz_json_value *value, int pretty)
{
    pz_buffer out;
    pz_buffer_init(&out, MOST_BYTES);
    pz_json_write(value, pretty, &out);
    if (out.failure != PZ_BUFFER_OK)
        abort();
    return out;
}

static void expect(const pz_json_value *value, const pz_buffer *expected)
{
    pz_buffer out = written(value, 0);
    if (out.length != expected->length || memcmp(out.bytes, expected->bytes, out.length) != 0)
        abort();
    pz_buffer_free(&out);
}

static void expect_parsed(const pz_buffer *text, const pz_buffer *expected)
{
    pz_json_error error;
    pz_json_document *document = pz_json_document_new();
    if (document == NULL)
        return;
    pz_json_value *value =
        pz_json_document_parse(document, text->bytes, text->length, DEPTH, &error);
    if (value == NULL)
        abort();
    expect(value, expected);
    expect(pz_json_copy(document, value), expected);
    pz_json_document_free(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    pz_json_error error;
    pz_json_document *document = pz_json_document_new();
    if (document == NULL)
        return 0;
    pz_json_value *value =
        pz_json_document_parse(document, (const char *)bytes, length, DEPTH, &error);
    if (value != NULL) {
        pz_buffer plain = written(value, 0), pretty = written(value, 1);
        expect_parsed(&plain, &plain);
        expect_parsed(&pretty, &plain);
        pz_buffer_free(&plain);
        pz_buffer_free(&pretty);
    }
    pz_json_document_free(document);
    return 0;
}
