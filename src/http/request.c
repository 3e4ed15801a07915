/* Turns a request into libcurl options. Nothing here comes from the environment: no proxy
 * variables, no .netrc, no .curlrc; and nothing is remembered that the caller didn't ask for. */
#include "http/request.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "http/try.h"
#include "url/url.h"

static const struct {
    CURLoption option;
    long value;
} fixed[] = {
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_FOLLOWLOCATION, 0},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_SSL_VERIFYPEER, 1},
    {CURLOPT_SSL_VERIFYHOST, 2},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
    {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
    {CURLOPT_TCP_NODELAY, 1},
    {CURLOPT_TCP_KEEPALIVE, 1},
    {CURLOPT_HTTP09_ALLOWED, 0},
    {CURLOPT_NOPROGRESS, 0}, /* the transfer's own accounting of stalls */
};

static CURLcode apply_fixed(CURL *easy)
{
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        PZ_TRY(curl_easy_setopt(easy, fixed[i].option, fixed[i].value));
    PZ_TRY(pz_libcurl_set_easy(easy));
    PZ_TRY(pz_libcurl_set_head_first(easy));
    return curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, pz_libcurl_encodings());
}

/* For these methods libcurl sends an empty body, where none is given. */
static bool has_body(const pz_request *request)
{
    return request->body != NULL || strcmp(request->method, "POST") == 0 ||
           strcmp(request->method, "PUT") == 0 || strcmp(request->method, "PATCH") == 0;
}

/* A body that libcurl may send again lies in memory for it. One that it may not comes through the
 * callbacks, and the one that would rewind it refuses. Without a body there is nothing to refuse,
 * so such a request goes over a new connection: libcurl repeats none on those. */
CURLcode pz_request_set_method(const pz_request *request, CURL *easy)
{
    bool is_head = strcmp(request->method, "HEAD") == 0;
    if (has_body(request)) {
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_POST, 1L));
        PZ_TRY(
            curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length));
        if (request->replayable || request->body_length == 0)
            PZ_TRY(curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                                    request->body != NULL ? request->body : ""));
    } else if (is_head) {
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_NOBODY, 1L));
    } else {
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L));
    }
    if (!request->replayable && request->body_length == 0)
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L));
    return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

/* Only where TLS settles the version before the first request: over plain HTTP, libcurl would make
 * all other requests wait for the first one's answer to learn whether they may share. */
bool pz_request_may_be_http2(const pz_request *request)
{
    return request->http2 && strncasecmp(request->url, "https:", 6) == 0;
}

/* Whether the host of a URL, whose scheme may be missing, is an address or localhost: no name that
 * a name server is asked for. */
static bool is_address(const char *url)
{
    const char *host = strstr(url, "://");
    host = host != NULL ? host + 3 : url;
    for (const char *at = host, *end = host + strcspn(host, "/?#"); at < end; at++) {
        if (*at == '@')
            host = at + 1; /* behind user and password */
    }
    if (*host == '[')
        return true;
    char name[INET_ADDRSTRLEN];
    size_t end = strcspn(host, ":/?#");
    if (end >= sizeof name)
        return false;
    memcpy(name, host, end);
    name[end] = '\0';
    struct in_addr address;
    return strcasecmp(name, "localhost") == 0 || inet_pton(AF_INET, name, &address) == 1;
}

bool pz_request_has_name(const pz_request *request)
{
    const char *proxy = request->proxy;
    if (proxy == NULL || *proxy == '\0')
        return !is_address(request->url);
    /* these have the client look for the host's address */
    bool is_local = strncasecmp(proxy, "socks4:", 7) == 0 || strncasecmp(proxy, "socks5:", 7) == 0;
    return !is_address(proxy) || (is_local && !is_address(request->url));
}

/* The cache of parsed CA certificates works only with CAPATH NULL. Debian's libcurl has a default
 * for it, a folder that its bundle repeats; others have that folder alone. */
CURLcode pz_request_set_tls(const pz_request *request, CURL *easy)
{
    if (request->ca_file != NULL || request->ca_path != NULL || pz_libcurl_ca_file() != NULL) {
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_CAPATH, request->ca_path));
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, request->ca_path));
    }
    if (request->ca_file != NULL) {
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file));
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, request->ca_file));
    } else if (request->ca_path != NULL) { /* then that folder alone is trusted */
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_CAINFO, NULL));
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, NULL));
    }
    if (request->client_cert != NULL)
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_SSLCERT, request->client_cert));
    if (request->client_cert_key != NULL)
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_SSLKEY, request->client_cert_key));
    if (request->client_cert == NULL)
        return CURLE_OK;
    /* without one OpenSSL would ask for it on the terminal */
    const char *passphrase = request->client_cert_passphrase;
    return curl_easy_setopt(easy, CURLOPT_KEYPASSWD, passphrase != NULL ? passphrase : "");
}

CURLcode pz_request_set_version(const pz_request *request, CURL *easy)
{
    bool http2 = pz_request_may_be_http2(request);
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                            (long)(http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)));
    return curl_easy_setopt(easy, CURLOPT_PIPEWAIT, (long)http2);
}

/* An empty proxy, not an absent one, keeps libcurl from asking http_proxy and the like; an empty
 * NOPROXY keeps it from asking no_proxy. */
static CURLcode apply_rest(const pz_request *request, CURL *easy)
{
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_PROXY, request->proxy != NULL ? request->proxy : ""));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_NOPROXY, ""));
    if (request->connect_timeout_ms > 0)
        PZ_TRY(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_ms));
    if (request->user_agent != NULL && request->proxy != NULL) /* for the proxy to see, too */
        return curl_easy_setopt(easy, CURLOPT_USERAGENT, request->user_agent);
    return CURLE_OK;
}

CURLcode pz_request_set_profile(const pz_request *request, CURL *easy)
{
    PZ_TRY(apply_fixed(easy));
    PZ_TRY(pz_request_set_tls(request, easy));
    return apply_rest(request, easy);
}

CURLcode pz_request_set_own(const pz_request *request, pz_headers *headers, CURL *easy)
{
    if (!pz_headers_finish(headers, request->user_agent, has_body(request)))
        return CURLE_OUT_OF_MEMORY;
    return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers->lines);
}

/* pz_request_set_method sets options for other methods that are not reset afterwards. */
bool pz_request_is_plain(const pz_request *request)
{
    return request->body == NULL && request->replayable && strcmp(request->method, "GET") == 0;
}

static bool is_method(const char *method)
{
    size_t length = strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return length > 0 && length <= 16 && method[length] == '\0' && strcmp(method, "CONNECT") != 0;
}

static bool refuse(pz_failure *failure, const char *why)
{
    pz_failure_set(failure, PZ_KIND_CONFIG, "%s", why);
    return false;
}

bool pz_request_check_method(const pz_request *request, pz_failure *failure)
{
    return is_method(request->method) || refuse(failure, "method: not the name of an HTTP method");
}

bool pz_request_check_url(const pz_request *request, pz_failure *failure)
{
    const char *fault = pz_url_fault(request->url, strlen(request->url));
    if (fault != NULL)
        pz_failure_set(failure, PZ_KIND_CONFIG, "url: %s", fault);
    return fault == NULL;
}

bool pz_request_check_proxy(const pz_request *request, pz_failure *failure)
{
    return request->proxy == NULL || pz_url_is_proxy(request->proxy) ||
           refuse(failure, "proxy: not the URL of an HTTP or SOCKS proxy");
}
