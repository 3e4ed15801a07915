/* Writes the address of the other end as text. */
#include "emulator/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>

#include "emulator/libmicrohttpd.h"

static const double EXPECT_SECONDS = 100e-6;

static const struct sockaddr *address_of(pz_call *call)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}

void pz_peer_name(pz_call *call, char name[PZ_PEER_SIZE])
{
    const struct sockaddr *address = address_of(call);
    const void *bytes = NULL;
    snprintf(name, PZ_PEER_SIZE, "-");
    if (address != NULL && address->sa_family == AF_INET)
        bytes = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    if (address != NULL && address->sa_family == AF_INET6)
        bytes = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (bytes != NULL)
        inet_ntop(address->sa_family, bytes, name, PZ_PEER_SIZE);
}

int pz_peer_is_local(pz_call *call)
{
    const struct sockaddr *address = address_of(call);
    if (address != NULL && address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 ==
               IN_LOOPBACKNET;
    if (address == NULL || address->sa_family != AF_INET6)
        return 0;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(v6) ||
           (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == IN_LOOPBACKNET);
}

/* A client that writes one after the other has its next request here before this thread would be
 * asleep: to be woken again takes longer than to look. */
void pz_peer_expect(pz_call *call)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info == NULL)
        return;
    struct pollfd peer = {.fd = info->connect_fd, .events = POLLIN};
    double until = pz_clock_monotonic() + EXPECT_SECONDS;
    while (poll(&peer, 1, 0) == 0 && pz_clock_monotonic() < until)
        sched_yield();
}

/* On Linux, dissolving the association of a connected socket sends the reset. Closing it with
 * SO_LINGER would do so too, had libmicrohttpd not ended the stream properly before. */
void pz_peer_reset(pz_call *call)
{
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info != NULL && connect(info->connect_fd, &nobody, sizeof nobody) != 0)
        shutdown(info->connect_fd, SHUT_RDWR);
}
