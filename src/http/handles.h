/* Easy handles, for reuse where libcurl is sound: a reset handle costs nothing to take again. TLS
 * sessions, which libcurl keeps per handle, are shared among them. */
#ifndef PZ_HTTP_HANDLES_H
#define PZ_HTTP_HANDLES_H

#include "http/global.h"

#define PZ_HANDLES_IDLE_MAX 32

typedef struct pz_handles {
    CURLSH *share;
    CURL *idle[PZ_HANDLES_IDLE_MAX];
    unsigned count;
    unsigned most; /* that are kept; 0 where this libcurl's handles must not be used again */
} pz_handles;

int pz_handles_open(pz_handles *handles); /* false: no memory */
void pz_handles_close(pz_handles *handles);
CURL *pz_handles_take(pz_handles *handles); /* NULL: no memory */
void pz_handles_give(pz_handles *handles, CURL *easy);

#endif
