/* What has to happen once per process before libcurl is used, and whether this libcurl will do. */
#ifndef PZ_HTTP_GLOBAL_H
#define PZ_HTTP_GLOBAL_H

#include "libcurl.h"

#if LIBCURL_VERSION_NUM < 0x075700
#error                                                                                             \
    "personalize needs libcurl 7.87 or newer: CURLOPT_QUICK_EXIT and the cache of CA certificates"
#endif

/* Safe from any thread, any number of times; the first call's outcome is everybody's. */
CURLcode pz_http_global_init(void);

#endif
