/* Easy handles for reuse. One that goes on to a request of the same profile keeps that profile's
 * options; any other is reset, which costs a little. TLS sessions, which libcurl keeps per handle,
 * are shared among them. */
#ifndef PZ_HTTP_HANDLES_H
#define PZ_HTTP_HANDLES_H

#include <stdint.h>

#include "http/global.h"

#define PZ_HANDLES_IDLE_MAX 256

typedef struct pz_handles {
    CURLSH *share;
    struct {
        CURL *easy;
        uint64_t profile; /* whose options are set; 0: none are */
    } idle[PZ_HANDLES_IDLE_MAX];
    unsigned count;
} pz_handles;

int pz_handles_open(pz_handles *handles); /* false: no memory */
void pz_handles_close(pz_handles *handles);

/* NULL: no memory. *prepared: the options of the profile are set, as `pz_request_apply` left them.
 */
CURL *pz_handles_take(pz_handles *handles, uint64_t profile, int *prepared);
/* `profile` is that of a request that left nothing of its own behind, else 0. */
void pz_handles_give(pz_handles *handles, CURL *easy, uint64_t profile);

#endif
