/* Easy handles for reuse. One that goes on to a request of the same profile keeps that profile's
 * options; any other is reset, which costs a little. TLS sessions, which libcurl keeps per handle,
 * are shared among them. */
#ifndef PZ_HTTP_HANDLES_H
#define PZ_HTTP_HANDLES_H

#include <stdint.h>

#include "http/global.h"

#define PZ_HANDLES_IDLE_MAX 256

struct pz_transfer;

/* What libcurl's callbacks are given: it stays where it is from one transfer to the next. */
typedef struct pz_handle {
    CURL *easy;
    uint64_t profile;             /* whose options are set, and those of a GET; 0: none are */
    struct pz_transfer *transfer; /* that it works for */
    char *url;                    /* the last one, or NULL */
    CURLU *parsed_url;            /* NULL: libcurl has to take it apart */
    char detail[CURL_ERROR_SIZE]; /* libcurl's words for what went wrong */
} pz_handle;

typedef struct pz_handles {
    CURLSH *share;
    pz_handle *idle[PZ_HANDLES_IDLE_MAX];
    unsigned count;
} pz_handles;

int pz_handles_open(pz_handles *handles); /* false: no memory */
void pz_handles_close(pz_handles *handles);

/* NULL: no memory. Its profile is the one that is asked for, or 0. */
pz_handle *pz_handles_take(pz_handles *handles, uint64_t profile);
/* For a handle whose transfer brought an answer: what a failed or cancelled one leaves behind in a
 * handle, no reset is sure to take away (libcurl 8.14.1 and 8.15 keep a refused rewind).
 * `profile` is that of a request that left nothing of its own behind, else 0. */
void pz_handles_give(pz_handles *handles, pz_handle *handle, uint64_t profile);
/* Frees a handle that is not to be used again. */
void pz_handle_discard(pz_handle *handle);

/* Whether the handle asks for that URL already: then libcurl need not take it apart again. */
int pz_handle_has_url(const pz_handle *handle, const char *url);
CURLcode pz_handle_set_url(pz_handle *handle, const char *url);

#endif
