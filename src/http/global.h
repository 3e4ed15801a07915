/* Initializes libcurl once per process. */
#ifndef PZ_HTTP_GLOBAL_H
#define PZ_HTTP_GLOBAL_H

#include "libcurl.h"

/* Safe from any thread, any number of times; the first call's outcome is everybody's. */
CURLcode pz_http_global_init(void);

#endif
