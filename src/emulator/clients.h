/* The connections of clients: their number is bounded, and so is the time in which a request
 * arrives. */
#ifndef PZ_EMULATOR_CLIENTS_H
#define PZ_EMULATOR_CLIENTS_H

#include <stdbool.h>

#include "emulator/stopping.h"

/* Connections at once. A further one is surplus: its request is answered with 503. Beyond those
 * clients wait to be accepted. */
enum { PZ_CLIENTS_MAX = 2048, PZ_CLIENTS_SURPLUS_MAX = 64 };

typedef struct pz_clients pz_clients;

/* One connection, from its beginning to its end. */
typedef struct pz_client pz_client;

/* A request must begin within `seconds`, and then arrive as a whole within as many. NULL: no
 * memory. */
pz_clients *pz_clients_new(const pz_stopping *stopping, double seconds);
void pz_clients_free(pz_clients *clients); /* once no client is left */

/* Disconnects those whose request is overdue, until the emulator stops. False: no thread. */
bool pz_clients_watch(pz_clients *clients);
void pz_clients_join(pz_clients *clients); /* after the emulator's stop has begun */

/* `is_last`: no thread is left for a further one, so this one is surplus. NULL: no memory. */
pz_client *pz_clients_add(pz_clients *clients, int socket, bool is_last);
void pz_clients_remove(pz_clients *clients, pz_client *client); /* NULL is fine */

void pz_clients_disconnect(pz_clients *clients); /* all of them */

bool pz_client_is_surplus(const pz_client *client); /* NULL is fine */

/* Starts the deadline of the client's request anew, or ends it. */
void pz_clients_expect(pz_clients *clients, pz_client *client, bool is_expected);

#endif
