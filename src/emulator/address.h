/* Addresses of sockets. */
#ifndef PZ_EMULATOR_ADDRESS_H
#define PZ_EMULATOR_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* True for this machine by IPv4 (127.0.0.0/8), IPv6, or IPv4 within IPv6. */
bool pz_address_is_loopback(const struct sockaddr *address);

#endif
