/* Takes handles from the stack of unused ones and puts them back. */
#include "http/handles.h"

int pz_handles_open(pz_handles *handles)
{
    handles->count = 0;
    handles->share = curl_share_init();
    return handles->share != NULL && curl_share_setopt(handles->share, CURLSHOPT_SHARE,
                                                       CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
}

void pz_handles_close(pz_handles *handles)
{
    while (handles->count > 0)
        curl_easy_cleanup(handles->idle[--handles->count]);
    if (handles->share != NULL)
        curl_share_cleanup(handles->share);
    handles->share = NULL;
}

CURL *pz_handles_take(pz_handles *handles)
{
    if (handles->count > 0)
        return handles->idle[--handles->count];
    CURL *easy = curl_easy_init();
    if (easy != NULL && curl_easy_setopt(easy, CURLOPT_SHARE, handles->share) != CURLE_OK) {
        curl_easy_cleanup(easy);
        return NULL;
    }
    return easy;
}

void pz_handles_give(pz_handles *handles, CURL *easy)
{
    if (handles->count == PZ_HANDLES_IDLE_MAX) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy); /* forgets credentials, too; not the share */
    handles->idle[handles->count++] = easy;
}
