/* The thread that accepts clients. It refuses those for whom there is no room, and disconnects
 * those whose request is overdue, however busily bytes trickle in: libmicrohttpd's own time limit
 * is only for silence. */
#include "emulator/clients.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/clock.h"
#include "emulator/libmicrohttpd.h"

enum {
    REFUSED_MAX = 32,  /* refused sockets that are kept open at once */
    AT_ONCE_MAX = 256, /* clients accepted before others are looked after */
};

static const double LOOK_SECONDS = 1, PAUSE_SECONDS = 0.05;

struct pz_client {
    pz_client *next;
    pz_client *previous;
    int socket;
    double since; /* 0: nothing is expected of it */
};

struct pz_clients {
    const pz_stopping *stopping;
    double seconds;
    bool are_tls;
    pthread_mutex_t lock;
    pz_client *first;
    /* the thread's own */
    pthread_t thread;
    bool has_thread;
    int listening;
    struct MHD_Daemon *daemon;
    int refused[REFUSED_MAX];
    unsigned refused_count;
};

/* ------------------------------------------------------------------ who is connected */

pz_clients *pz_clients_new(const pz_stopping *stopping, double seconds, bool are_tls)
{
    pz_clients *clients = calloc(1, sizeof *clients);
    if (clients == NULL)
        return NULL;
    pthread_mutex_init(&clients->lock, NULL);
    clients->stopping = stopping;
    clients->seconds = seconds;
    clients->are_tls = are_tls;
    clients->listening = -1;
    return clients;
}

void pz_clients_free(pz_clients *clients)
{
    if (clients == NULL)
        return;
    pthread_mutex_destroy(&clients->lock);
    free(clients);
}

pz_client *pz_clients_add(pz_clients *clients, int socket)
{
    pz_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return NULL;
    client->socket = socket;
    client->since = pz_clock_monotonic();
    pthread_mutex_lock(&clients->lock);
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
    pthread_mutex_unlock(&clients->lock);
    free(client);
}

void pz_clients_expect(pz_clients *clients, pz_client *client, bool is_expected)
{
    if (client == NULL)
        return;
    pthread_mutex_lock(&clients->lock);
    client->since = is_expected ? pz_clock_monotonic() : 0;
    pthread_mutex_unlock(&clients->lock);
}

/* By libmicrohttpd's count, which has a connection in it before its thread runs. */
static bool are_too_many(const pz_clients *clients)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(clients->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info != NULL && info->num_connections >= PZ_CLIENTS_MAX;
}

/* libmicrohttpd notices that the socket is at its end, and closes it. */
static void cut_overdue(pz_clients *clients)
{
    double now = pz_clock_monotonic();
    pthread_mutex_lock(&clients->lock);
    for (pz_client *client = clients->first; client != NULL; client = client->next) {
        if (client->since > 0 && now - client->since > clients->seconds) {
            shutdown(client->socket, SHUT_RDWR);
            client->since = 0;
        }
    }
    pthread_mutex_unlock(&clients->lock);
}

/* ------------------------------------------------------------------ who is refused */

/* A refused client may still be sending: to close its socket at once would reset the connection
 * before it has read the answer. */
static void close_refused(pz_clients *clients, unsigned most)
{
    unsigned gone = clients->refused_count > most ? clients->refused_count - most : 0;
    for (unsigned i = 0; i < gone; i++)
        close(clients->refused[i]);
    clients->refused_count -= gone;
    memmove(clients->refused, clients->refused + gone,
            clients->refused_count * sizeof *clients->refused);
}

static void refuse(pz_clients *clients, int client)
{
    static const char body[] =
        "{\"status\":503,\"code\":503,\"message\":\"Service Unavailable\",\"developerMessage\":"
        "\"The emulator has as many connections as it can\",\"moreInfoUrl\":"
        "\"https://doc.sitecore.com/personalize\"}";
    char answer[512];
    char sent[4096];
    int length = snprintf(answer, sizeof answer,
                          "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
                          "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                          sizeof body - 1, body);
    fcntl(client, F_SETFL, O_NONBLOCK);
    if (!clients->are_tls && send(client, answer, (size_t)length, MSG_NOSIGNAL) == length)
        shutdown(client, SHUT_WR);
    while (recv(client, sent, sizeof sent, 0) > 0)
        ;
    close_refused(clients, REFUSED_MAX - 1);
    clients->refused[clients->refused_count++] = client;
}

/* ------------------------------------------------------------------ the thread */

/* False: nobody waits any longer. */
static bool accept_one(pz_clients *clients)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    struct sockaddr *any = (struct sockaddr *)&address;
    int client = accept(clients->listening, any, &length);
    if (client < 0) {
        /* no descriptor is left, or no memory: a moment later there may be */
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ECONNABORTED)
            pz_stopping_sleep(clients->stopping, PAUSE_SECONDS);
        return false;
    }
    fcntl(client, F_SETFD, FD_CLOEXEC);
    if (are_too_many(clients))
        refuse(clients, client);
    else
        MHD_add_connection(clients->daemon, client, any, length); /* closes it if it cannot */
    return true;
}

static void *work(void *argument)
{
    pz_clients *clients = argument;
    double pause = clients->seconds < 4 * LOOK_SECONDS ? clients->seconds / 4 : LOOK_SECONDS;
    double looked = pz_clock_monotonic();
    struct pollfd wanted[] = {{.fd = clients->listening, .events = POLLIN},
                              {.fd = clients->stopping->reading, .events = POLLIN}};
    while (wanted[1].revents == 0) {
        if (poll(wanted, 2, (int)(pause * 1000) + 1) > 0 && wanted[0].revents != 0)
            for (int i = 0; i < AT_ONCE_MAX && accept_one(clients); i++)
                ;
        if (pz_clock_monotonic() - looked >= pause) {
            cut_overdue(clients);
            close_refused(clients, 0);
            looked = pz_clock_monotonic();
        }
    }
    close_refused(clients, 0);
    return NULL;
}

bool pz_clients_accept(pz_clients *clients, int listening, struct MHD_Daemon *daemon)
{
    clients->listening = listening;
    clients->daemon = daemon;
    clients->has_thread = pthread_create(&clients->thread, NULL, work, clients) == 0;
    return clients->has_thread;
}

void pz_clients_join(pz_clients *clients)
{
    if (clients->has_thread)
        pthread_join(clients->thread, NULL);
    clients->has_thread = false;
    if (clients->listening >= 0)
        close(clients->listening);
    clients->listening = -1;
}
