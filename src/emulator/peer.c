/* Writes the address of the other end as text. */
#include "emulator/peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/address.h"
#include "emulator/libmicrohttpd.h"

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

bool pz_peer_is_local(pz_call *call)
{
    const struct sockaddr *address = address_of(call);
    return address != NULL && pz_address_is_loopback(address);
}

/* Puts another socket in the place of the client's: libmicrohttpd would end the stream properly
 * before it closes. Closing a socket that does not linger sends the reset. */
static void replace_socket(int client)
{
    const struct linger none = {.l_onoff = 1, .l_linger = 0};
    int other = socket(AF_INET, SOCK_STREAM, 0);
    if (other < 0)
        return;
    setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    dup2(other, client);
    fcntl(client, F_SETFD, FD_CLOEXEC);
    close(other);
}

/* On Linux dissolving the association of a connected socket sends the reset. There the socket has
 * to stay what it is: libmicrohttpd has it in an epoll descriptor. */
void pz_peer_reset(pz_call *call)
{
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info != NULL && connect(info->connect_fd, &nobody, sizeof nobody) != 0)
        replace_socket(info->connect_fd);
}
