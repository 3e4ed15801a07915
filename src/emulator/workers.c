/* Workers that are idle wait for clients. A worker that accepts a client while all others are busy
 * starts another worker, which waits in its place. */
#include "emulator/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "emulator/clock.h"

enum {
    STACK_BYTES = 512 << 10,
    WORKERS_MAX = PZ_CLIENTS_MAX + PZ_CLIENTS_SURPLUS_MAX,
    IDLE_MAX = 8, /* a worker beyond these ends with its connection */
    WAKE_AFTER_MS = 20,
};

static const double NO_DESCRIPTOR_SECONDS = 0.05;

struct pz_worker {
    pz_workers *workers;
    struct MHD_Daemon *daemon;
    int epoll;         /* the daemon's; -1: it uses select */
    int client;        /* its descriptor */
    bool has_ended;    /* the client closed its side, and libmicrohttpd has been told */
    bool is_connected; /* to a client */
    bool is_last;      /* no other worker can take the next client */
};

struct pz_workers {
    const pz_stopping *stopping;
    pz_clients *clients;
    int listening;
    pz_daemon_maker make;
    void *context;
    atomic_bool is_closing;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    unsigned count;
    unsigned busy;
    pthread_t ended; /* joined by the next worker that ends, or by the stop */
    bool has_ended;
};

static void *work(void *argument);

/* ------------------------------------------------------------------ beginning and end */

static bool start_thread(pz_worker *worker)
{
    pthread_t thread;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    bool is_started = pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 &&
                      pthread_create(&thread, &attributes, work, worker) == 0;
    pthread_attr_destroy(&attributes);
    return is_started;
}

/* The caller has counted the worker already. */
static bool start_worker(pz_workers *workers)
{
    pz_worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return false;
    worker->workers = workers;
    worker->daemon = workers->make(workers->context, worker);
    if (worker->daemon != NULL) {
        const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(worker->daemon, MHD_DAEMON_INFO_EPOLL_FD);
        worker->epoll = info == NULL ? -1 : info->epoll_fd;
        if (start_thread(worker))
            return true;
        MHD_stop_daemon(worker->daemon);
    }
    free(worker);
    return false;
}

/* Called with the lock held; releases it. */
static void leave(pz_workers *workers)
{
    pthread_t previous = workers->ended;
    bool has_previous = workers->has_ended;
    workers->ended = pthread_self();
    workers->has_ended = true;
    workers->count--;
    pthread_cond_signal(&workers->changed);
    pthread_mutex_unlock(&workers->lock);
    if (has_previous)
        pthread_join(previous, NULL);
}

/* ------------------------------------------------------------------ accepting */

static int accept_now(int listening, struct sockaddr *address, socklen_t *length)
{
#ifdef SOCK_CLOEXEC
    return accept4(listening, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
#else
    return accept(listening, address, length); /* libmicrohttpd sets both */
#endif
}

/* The system hands each client to one of the workers that wait here. -1: the emulator stops. */
static int accept_client(pz_workers *workers, struct sockaddr_storage *address, socklen_t *length)
{
    while (!atomic_load(&workers->is_closing)) {
        *length = sizeof *address;
        int client = accept_now(workers->listening, (struct sockaddr *)(void *)address, length);
        if (client >= 0)
            return client;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            pz_stopping_sleep(workers->stopping, NO_DESCRIPTOR_SECONDS);
    }
    return -1;
}

/* On Linux and FreeBSD the shutdown of the socket wakes workers that wait for clients. Where it
 * does not, a client of our own wakes one of them. */
static void wake_one(const pz_workers *workers)
{
    struct sockaddr_storage address = {.ss_family = AF_INET};
    socklen_t length = sizeof address;
    if (getsockname(workers->listening, (struct sockaddr *)(void *)&address, &length) != 0)
        return;
    int client = socket(address.ss_family, SOCK_STREAM, 0);
    if (client < 0)
        return;
    fcntl(client, F_SETFL, O_NONBLOCK);
    (void)connect(client, (struct sockaddr *)(void *)&address, length);
    close(client);
}

/* ------------------------------------------------------------------ serving */

static int timeout_of(struct MHD_Daemon *daemon)
{
    MHD_UNSIGNED_LONG_LONG left = 0;
    if (MHD_get_timeout(daemon, &left) != MHD_YES)
        return -1;
    return left < INT_MAX ? (int)left : INT_MAX;
}

#ifdef POLLRDHUP
/* A client that closes its side while it is answered is an event that libmicrohttpd misses in its
 * epoll descriptor: the end is made an event once more. What the client sent before stays there to
 * be read. */
static void wait_by_epoll(pz_worker *worker)
{
    int ms = timeout_of(worker->daemon);
    struct pollfd ready[] = {{.fd = worker->epoll, .events = POLLIN},
                             {.fd = worker->has_ended ? -1 : worker->client, .events = POLLRDHUP}};
    if (ms == 0 || poll(ready, 2, ms) <= 0 || ready[0].revents != 0)
        return;
    worker->has_ended = true;
    (void)shutdown(worker->client, SHUT_RD);
}
#else
static void wait_by_epoll(pz_worker *worker)
{
    struct pollfd ready = {.fd = worker->epoll, .events = POLLIN};
    int ms = timeout_of(worker->daemon);
    if (ms != 0)
        (void)poll(&ready, 1, ms);
}
#endif

static void wait_by_select(const pz_worker *worker)
{
    fd_set readable, writable, broken;
    MHD_socket most = -1;
    int ms = timeout_of(worker->daemon);
    struct timeval time = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000L};
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_ZERO(&broken);
    if (ms != 0 && MHD_get_fdset(worker->daemon, &readable, &writable, &broken, &most) == MHD_YES)
        select(most + 1, &readable, &writable, &broken, ms < 0 ? NULL : &time);
}

