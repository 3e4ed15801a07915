/* A browser sends the origin of a request and the host name that it went to; other clients send the
 * name alone. A page can forge neither. */
#include "emulator/origin.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "emulator/libmicrohttpd.h"
#include "url/url.h"

enum { HOST_MAX_BYTES = 256 };

/* The host of "host", "host:port", "[::1]:port": without brackets and the dot of a complete name.
 * False: it is none. */
static bool read_host(const char *authority, char host[HOST_MAX_BYTES])
{
    size_t length;
    const char *begin = authority, *rest;
    if (*authority == '[') {
        begin = authority + 1;
        rest = strchr(begin, ']');
        if (rest == NULL)
            return false;
        length = (size_t)(rest++ - begin);
    } else {
        length = strcspn(authority, ":");
        rest = begin + length;
    }
    if (*rest == ':')
        rest += 1 + strspn(rest + 1, "0123456789");
    if (*rest != '\0' || length >= HOST_MAX_BYTES)
        return false;
    if (length > 1 && begin[length - 1] == '.')
        length--;
    memcpy(host, begin, length);
    host[length] = '\0';
    return length > 0;
}

static bool is_https_url(const char *url)
{
    return strncasecmp(url, "https://", 8) == 0;
}

/* The authority of "http://host:port"; NULL: it is no such URL. */
static const char *authority_of(const char *url)
{
    if (strncasecmp(url, "http://", 7) == 0)
        return url + 7;
    return is_https_url(url) ? url + 8 : NULL;
}

static bool is_address(const char *host)
{
    unsigned char bytes[16];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* A server that listens on every address is reached by any of them: an address is no name that
 * could have been made to lead here. */
static bool listens_everywhere(const char *address)
{
    return strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0;
}

static bool is_own_host(const pz_emulator_options *options, const char *host)
{
    char public_host[HOST_MAX_BYTES];
    if (pz_url_is_loopback(host, strlen(host)) || strcasecmp(host, options->address) == 0)
        return true;
    if (listens_everywhere(options->address) && is_address(host))
        return true;
    const char *authority = options->public_url == NULL ? NULL : authority_of(options->public_url);
    return authority != NULL && read_host(authority, public_host) &&
           strcasecmp(host, public_host) == 0;
}

/* The bytes of an authority without the port that its scheme has anyway: browsers leave it out. */
static size_t length_without_default_port(const char *authority, bool is_https)
{
    const char *port = is_https ? ":443" : ":80";
    size_t length = strlen(authority), port_length = strlen(port);
    bool has_it = length > port_length && strcmp(authority + length - port_length, port) == 0;
    return has_it ? length - port_length : length;
}

static bool is_same_authority(const char *one, const char *other, bool is_https)
{
    size_t length = length_without_default_port(one, is_https);
    return length == length_without_default_port(other, is_https) &&
           strncasecmp(one, other, length) == 0;
}

/* An origin is the scheme and the authority that the page itself came from: here, the same that the
 * request goes to. The origin "null" hides where the page is from. */
static bool is_own_origin(const pz_call *call, const char *origin, const char *host)
{
    const pz_emulator_options *options = &call->emulator->options;
    const char *authority = authority_of(origin);
    if (authority == NULL)
        return false;
    bool is_https = is_https_url(origin);
    if (host != NULL && is_same_authority(authority, host, is_https) &&
        is_https == (options->tls_cert != NULL))
        return true;
    const char *own = options->public_url == NULL ? NULL : authority_of(options->public_url);
    return own != NULL && is_https == is_https_url(options->public_url) &&
           is_same_authority(authority, own, is_https);
}

/* Pages of this machine's other ports are of the same site: their links may lead here, but their
 * scripts and images may not send requests. */
static bool is_foreign_fetch(pz_call *call, const char *site)
{
    if (site == NULL || strcasecmp(site, "same-origin") == 0 || strcasecmp(site, "none") == 0)
        return false;
    const char *mode = pz_call_header(call, "Sec-Fetch-Mode");
    bool is_link =
        strcmp(call->method, "GET") == 0 && mode != NULL && strcasecmp(mode, "navigate") == 0;
    return !(is_link && strcasecmp(site, "same-site") == 0);
}

static bool refuse(pz_call *call, const char *explanation)
{
    pz_reply_error(&call->reply, PZ_OWN_FOREIGN, explanation);
    call->reply.closes = true;
    return true;
}

bool pz_origin_refuses(pz_call *call)
{
    char name[HOST_MAX_BYTES];
    const char *host = pz_call_header(call, MHD_HTTP_HEADER_HOST);
    const char *origin = pz_call_header(call, "Origin");
    if (host != NULL && (!read_host(host, name) || !is_own_host(&call->emulator->options, name)))
        return refuse(call, "The header Host names another machine; option public_url is for a name"
                            " under which others reach the emulator");
    if (origin != NULL && !is_own_origin(call, origin, host))
        return refuse(call, "The header Origin is that of another site's page");
    if (is_foreign_fetch(call, pz_call_header(call, "Sec-Fetch-Site")))
        return refuse(call, "The header Sec-Fetch-Site says that another site's page sent this");
    return false;
}
