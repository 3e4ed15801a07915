/* Checks URLs more strictly than libcurl, then parses them with libcurl. */
#include "url/url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libcurl.h"

static const char too_long[] = "too long";
static const char bad_byte[] = "has a space, a control character or a byte outside ASCII";
static const char bad_scheme[] = "does not begin with http:// or https://";
static const char bad_host[] = "has no host, or one that is not valid";
static const char bad_port[] = "has a port that is not one of 1 to 65535";
static const char malformed[] = "is malformed";

/* Control characters and spaces end a request line early, and some programs read a backslash as a
 * slash. */
static bool has_bad_byte(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c <= 0x20 || c >= 0x7f || c == '\\')
            return true;
    }
    return false;
}

static size_t scheme_length(const char *text)
{
    if (strncasecmp(text, "http://", 7) == 0)
        return 7;
    return strncasecmp(text, "https://", 8) == 0 ? 8 : 0;
}

static const char *explain(CURLUcode code)
{
    switch ((int)code) {
    case CURLUE_OUT_OF_MEMORY:
        return NULL;
    case CURLUE_BAD_PORT_NUMBER:
        return bad_port;
    case CURLUE_NO_HOST:
    case PZ_CURLUE_BAD_HOSTNAME:
    case PZ_CURLUE_BAD_IPV6:
        return bad_host;
    default:
        return malformed;
    }
}

const char *pz_url_fault(const char *text, size_t length)
{
    if (length > PZ_URL_MAX)
        return too_long;
    if (has_bad_byte(text, length))
        return bad_byte;
    size_t scheme = scheme_length(text);
    if (scheme == 0)
        return bad_scheme;
    /* libcurl would ignore a third slash */
    return text[scheme] == '/' || text[scheme] == '\0' ? bad_host : NULL;
}

/* Returns a handle with the parsed text; NULL: see *why. `text` is NUL-terminated. */
static CURLU *read_url(const char *text, size_t length, const char **why)
{
    *why = pz_url_fault(text, length);
    if (*why != NULL)
        return NULL;
    CURLU *handle = curl_url();
    CURLUcode code =
        handle == NULL ? CURLUE_OUT_OF_MEMORY : curl_url_set(handle, CURLUPART_URL, text, 0);
    if (code == CURLUE_OK)
        return handle;
    curl_url_cleanup(handle);
    *why = explain(code);
    return NULL;
}

/* True even if the user is empty: "https://@host". */
static bool has_user(const char *text)
{
    const char *authority = text + scheme_length(text);
    return memchr(authority, '@', strcspn(authority, "/?#")) != NULL;
}

static void lower_case(char *text)
{
    for (; *text != '\0'; text++) {
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text + ('a' - 'A'));
    }
}

static CURLUcode get_parts(pz_url *url, CURLU *handle)
{
    char *port = NULL;
    CURLUcode code = curl_url_get(handle, CURLUPART_SCHEME, &url->scheme, 0);
    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_HOST, &url->host, 0);
    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_PATH, &url->path, 0);
    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    if (code == CURLUE_OK) {
        url->port = (unsigned)strtoul(port, NULL, 10);
        curl_free(port);
        code = curl_url_get(handle, CURLUPART_QUERY, &url->query, 0);
        if (code == CURLUE_NO_QUERY)
            code = CURLUE_OK;
    }
    return code;
}

static void normalize_host(char *host)
{
    lower_case(host);
    size_t length = strlen(host);
    if (length >= 2 && host[0] == '[' && host[length - 1] == ']') {
        memmove(host, host + 1, length - 2);
        host[length - 2] = '\0';
    }
}

bool pz_url_parse(pz_url *url, const char *text, size_t length, const char **why)
{
    memset(url, 0, sizeof *url);
    CURLU *handle = read_url(text, length, why);
    if (handle == NULL)
        return false;
    CURLUcode code = get_parts(url, handle);
    curl_url_cleanup(handle);
    *why = code == CURLUE_OK ? NULL : explain(code);
    if (code == CURLUE_OK) {
        normalize_host(url->host);
        url->has_user = has_user(text);
        if (url->port == 0)
            *why = bad_port;
        else if (strlen(url->host) >= PZ_URL_HOST_MAX)
            *why = bad_host;
        else
            return true;
    }
    pz_url_free(url);
    return false;
}

void pz_url_free(pz_url *url)
{
    curl_free(url->scheme);
    curl_free(url->host);
    curl_free(url->path);
    curl_free(url->query);
    memset(url, 0, sizeof *url);
}

bool pz_url_is_proxy(const char *text)
{
    static const char *const schemes[] = {"http",    "https",  "socks4",
                                          "socks4a", "socks5", "socks5h"};
    size_t length = strlen(text);
    if (length == 0 || length > PZ_URL_MAX || has_bad_byte(text, length))
        return false;
    CURLU *handle = curl_url();
    char *scheme = NULL;
    bool known = false;
    if (handle != NULL &&
        curl_url_set(handle, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) ==
            CURLUE_OK &&
        curl_url_get(handle, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
        for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
            known |= strcasecmp(scheme, schemes[i]) == 0;
    }
    curl_free(scheme);
    curl_url_cleanup(handle);
    return known;
}
