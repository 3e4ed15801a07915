/* The differences between versions of libcurl. Each function names its version; all of them check
 * the loaded library. */
#include "libcurl.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Parentheses keep a header's type checks away from options that it does not know. */
#define SET_EASY(easy, option, value) (curl_easy_setopt)(easy, (CURLoption)(option), value)
#define SET_MULTI(multi, option, value) (curl_multi_setopt)(multi, (CURLMoption)(option), value)

enum { OPTION_LONG = 0, OPTION_POINTER = 10000, OPTION_FUNCTION = 20000 };

static unsigned loaded_version(void)
{
    static _Atomic unsigned known; /* 0: not asked yet */
    unsigned version = atomic_load_explicit(&known, memory_order_relaxed);
    if (version == 0) {
        version = curl_version_info(CURLVERSION_NOW)->version_num;
        atomic_store_explicit(&known, version, memory_order_relaxed);
    }
    return version;
}

/* The versions that added or fixed something. README.md says what older versions lack; some of that
 * needs no code here. */
enum {
    KEEPS_HTTP_VERSIONS_APART = 0x074d00, /* a request for HTTP/1.1 gets no HTTP/2 connection */
    TELLS_AUTHORITIES = 0x074d00,         /* in curl_version_info: cainfo, capath */
    CALLS_BEFORE_REQUEST = 0x075000,      /* CURLOPT_PREREQFUNCTION */
    KEEPS_HEADERS = 0x075300,             /* curl_easy_header, and a bug in folded lines */
    PROTOCOLS_AS_TEXT = 0x075500,         /* CURLOPT_PROTOCOLS_STR */
    ABANDONS_LOOKUPS = 0x075700,          /* CURLOPT_QUICK_EXIT */
    KEEPS_CERTIFICATES = 0x075700,        /* CURLOPT_CA_CACHE_TIMEOUT, by default a day */
    KEEPS_HEADERS_WELL = 0x080100,
    LOOKS_UP_IN_POOL = 0x081400, /* CURLMOPT_QUICK_EXIT */
};

static bool is_at_least(unsigned version)
{
    return loaded_version() >= version;
}

/* ------------------------------------------------------------------ requirements */

bool pz_libcurl_will_do(char *why, size_t size)
{
    const curl_version_info_data *found = curl_version_info(CURLVERSION_NOW);
    static const char where[] =
        "see which one the dynamic loader finds (LD_LIBRARY_PATH, ldconfig -p)";
    if (found->version_num < PZ_LIBCURL_OLDEST_NUMBER)
        snprintf(why, size,
                 "personalize: the libcurl that was loaded is %s, and %s or newer is needed: %s",
                 found->version, PZ_LIBCURL_OLDEST, where);
    else if (!(found->features & CURL_VERSION_SSL))
        snprintf(why, size,
                 "personalize: the libcurl that was loaded, %s, was built without TLS, and one "
                 "with TLS is needed: %s",
                 found->version, where);
    else if (!(found->features & CURL_VERSION_HTTP2))
        snprintf(why, size,
                 "personalize: the libcurl that was loaded, %s, was built without HTTP/2, and one "
                 "with HTTP/2 (nghttp2) is needed: %s",
                 found->version, where);
    else
        return true;
    return false;
}

/* A libcurl that was built without zlib would pass compressed bytes on, or refuse the answer. */
const char *pz_libcurl_encodings(void)
{
    static _Atomic int known; /* 0: not asked yet, 1: none, 2: gzip */
    int state = atomic_load_explicit(&known, memory_order_relaxed);
    if (state == 0) {
        state = curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_LIBZ ? 2 : 1;
        atomic_store_explicit(&known, state, memory_order_relaxed);
    }
    return state == 2 ? "gzip" : "identity"; /* servers disagree on what "deflate" is */
}

const char *pz_libcurl_ca_file(void)
{
    return is_at_least(TELLS_AUTHORITIES) ? curl_version_info(CURLVERSION_NOW)->cainfo : NULL;
}

const char *pz_libcurl_ca_path(void)
{
    return is_at_least(TELLS_AUTHORITIES) ? curl_version_info(CURLVERSION_NOW)->capath : NULL;
}

