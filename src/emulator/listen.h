/* The socket that the server listens on. */
#ifndef PZ_EMULATOR_LISTEN_H
#define PZ_EMULATOR_LISTEN_H

#include "emulator/options.h"
#include "http/failure.h"

/* Listens on the address that the options name. *base_url is the URL of the server, malloc'ed. -1:
 * `failure` says why. */
int pz_listen(const pz_emulator_options *options, char **base_url, pz_failure *failure);

#endif
