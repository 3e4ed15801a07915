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
        curl_easy_cleanup(handles->idle[--handles->count].easy);
    if (handles->share != NULL)
        curl_share_cleanup(handles->share);
    handles->share = NULL;
}

/* The last one that was given with that profile, else the last one of all. */
static unsigned choose(const pz_handles *handles, uint64_t profile)
{
    for (unsigned i = handles->count; profile != 0 && i > 0; i--) {
        if (handles->idle[i - 1].profile == profile)
            return i - 1;
    }
    return handles->count - 1;
}

CURL *pz_handles_take(pz_handles *handles, uint64_t profile, int *prepared)
{
    *prepared = 0;
    if (handles->count > 0) {
        unsigned chosen = choose(handles, profile);
        CURL *easy = handles->idle[chosen].easy;
        uint64_t was = handles->idle[chosen].profile;
        handles->idle[chosen] = handles->idle[--handles->count];
        *prepared = was != 0 && was == profile;
        if (was != 0 && !*prepared)
            curl_easy_reset(easy); /* not the share */
        return easy;
    }
    CURL *easy = curl_easy_init();
    if (easy != NULL && curl_easy_setopt(easy, CURLOPT_SHARE, handles->share) != CURLE_OK) {
        curl_easy_cleanup(easy);
        return NULL;
    }
    return easy;
}

/* What belongs to one request goes: its credentials, and what points to its transfer. */
static void forget_request(CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
    curl_easy_setopt(easy, CURLOPT_URL, NULL);
}

void pz_handles_give(pz_handles *handles, CURL *easy, uint64_t profile)
{
    if (handles->count == PZ_HANDLES_IDLE_MAX) {
        curl_easy_cleanup(easy);
        return;
    }
    if (profile != 0)
        forget_request(easy);
    else
        curl_easy_reset(easy);
    handles->idle[handles->count].easy = easy;
    handles->idle[handles->count++].profile = profile;
}
