/* HTTP by libmicrohttpd: reads whole requests, each connection on its own thread, routes them and
 * sends their answers. */
#ifndef PZ_EMULATOR_SERVER_H
#define PZ_EMULATOR_SERVER_H

#include "emulator/emulator.h"

/* Takes over the listening socket, also when it fails (NULL). */
struct pz_server *pz_server_start(pz_emulator *emulator, int listening);
/* Once the emulator's stop has begun: sends what is answered, for a moment at most, and ends. */
void pz_server_stop(struct pz_server *server);

#endif
