/* libcurl, and how old it may be. CURLOPT_QUICK_EXIT, without which an abandoned name look-up holds
 * a process up, and the cache of parsed CA certificates, without which each connection costs 25 ms,
 * came with 7.87.0. */
#ifndef PZ_LIBCURL_H
#define PZ_LIBCURL_H

#include <curl/curl.h>

#define PZ_LIBCURL_OLDEST "7.87.0"
#define PZ_LIBCURL_OLDEST_NUMBER 0x075700 /* as curl_version_info tells it */

#if LIBCURL_VERSION_NUM < PZ_LIBCURL_OLDEST_NUMBER
#error "personalize needs libcurl 7.87.0 or newer: the headers found are of an older one"
#endif

#endif