bool pz_libcurl_finds_by_hash(void)
{
    const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;
    return library != NULL && strstr(library, "SSL/") != NULL;
}

/* ------------------------------------------------------------------ options */

/* 7.87 to 8.19: does not wait for the thread of an abandoned name look-up. Before 7.87, a transfer
 * that abandons a look-up waits until getaddrinfo has ended. From 8.20 on a pool of threads looks
 * names up, and no transfer waits for it; see pz_libcurl_set_multi. */
static CURLcode set_quick_exit(CURL *easy)
{
    enum { QUICK_EXIT = OPTION_LONG + 322 };
    return is_at_least(ABANDONS_LOOKUPS) ? SET_EASY(easy, QUICK_EXIT, 1L) : CURLE_OK;
}

/* 7.85 replaced the bit mask by a text. */
static CURLcode set_protocols(CURL *easy)
{
    enum { PROTOCOLS = OPTION_LONG + 181, PROTOCOLS_STR = OPTION_POINTER + 318 };
    if (is_at_least(PROTOCOLS_AS_TEXT))
        return SET_EASY(easy, PROTOCOLS_STR, "http,https");
    return SET_EASY(easy, PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

CURLcode pz_libcurl_set_easy(CURL *easy)
{
    CURLcode code = set_quick_exit(easy);
    return code == CURLE_OK ? set_protocols(easy) : code;
}

/* 7.83 to 8.0 append a folded line at the beginning of a head to the last header of the handle's
 * previous answer, which is freed by then. With CURLOPT_HEADER a line reaches the write callback
 * before libcurl keeps it. Later versions must not have the option: they would write trailers of a
 * chunked answer into its body. */
CURLcode pz_libcurl_set_head_first(CURL *easy)
{
    bool is_needed = is_at_least(KEEPS_HEADERS) && !is_at_least(KEEPS_HEADERS_WELL);
    return is_needed ? SET_EASY(easy, CURLOPT_HEADER, 1L) : CURLE_OK;
}

bool pz_libcurl_abandons_lookups(void)
{
    return is_at_least(ABANDONS_LOOKUPS);
}

/* A thread for each look-up: not from 8.20 on, nor with c-ares, nor where look-ups block. */
static bool looks_up_in_threads(void)
{
    static _Atomic int known; /* 0: not asked yet, 1: it does not, 2: it does */
    int state = atomic_load_explicit(&known, memory_order_relaxed);
    if (state == 0) {
        const curl_version_info_data *built = curl_version_info(CURLVERSION_NOW);
        bool is_so = !is_at_least(LOOKS_UP_IN_POOL) && built->ares == NULL &&
                     (built->features & CURL_VERSION_ASYNCHDNS) != 0;
        state = is_so ? 2 : 1;
        atomic_store_explicit(&known, state, memory_order_relaxed);
    }
    return state == 2;
}

CURLcode pz_libcurl_set_before_lookup(CURL *easy, pz_libcurl_before_lookup *function, void *data)
{
    if (!looks_up_in_threads())
        return CURLE_OK;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, data) : code;
}

/* From 8.20 on a pool of threads looks names up, by default at most 20. Without QUICK_EXIT,
 * curl_multi_cleanup waits for each of them. */
CURLMcode pz_libcurl_set_multi(CURLM *multi)
{
    enum { QUICK_EXIT = OPTION_LONG + 21 };
    return is_at_least(LOOKS_UP_IN_POOL) ? SET_MULTI(multi, QUICK_EXIT, 1L) : CURLM_OK;
}

/* ------------------------------------------------------------------ descriptors */

/* The number of descriptors that are checked, from the lowest free one on. */
enum { LOOKED_AT = 256 };

static int lowest_free(void)
{
    int lowest = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (lowest >= 0)
        close(lowest);
    return lowest;
}

static bool is_pair_end(int descriptor)
{
    struct sockaddr_un name;
    socklen_t length = sizeof name;
    memset(&name, 0, sizeof name);
    return getsockname(descriptor, (struct sockaddr *)(void *)&name, &length) == 0 &&
           name.sun_family == AF_UNIX && name.sun_path[0] == '\0';
}

/* A multi handle has a socket pair for wake-ups. With libcurl before 8.11 or so, programs that the
 * process starts inherit it. libcurl does not expose the pair, so unnamed Unix sockets that were
 * not open before are taken for it. */
CURLM *pz_libcurl_new_multi(void)
{
    bool was_open[LOOKED_AT];
    int lowest = lowest_free();
    for (int i = 0; i < LOOKED_AT; i++)
        was_open[i] = lowest < 0 || fcntl(lowest + i, F_GETFD) >= 0;
    CURLM *multi = curl_multi_init();
    for (int i = 0; multi != NULL && i < LOOKED_AT; i++) {
        if (was_open[i])
            continue;
        int flags = fcntl(lowest + i, F_GETFD);
        if (flags >= 0 && !(flags & FD_CLOEXEC) && is_pair_end(lowest + i))
            fcntl(lowest + i, F_SETFD, flags | FD_CLOEXEC);
    }
    return multi;
}

/* ------------------------------------------------------------------ was anything sent? */

static bool calls_before_request(void)
{
    return is_at_least(CALLS_BEFORE_REQUEST);
}

CURLcode pz_libcurl_set_before_request(CURL *easy, pz_libcurl_before_request *function, void *data)
{
    enum { PREREQFUNCTION = OPTION_FUNCTION + 312, PREREQDATA = OPTION_POINTER + 313 };
    if (!calls_before_request())
        return CURLE_OK;
    CURLcode code = SET_EASY(easy, PREREQFUNCTION, function);
    return code == CURLE_OK ? SET_EASY(easy, PREREQDATA, data) : code;
}

/* libcurl sets the time after the first successful write of the request; then it is never 0. */
static bool wrote_request(CURL *easy)
{
    curl_off_t time = 0;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &time);
    return time > 0;
}

