/* The thread does nothing but wait and send: no Lua, no libcurl, no malloc, no log, and no signal
 * is delivered to it. Everything else happens on the event loop's thread. */
#include "http/waker.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/process.h"

/* The thread's needs are a few hundred bytes. */
#define STACK_BYTES (64 * 1024)

#define FOLDER_TEMPLATE "/tmp/personalize-XXXXXX"
#define SOCKET_NAME "/wake"

struct pz_waker {
    pid_t pid;
    int engine_fd; /* the engine's; not closed here */
    int listener;
    int peer; /* this side of the loop's connection */
    int epoll;
    int stop; /* an eventfd: readable means that the thread shall end */
    bool has_thread;
    pthread_t thread;
    char folder[sizeof FOLDER_TEMPLATE];
    struct sockaddr_un address;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void remove_path(pz_waker *waker)
{
    if (waker->folder[0] == '\0')
        return;
    unlink(waker->address.sun_path);
    rmdir(waker->folder);
    waker->folder[0] = '\0';
}

static bool open_folder(pz_waker *waker)
{
    strcpy(waker->folder, FOLDER_TEMPLATE);
    if (mkdtemp(waker->folder) == NULL) { /* mode 0700 */
        waker->folder[0] = '\0';
        return false;
    }
    waker->address.sun_family = AF_UNIX;
    snprintf(waker->address.sun_path, sizeof waker->address.sun_path, "%s" SOCKET_NAME,
             waker->folder);
    return true;
}

static bool watch(pz_waker *waker, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    return epoll_ctl(waker->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool open_waker(pz_waker *waker)
{
    const struct sockaddr *address = (const struct sockaddr *)&waker->address;
    waker->epoll = epoll_create1(EPOLL_CLOEXEC);
    waker->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    waker->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return waker->epoll >= 0 && waker->stop >= 0 && waker->listener >= 0 &&
           watch(waker, waker->stop, EPOLLIN) &&
           watch(waker, waker->engine_fd, EPOLLONESHOT) && /* not armed */
           open_folder(waker) && bind(waker->listener, address, sizeof waker->address) == 0 &&
           listen(waker->listener, 1) == 0;
}

static void close_waker(pz_waker *waker)
{
    if (waker->has_thread) {
        eventfd_write(waker->stop, 1);
        pthread_join(waker->thread, NULL);
    }
    close_fd(&waker->listener);
    remove_path(waker);
    close_fd(&waker->peer);
    close_fd(&waker->stop);
    close_fd(&waker->epoll);
    free(waker);
}

pz_waker *pz_waker_new(int engine_fd, pz_failure *failure)
{
    pz_waker *waker = calloc(1, sizeof *waker);
    if (waker == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return NULL;
    }
    waker->pid = pz_process_id();
    waker->engine_fd = engine_fd;
    waker->listener = waker->peer = waker->epoll = waker->stop = -1;
    if (open_waker(waker))
        return waker;
    pz_failure_set(failure, PZ_KIND_CONFIG, "no socket to wake by in %s: %s",
                   waker->folder[0] != '\0' ? waker->folder : "/tmp", strerror(errno));
    close_waker(waker);
    return NULL;
}

const char *pz_waker_path(const pz_waker *waker)
{
    return waker->address.sun_path;
}

/* A full socket holds a byte that was not read yet, which is as good as this one. */
static bool send_byte(const pz_waker *waker)
{
    return send(waker->peer, "w", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

static void *run(void *data)
{
    pz_waker *waker = data;
    for (;;) {
        struct epoll_event event;
        if (epoll_wait(waker->epoll, &event, 1, -1) != 1)
            continue; /* signals are blocked: a debugger's stop and continue */
        if (event.data.fd == waker->stop)
            return NULL;
        send_byte(waker);
    }
}

/* The thread is born with every signal blocked: they are for the loop's thread. */
static bool start_thread(pz_waker *waker)
{
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    waker->has_thread = pthread_create(&waker->thread, &attributes, run, waker) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return waker->has_thread;
}

static bool is_this_process(int fd)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.pid == getpid() &&
           peer.uid == geteuid();
}

/* In a forked copy the thread and the epoll set are the other process's. */
static bool is_own(const pz_waker *waker)
{
    return waker->pid == pz_process_id();
}

bool pz_waker_accept(pz_waker *waker, pz_failure *failure)
{
    if (!is_own(waker) || waker->has_thread) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "the waker is another process's, or awake already");
        return false;
    }
    close_fd(&waker->peer);
    waker->peer = accept4(waker->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    int reason = errno;
    close_fd(&waker->listener);
    remove_path(waker);
    if (waker->peer < 0) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "nobody connected to the waking socket: %s",
                       strerror(reason));
        return false;
    }
    if (!is_this_process(waker->peer)) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "another process connected to the waking socket");
        return false;
    }
    if (!start_thread(waker)) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "no thread to wake by");
        return false;
    }
    return true;
}

bool pz_waker_arm(pz_waker *waker)
{
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.fd = waker->engine_fd};
    return is_own(waker) && waker->has_thread &&
           epoll_ctl(waker->epoll, EPOLL_CTL_MOD, waker->engine_fd, &event) == 0;
}

bool pz_waker_poke(pz_waker *waker)
{
    return is_own(waker) && waker->has_thread && send_byte(waker);
}

void pz_waker_free(pz_waker *waker)
{
    if (waker != NULL && is_own(waker))
        close_waker(waker);
}