/* Waits for the client or a timeout, then runs the daemon. */
static void run(pz_worker *worker)
{
    if (worker->epoll >= 0)
        wait_by_epoll(worker);
    else
        wait_by_select(worker);
    MHD_run(worker->daemon);
}

void pz_worker_notice(void *context, struct MHD_Connection *connection, void **client,
                      enum MHD_ConnectionNotificationCode code)
{
    pz_worker *worker = context;
    pz_clients *clients = worker->workers->clients;
    worker->is_connected = code == MHD_CONNECTION_NOTIFY_STARTED;
    if (worker->is_connected) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *client = info == NULL ? NULL : pz_clients_add(clients, info->connect_fd, worker->is_last);
    } else {
        pz_clients_remove(clients, *client);
    }
}

static void serve(pz_worker *worker, int client, struct sockaddr_storage *address, socklen_t length)
{
    worker->client = client;
    worker->has_ended = false;
    /* from 1.0 on libmicrohttpd only notes the client, and takes it when it runs */
    if (MHD_add_connection(worker->daemon, client, (struct sockaddr *)(void *)address, length) ==
            MHD_YES &&
        !worker->is_connected)
        MHD_run(worker->daemon);
    while (worker->is_connected && !atomic_load(&worker->workers->is_closing)) {
        run(worker);
    }
}

/* Counts the worker as busy, and starts another one if none is left for the next client. */
static void become_busy(pz_worker *worker)
{
    pz_workers *workers = worker->workers;
    pthread_mutex_lock(&workers->lock);
    bool are_all_busy = ++workers->busy == workers->count;
    bool may_start = are_all_busy && workers->count < WORKERS_MAX;
    workers->count += may_start;
    pthread_mutex_unlock(&workers->lock);
    bool is_started = may_start && start_worker(workers);
    worker->is_last = are_all_busy && !is_started;
    if (may_start && !is_started) {
        pthread_mutex_lock(&workers->lock);
        workers->count--;
        pthread_mutex_unlock(&workers->lock);
    }
}

static void *work(void *argument)
{
    pz_worker *worker = argument;
    pz_workers *workers = worker->workers;
    struct sockaddr_storage address;
    socklen_t length;
    int client;
    bool is_wanted = true;
    while (is_wanted && (client = accept_client(workers, &address, &length)) >= 0) {
        become_busy(worker);
        serve(worker, client, &address, length);
        pthread_mutex_lock(&workers->lock);
        workers->busy--;
        is_wanted = workers->count - workers->busy <= IDLE_MAX;
        if (is_wanted)
            pthread_mutex_unlock(&workers->lock);
    }
    if (is_wanted)
        pthread_mutex_lock(&workers->lock);
    leave(workers);
    MHD_stop_daemon(worker->daemon);
    free(worker);
    return NULL;
}

/* ------------------------------------------------------------------ all of them */

pz_workers *pz_workers_start(const pz_stopping *stopping, pz_clients *clients, int listening,
                             pz_daemon_maker make, void *context)
{
    pz_workers *workers = calloc(1, sizeof *workers);
    if (workers == NULL)
        return NULL;
    workers->stopping = stopping;
    workers->clients = clients;
    workers->listening = listening;
    workers->make = make;
    workers->context = context;
    atomic_init(&workers->is_closing, false);
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->changed, NULL);
    workers->count = 1;
    if (start_worker(workers))
        return workers;
    workers->count = 0;
    pz_workers_stop(workers);
    return NULL;
}

static bool have_ended_soon(pz_workers *workers)
{
    const struct timespec until = pz_clock_deadline(WAKE_AFTER_MS);
    pthread_mutex_lock(&workers->lock);
    while (workers->count > 0 &&
           pthread_cond_timedwait(&workers->changed, &workers->lock, &until) == 0)
        ;
    bool have_ended = workers->count == 0;
    pthread_mutex_unlock(&workers->lock);
    return have_ended;
}

void pz_workers_stop(pz_workers *workers)
{
    if (workers == NULL)
        return;
    atomic_store(&workers->is_closing, true);
    shutdown(workers->listening, SHUT_RDWR);
    pz_clients_disconnect(workers->clients);
    while (!have_ended_soon(workers))
        wake_one(workers);
    if (workers->has_ended)
        pthread_join(workers->ended, NULL);
    pthread_cond_destroy(&workers->changed);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}
