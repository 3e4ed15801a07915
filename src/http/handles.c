/* Takes handles from the stack of unused ones, sets what they lack, and puts them back.
 *
 * A handle has one of two states. New or reset, its profile is 0 and nothing is set. Or it has done
 * a plain request of a profile: then what every handle has, the profile's options, those of a GET
 * and the URL are set, and only what is of the one request alone has to be set again. */
#include "http/handles.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/try.h"

bool pz_handles_open(pz_handles *handles, pz_handle_set_up *set_up, void *data)
{
    handles->set_up = set_up;
    handles->data = data;
    handles->count = 0;
    pz_identities_init(&handles->identities);
    handles->share = curl_share_init();
    return handles->share != NULL && curl_share_setopt(handles->share, CURLSHOPT_SHARE,
                                                       CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK;
}

static void forget_url(pz_handle *handle)
{
    curl_easy_setopt(handle->easy, CURLOPT_URL, NULL);
    curl_easy_setopt(handle->easy, CURLOPT_CURLU, NULL);
    curl_url_cleanup(handle->parsed_url);
    handle->parsed_url = NULL;
    free(handle->url);
    handle->url = NULL;
}

void pz_handle_discard(pz_handle *handle)
{
    curl_easy_cleanup(handle->easy);
    curl_url_cleanup(handle->parsed_url);
    free(handle->url);
    free(handle);
}

static pz_handle *create(pz_handles *handles)
{
    pz_handle *handle = calloc(1, sizeof *handle);
    if (handle == NULL)
        return NULL;
    handle->owner = handles;
    handle->easy = curl_easy_init();
    if (handle->easy != NULL &&
        curl_easy_setopt(handle->easy, CURLOPT_SHARE, handles->share) == CURLE_OK)
        return handle;
    pz_handle_discard(handle);
    return NULL;
}

/* Resets a handle to the options of a new one, but for the share. */
static void reset(pz_handle *handle)
{
    forget_url(handle);
    curl_easy_reset(handle->easy);
    handle->profile = 0;
    handle->identity = 0;
}

void pz_handles_close(pz_handles *handles)
{
    while (handles->count > 0)
        pz_handle_discard(handles->idle[--handles->count]);
    if (handles->share != NULL)
        curl_share_cleanup(handles->share);
    handles->share = NULL;
    pz_identities_free(&handles->identities);
}

/* Takes the handle that was put back last with that profile, else the last one of all. */
static unsigned choose(const pz_handles *handles, uint64_t profile)
{
    for (unsigned i = handles->count; profile != 0 && i > 0; i--) {
        if (handles->idle[i - 1]->profile == profile)
            return i - 1;
    }
    return handles->count - 1;
}

pz_handle *pz_handles_take(pz_handles *handles, uint64_t profile, pz_failure *failure)
{
    if (handles->count == 0) {
        pz_handle *new = create(handles);
        if (new == NULL)
            pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return new;
    }
    unsigned chosen = choose(handles, profile);
    pz_handle *handle = handles->idle[chosen];
    handles->idle[chosen] = handles->idle[--handles->count];
    if (handle->profile != profile)
        reset(handle);
    return handle;
}

void pz_handle_set_connect_timeout(pz_handle *handle, long ms)
{
    curl_easy_setopt(handle->easy, CURLOPT_CONNECTTIMEOUT_MS, ms);
    handle->profile = 0; /* it is to be reset */
}

/* Clears the options of one request: its credentials are in the headers, and a query may be
 * anything. */
static void forget_request(pz_handle *handle)
{
    curl_easy_setopt(handle->easy, CURLOPT_HTTPHEADER, NULL);
    if (handle->url != NULL && strchr(handle->url, '?') != NULL)
        forget_url(handle);
}

void pz_handles_give(pz_handle *handle)
{
    pz_handles *handles = handle->owner;
    handle->transfer = NULL;
    if (handles->count == PZ_HANDLES_IDLE_MAX) {
        pz_handle_discard(handle);
        return;
    }
    if (handle->profile != 0)
        forget_request(handle);
    else
        reset(handle);
    handles->idle[handles->count++] = handle;
}

static bool has_url(const pz_handle *handle, const char *url)
{
    return handle->url != NULL && strcmp(handle->url, url) == 0;
}

static CURLcode parse(CURLU *parsed, const char *url)
{
    if (parsed == NULL)
        return CURLE_OUT_OF_MEMORY;
    switch (curl_url_set(parsed, CURLUPART_URL, url, 0)) {
    case CURLUE_OK:
        return CURLE_OK;
    case CURLUE_OUT_OF_MEMORY:
        return CURLE_OUT_OF_MEMORY;
    default:
        return CURLE_URL_MALFORMAT;
    }
}

/* A URL whose copy would lack something libcurl has to take apart itself, each time. The text is
 * set as well: libcurl returns it as the effective URL. */
static CURLcode set_url(pz_handle *handle, const char *url)
{
    forget_url(handle);
    handle->parsed_url = curl_url();
    CURLcode code = parse(handle->parsed_url, url);
    if (code == CURLE_OK)
        code = curl_easy_setopt(handle->easy, CURLOPT_URL, url);
    if (code == CURLE_OK && !pz_libcurl_copies_url(handle->parsed_url)) {
        curl_url_cleanup(handle->parsed_url);
        handle->parsed_url = NULL;
    } else if (code == CURLE_OK) {
        code = curl_easy_setopt(handle->easy, CURLOPT_CURLU, handle->parsed_url);
    }
    if (code != CURLE_OK)
        return code;
    handle->url = strdup(url);
    return handle->url != NULL ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

/* Earlier transfers of the handle succeeded. */
static bool check(const pz_handle *handle, const pz_request *request, pz_failure *failure)
{
    return (pz_request_is_plain(request) || pz_request_check_method(request, failure)) &&
           (has_url(handle, request->url) || pz_request_check_url(request, failure)) &&
           (handle->profile != 0 || pz_request_check_proxy(request, failure));
}

static bool is_https(const char *url)
{
    return url != NULL && strncasecmp(url, "https:", 6) == 0;
}

/* Over plain HTTP no authority is trusted, and no file is checked. Authorities are a proxy's, too.
 */
static CURLcode set_identity(pz_handle *handle, const pz_request *request)
{
    if (!is_https(request->url) && !is_https(request->proxy))
        return CURLE_OK;
    pz_request spelled = *request;
    unsigned number = 0;
    if (!pz_identities_apply(&handle->owner->identities, &spelled, &number))
        return CURLE_OUT_OF_MEMORY;
    if (number == handle->identity)
        return CURLE_OK;
    handle->identity = number;
    return pz_request_set_tls(&spelled, handle->easy);
}

static CURLcode set_what_lacks(pz_handle *handle, const pz_request *request, pz_headers *headers)
{
    CURL *easy = handle->easy;
    bool is_new = handle->profile == 0;
    if (is_new) {
        PZ_TRY(handle->owner->set_up(handle, handle->owner->data));
        PZ_TRY(pz_request_set_profile(request, easy));
    }
    PZ_TRY(set_identity(handle, request));
    if (is_new || !pz_request_is_plain(request))
        PZ_TRY(pz_request_set_method(request, easy));
    if (!has_url(handle, request->url)) {
        PZ_TRY(set_url(handle, request->url));
        handle->has_name = pz_request_has_name(request); /* the proxy is the profile's */
        PZ_TRY(pz_request_set_version(request, easy));
    }
    return pz_request_set_own(request, headers, easy);
}

bool pz_handle_prepare(pz_handle *handle, const pz_request *request, pz_headers *headers,
                       pz_failure *failure)
{
    handle->detail[0] = '\0';
    if (!check(handle, request, failure))
        return false;
    CURLcode code = set_what_lacks(handle, request, headers);
    handle->profile = pz_request_is_plain(request) ? request->profile : 0;
    if (code == CURLE_OK)
        return true;
    if (code == CURLE_OUT_OF_MEMORY)
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
    else
        pz_failure_set(failure, PZ_KIND_CONFIG, "libcurl refused the request's options: %s",
                       curl_easy_strerror(code));
    failure->code = code;
    return false;
}
