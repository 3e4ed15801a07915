/* Keeps the list of clients. A thread disconnects those whose request is overdue, even while bytes
 * trickle in: libmicrohttpd's own time limit is only for silence. */
#include "emulator/clients.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "emulator/clock.h"

static const double LOOK_SECONDS = 1, SURPLUS_SECONDS = 1;

struct pz_client {
    pz_client *next;
    pz_client *previous;
    int socket;
    double until; /* the deadline of the expected request; 0: none is expected */
    bool is_surplus;
};

struct pz_clients {
    const pz_stopping *stopping;
    double seconds;
    pthread_mutex_t lock;
    pz_client *first;
    unsigned count;
    pthread_t thread;
    bool has_thread;
};

/* ------------------------------------------------------------------ who is connected */

pz_clients *pz_clients_new(const pz_stopping *stopping, double seconds)
{
    pz_clients *clients = calloc(1, sizeof *clients);
    if (clients == NULL)
        return NULL;
    pthread_mutex_init(&clients->lock, NULL);
    clients->stopping = stopping;
    clients->seconds = seconds;
    return clients;
}

void pz_clients_free(pz_clients *clients)
{
    if (clients == NULL)
        return;
    pthread_mutex_destroy(&clients->lock);
    free(clients);
}

/* Called with the lock held. */
static void start_deadline(const pz_clients *clients, pz_client *client)
{
    client->until =
        pz_clock_monotonic() + (client->is_surplus ? SURPLUS_SECONDS : clients->seconds);
}

pz_client *pz_clients_add(pz_clients *clients, int socket, bool is_last)
{
    pz_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return NULL;
    client->socket = socket;
    pthread_mutex_lock(&clients->lock);
    client->is_surplus = clients->count++ >= PZ_CLIENTS_MAX || is_last;
    start_deadline(clients, client);
    client->next = clients->first;
    if (client->next != NULL)
        client->next->previous = client;
    clients->first = client;
    pthread_mutex_unlock(&clients->lock);
    return client;
}

void pz_clients_remove(pz_clients *clients, pz_client *client)
{
    if (client == NULL)
        return;
    pthread_mutex_lock(&clients->lock);
    if (client->next != NULL)
        client->next->previous = client->previous;
    if (client->previous != NULL)
        client->previous->next = client->next;
    else
        clients->first = client->next;
    clients->count--;
    pthread_mutex_unlock(&clients->lock);
    free(client);
}

void pz_clients_expect(pz_clients *clients, pz_client *client, bool is_expected)
{
    if (client == NULL)
        return;
    pthread_mutex_lock(&clients->lock);
    if (is_expected)
        start_deadline(clients, client);
    else
        client->until = 0;
    pthread_mutex_unlock(&clients->lock);
}

void pz_clients_disconnect(pz_clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    for (pz_client *client = clients->first; client != NULL; client = client->next)
        shutdown(client->socket, SHUT_RDWR);
    pthread_mutex_unlock(&clients->lock);
}

bool pz_client_is_surplus(const pz_client *client)
{
    return client != NULL && client->is_surplus;
}

/* Shuts sockets down: libmicrohttpd then notices their end and closes them. */
static void cut_overdue(pz_clients *clients)
{
    double now = pz_clock_monotonic();
    pthread_mutex_lock(&clients->lock);
    for (pz_client *client = clients->first; client != NULL; client = client->next) {
        if (client->until > 0 && now > client->until) {
            shutdown(client->socket, SHUT_RDWR);
            client->until = 0;
        }
    }
    pthread_mutex_unlock(&clients->lock);
}

static void *work(void *argument)
{
    pz_clients *clients = argument;
    double pause = clients->seconds < 4 * LOOK_SECONDS ? clients->seconds / 4 : LOOK_SECONDS;
    while (pz_stopping_sleep(clients->stopping, pause))
        cut_overdue(clients);
    return NULL;
}

bool pz_clients_watch(pz_clients *clients)
{
    clients->has_thread = pthread_create(&clients->thread, NULL, work, clients) == 0;
    return clients->has_thread;
}

void pz_clients_join(pz_clients *clients)
{
    if (clients->has_thread)
        pthread_join(clients->thread, NULL);
    clients->has_thread = false;
}
