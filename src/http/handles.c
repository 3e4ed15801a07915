/* Takes handles from the stack of unused ones and puts them back. */
#include "http/handles.h"

/* libcurl 7.83 to 8.0 keeps a pointer to the last header of a handle's last answer, over
 * curl_easy_reset too, and frees that header when the next request begins. Where the first header
 * line of an answer is a folded one, which any server can send, it goes into freed memory. What is
 * dear to make belongs to the multi handle and the share, so little is lost by new handles. */
#define SOUND_SINCE 0x080200 /* one version more, to be sure */

int pz_handles_open(pz_handles *handles)
{
    int is_sound = curl_version_info(CURLVERSION_NOW)->version_num >= SOUND_SINCE;
    handles->count = 0;
    handles->most = is_sound ? PZ_HANDLES_IDLE_MAX : 0;
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
    if (handles->count == handles->most) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy); /* forgets credentials, too; not the share */
    handles->idle[handles->count++] = easy;
}
