/* Fuzzes what reads URLs: parsing, escaping, and the redaction of whatever looks like one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "masking/redact.h"
#include "url/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void redact(const char *text, size_t length)
{
    char small[32], *large = malloc(4 * length + 64);
    if (large == NULL)
        abort();
    if (pz_redact(text, length, small, sizeof small) >= sizeof small)
        abort();
    size_t size = 4 * length + 64, written = pz_redact(text, length, large, size);
    if (written >= size || large[written] != '\0')
        abort();
    free(large);
}

static void escape(const char *text, size_t length)
{
    char *out = malloc(3 * length + 1);
    if (out == NULL)
        abort();
    size_t written = pz_url_escape(text, length, out);
    if (written > 3 * length)
        abort();
    for (size_t i = 0; i < written; i++) {
        if ((unsigned char)out[i] <= ' ' || (unsigned char)out[i] >= 0x7F)
            abort();
    }
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    if (text == NULL)
        abort();
    memcpy(text, bytes, length);
    text[length] = '\0';
    const char *why = NULL;
    pz_url url;
    if (pz_url_parse(&url, text, length, &why)) {
        if (url.host == NULL || url.path == NULL || url.port > 65535)
            abort();
        pz_url_is_loopback(url.host, strlen(url.host));
    }
    pz_url_free(&url);
    redact(text, length);
    escape(text, length);
    free(text);
    return 0;
}
