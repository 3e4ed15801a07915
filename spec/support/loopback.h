/* A server's socket on this machine, for tests in C. */
#ifndef PZ_SPEC_LOOPBACK_H
#define PZ_SPEC_LOOPBACK_H

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

/* Puts the URL that leads to it into `url`. */
static inline int listen_on_loopback(char *url, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    getsockname(listener, (struct sockaddr *)&address, &length);
    snprintf(url, size, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    return listener;
}

#endif
