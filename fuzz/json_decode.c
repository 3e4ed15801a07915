/* Fuzzes the parser of documents: whatever the bytes are, it answers with a value or with a fault
 * that lies within them.
 *
 * clang -fsanitize=fuzzer,address,undefined -std=c11 -D_GNU_SOURCE -Isrc fuzz/json_decode.c
 *       src/buffer.c src/json/?*.c -o json_decode */
#include <stdlib.h>

#include "json/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    pz_json_error error = {0};
    pz_json_document *document = pz_json_document_new();
    if (document == NULL)
        return 0;
    pz_json_value *value =
        pz_json_document_parse(document, (const char *)bytes, length, 100, &error);
    if (value == NULL && (error.message == NULL || error.offset > length || error.line == 0 ||
                          error.column == 0 || error.column > error.offset + 1))
        abort();
    pz_json_document_free(document);
    return 0;
}
