/* The connections of clients: how many there may be, and how long a request may take to arrive. */
#ifndef PZ_EMULATOR_CLIENTS_H
#define PZ_EMULATOR_CLIENTS_H

#include <stdbool.h>

#include "emulator/stopping.h"

struct MHD_Daemon;

/* Connections at once. Each has a thread of its own; a further one is answered with 503. */
enum { PZ_CLIENTS_MAX = 2048 };

typedef struct pz_clients pz_clients;

/* One connection, from its beginning to its end. */
typedef struct pz_client pz_client;

/* `seconds`: within which a request must have arrived as a whole. NULL: no memory. */
pz_clients *pz_clients_new(const pz_stopping *stopping, double seconds, bool are_tls);
void pz_clients_free(pz_clients *clients); /* once none is left */

/* Takes over the listening socket and hands each client to the daemon, on a thread of its own until
 * the emulator stops. False: no thread. */
bool pz_clients_accept(pz_clients *clients, int listening, struct MHD_Daemon *daemon);
void pz_clients_join(pz_clients *clients); /* after the emulator's stop has begun */

pz_client *pz_clients_add(pz_clients *clients, int socket);     /* NULL: no memory */
void pz_clients_remove(pz_clients *clients, pz_client *client); /* NULL is fine */

/* Whether a request is expected of the client: its time begins, or ends. */
void pz_clients_expect(pz_clients *clients, pz_client *client, bool is_expected);

#endif
