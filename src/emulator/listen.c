/* Binds the address, and makes the URL of it. */
#include "emulator/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, URL_SIZE = 96 };

static const char localhost[] = "localhost";

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t parse(const pz_emulator_options *options, union address *address)
{
    const char *given = options->address;
    memset(address, 0, sizeof *address);
    if (strcmp(given, localhost) == 0)
        given = "127.0.0.1";
    if (inet_pton(AF_INET, given, &address->v4.sin_addr) == 1) {
        address->v4.sin_family = AF_INET;
        address->v4.sin_port = htons((uint16_t)options->port);
        return sizeof address->v4;
    }
    if (inet_pton(AF_INET6, given, &address->v6.sin6_addr) == 1) {
        address->v6.sin6_family = AF_INET6;
        address->v6.sin6_port = htons((uint16_t)options->port);
        return sizeof address->v6;
    }
    return 0;
}

/* Where the server listens on every address, the URL has the loopback address. Certificates name
 * hosts, not addresses: localhost stays a name. */
static char *url_of(const pz_emulator_options *options, const union address *address)
{
    const char *host = options->address;
    const char *scheme = options->tls_cert != NULL ? "https" : "http";
    if (options->public_url != NULL)
        return strdup(options->public_url);
    bool v6 = address->any.sa_family == AF_INET6;
    if (!v6 && address->v4.sin_addr.s_addr == htonl(INADDR_ANY))
        host = "127.0.0.1";
    if (v6 && IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr))
        host = "::1";
    unsigned port = ntohs(v6 ? address->v6.sin6_port : address->v4.sin_port);
    char *url = malloc(URL_SIZE);
    if (url != NULL)
        snprintf(url, URL_SIZE, v6 ? "%s://[%s]:%u" : "%s://%s:%u", scheme, host, port);
    return url;
}

int pz_listen(const pz_emulator_options *options, char **base_url, pz_failure *failure)
{
    union address address;
    int on = 1;
    socklen_t length = parse(options, &address);
    *base_url = NULL;
    if (length == 0) {
        pz_failure_set(failure, PZ_KIND_CONFIG,
                       "address must be an IP address or localhost, not \"%s\"", options->address);
        return -1;
    }
    int listening = socket(address.any.sa_family, SOCK_STREAM, 0);
    if (listening >= 0 && fcntl(listening, F_SETFD, FD_CLOEXEC) == 0 &&
        setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(listening, &address.any, length) == 0 && listen(listening, BACKLOG) == 0 &&
        getsockname(listening, &address.any, &length) == 0 &&
        (*base_url = url_of(options, &address)) != NULL)
        return listening;
    pz_failure_set(failure, PZ_KIND_CONFIG, "cannot listen on port %u of %s: %s%s", options->port,
                   options->address, strerror(errno),
                   errno == EADDRINUSE ? " (port 0 takes a free one)" : "");
    if (listening >= 0)
        close(listening);
    return -1;
}
