/* The headers of a request. */
#ifndef PZ_HTTP_HEADERS_H
#define PZ_HTTP_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

#include "http/failure.h"

#define PZ_REQUEST_HEADERS_MAX 256
#define PZ_REQUEST_HEADER_BYTES_MAX (64 * 1024)

/* The header lines to send, in libcurl's form. They stay alive as long as the handle uses them. */
typedef struct pz_headers {
    struct curl_slist *lines;
    struct curl_slist *last;
    size_t count;
    size_t bytes;
    bool has_content_type;
    bool has_expect;
    bool has_user_agent;
    bool has_accept_encoding;
} pz_headers;

/* false: refused, and why. The value is never quoted: it may be a token. */
bool pz_headers_add(pz_headers *headers, const char *name, size_t name_length, const char *value,
                    size_t value_length, pz_failure *failure);
/* Adds what every request has, and suppresses what libcurl would add to a body on its own. false:
 * no memory. */
bool pz_headers_finish(pz_headers *headers, const char *user_agent, bool has_body);
void pz_headers_free(pz_headers *headers);

#endif
