/* Easy handles for reuse, and the one place that knows what a handle still has set. One that goes
 * on to a request of the same profile keeps that profile's options; any other is reset, which costs
 * a little. TLS sessions, which libcurl keeps per handle, are shared among them. */
#ifndef PZ_HTTP_HANDLES_H
#define PZ_HTTP_HANDLES_H

#include <stdbool.h>
#include <stdint.h>

#include "http/identity.h"
#include "http/request.h"

#define PZ_HANDLES_IDLE_MAX 256

struct pz_transfer;
struct pz_handles;

/* The context of libcurl's callbacks. Its address stays the same from one transfer to the next. */
typedef struct pz_handle {
    CURL *easy;
    struct pz_handles *owner;
    uint64_t profile;             /* whose options are set, and those of a GET; 0: none are */
    unsigned identity;            /* the number whose files are set; 0: none are */
    struct pz_transfer *transfer; /* that it works for */
    char *url;                    /* the last one, or NULL */
    CURLU *parsed_url;            /* NULL: libcurl has to take it apart */
    bool has_name;                /* a connection for that URL needs a name look-up */
    char detail[CURL_ERROR_SIZE]; /* libcurl's words for what went wrong */
} pz_handle;

/* Sets what every handle has, whatever it does: the callbacks. */
typedef CURLcode pz_handle_set_up(pz_handle *handle, void *data);

typedef struct pz_handles {
    CURLSH *share;
    pz_identities identities;
    pz_handle_set_up *set_up;
    void *data; /* for set_up */
    pz_handle *idle[PZ_HANDLES_IDLE_MAX];
    unsigned count;
} pz_handles;

/* false: no memory. */
bool pz_handles_open(pz_handles *handles, pz_handle_set_up *set_up, void *data);
void pz_handles_close(pz_handles *handles);

/* A handle whose options are those of the profile, or none. NULL: no memory. */
pz_handle *pz_handles_take(pz_handles *handles, uint64_t profile, pz_failure *failure);
/* Sets all that the request needs and the handle does not have. false: `failure` says why, and the
 * handle is to be discarded. */
bool pz_handle_prepare(pz_handle *handle, const pz_request *request, pz_headers *headers,
                       pz_failure *failure);
/* Another time to connect, for this transfer alone. */
void pz_handle_set_connect_timeout(pz_handle *handle, long ms);
/* For a handle whose transfer brought an answer. What a failed or cancelled one leaves behind, no
 * reset is sure to take away: libcurl 8.14.1 and 8.15 keep a refused rewind. */
void pz_handles_give(pz_handle *handle);
/* Frees a handle that is not to be used again. */
void pz_handle_discard(pz_handle *handle);

#endif
