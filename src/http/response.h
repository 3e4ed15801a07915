/* Collects an answer while it arrives: status, headers, body, each within its bound. The callbacks
 * are libcurl's; what goes wrong is recorded here. */
#ifndef PZ_HTTP_RESPONSE_H
#define PZ_HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "http/failure.h"

enum pz_response_part {
    PZ_RESPONSE_STATUS,  /* the next line is a status line */
    PZ_RESPONSE_HEADERS, /* ... a header of the answer, or of an interim one */
    PZ_RESPONSE_BODY,    /* headers that come now are trailers: left out */
};

typedef struct pz_response {
    enum pz_response_part part;
    pz_failure failure; /* kind PZ_KIND_NONE: nothing was wrong yet */
    int status;         /* 0: none yet */
    bool http1;         /* the status line was HTTP/1's */
    pz_buffer text;     /* names and values of the headers, one after the other */
    pz_buffer fields;   /* array of struct span: where each one is in `text` */
    pz_buffer body;
    size_t header_bytes; /* of all header lines, interim ones and trailers too */
    size_t header_count;
    size_t max_header_bytes;
    size_t max_header_count;
} pz_response;

typedef struct pz_field {
    const char *name; /* lower case; not NUL-terminated */
    size_t name_length;
    const char *value;
    size_t value_length;
} pz_field;

void pz_response_init(pz_response *response, size_t max_bytes, size_t max_header_bytes,
                      size_t max_header_count);
void pz_response_free(pz_response *response);

/* One line of the head, as libcurl hands it on; one piece of the body. false: stop, `failure` says
 * why. */
bool pz_response_line(pz_response *response, const char *line, size_t length);
/* Before a line of the head that libcurl must not keep: refuses one that is folded and comes first.
 */
bool pz_response_before_line(pz_response *response, const char *line);
bool pz_response_bytes(pz_response *response, const char *bytes, size_t length);

size_t pz_response_field_count(const pz_response *response);
pz_field pz_response_field(const pz_response *response, size_t index);

#endif
