/* libcurl's global state is initialised once and never torn down: the module stays loaded (it is
 * linked with nodelete), and other users of libcurl in the process may still need that state. */
#include "http/global.h"

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode outcome = CURLE_FAILED_INIT;

static void init(void)
{
    outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
}

CURLcode pz_http_global_init(void)
{
    if (pthread_once(&once, init) != 0)
        return CURLE_FAILED_INIT;
    return outcome;
}