bool pz_libcurl_has_begun_request(CURL *easy)
{
    return !calls_before_request() && wrote_request(easy);
}

static bool was_refused_by_proxy(CURL *easy)
{
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    return status >= 300;
}

/* The listed codes mean that there was no connection to write to yet, or that the engine itself
 * ended the transfer. With any other code a first write may have failed half-way. */
bool pz_libcurl_may_have_sent(CURL *easy, CURLcode code)
{
    if (calls_before_request())
        return false;
    if (wrote_request(easy))
        return true;
    if (was_refused_by_proxy(easy))
        return false;
    switch ((int)code) {
    case CURLE_OK:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_FAILED_INIT:
    case CURLE_URL_MALFORMAT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_NO_CONNECTION_AVAILABLE:
    case CURLE_PROXY:
        return false;
    default:
        return true;
    }
}

/* ------------------------------------------------------------------ faults of an answer */

/* From 8.6 on libcurl has a code for it. Before, it reports a lack of memory: by a code for the
 * head, by a message for a trailer. */
bool pz_libcurl_is_line_too_long(CURLcode code, bool in_headers, const char *detail)
{
    enum { TOO_LARGE = 100 };
    return (int)code == TOO_LARGE || (code == CURLE_OUT_OF_MEMORY && in_headers) ||
           (code == CURLE_RECV_ERROR && strncmp(detail, "Out of memory", 13) == 0);
}

/* libcurl has no code for it; each of its messages contains that word. */
bool pz_libcurl_is_bad_chunk(CURLcode code, const char *detail)
{
    return code == CURLE_RECV_ERROR && strstr(detail, "chunk") != NULL;
}

/* With OpenSSL there are codes for it. With GnuTLS libcurl reports a failed handshake. */
bool pz_libcurl_is_bad_certificate_file(CURLcode code, const char *detail)
{
    return code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CACERT_BADFILE ||
           (code == CURLE_SSL_CONNECT_ERROR && strncmp(detail, "error reading X.509", 19) == 0);
}

/* ------------------------------------------------------------------ URLs */

/* libcurl copies the parsed URL for each transfer. Before 8.3 the copy lacks the zone of an IPv6
 * address. */
bool pz_libcurl_copies_url(CURLU *parsed)
{
    char *zone = NULL;
    CURLUcode code = curl_url_get(parsed, CURLUPART_ZONEID, &zone, 0);
    curl_free(zone);
    return code != CURLUE_OK && code != CURLUE_OUT_OF_MEMORY;
}
