/* Sets one option after the other. */
#ifndef PZ_HTTP_TRY_H
#define PZ_HTTP_TRY_H

#include <curl/curl.h>

/* Returns the call's CURLcode from the function unless it is CURLE_OK. */
#define PZ_TRY(call)                                                                               \
    do {                                                                                           \
        CURLcode code_ = (call);                                                                   \
        if (code_ != CURLE_OK)                                                                     \
            return code_;                                                                          \
    } while (0)

#endif
