/* System calls are saved where libcurl changes its mind several times per request: a socket between
 * transfers stays in the set, and an armed timer that is too early stays as it is. */
#include "http/watch.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "http/clock.h"

#define LOOK_NS (50 * UINT64_C(1000)) /* how long it looks before it sleeps */

void pz_watch_init(pz_watch *watch)
{
    watch->epoll = watch->timer = -1;
    watch->armed_at = PZ_NEVER;
    watch->sockets = NULL;
    watch->room = 0;
}

/* ------------------------------------------------------------------ sockets */

/* What is known of a socket: 0 when it was not opened here. */
enum { IS_OURS = 1, FOR_IN = 2, FOR_OUT = 4, IS_IDLE = 8 };

static unsigned char *known(const pz_watch *watch, int fd)
{
    return (size_t)fd < watch->room && watch->sockets[fd] != 0 ? &watch->sockets[fd] : NULL;
}

/* Without memory it is a socket like any other. */
static void get_to_know(pz_watch *watch, int fd)
{
    if ((size_t)fd >= watch->room) {
        size_t room = (size_t)fd + 64;
        unsigned char *sockets = realloc(watch->sockets, room);
        if (sockets == NULL)
            return;
        memset(sockets + watch->room, 0, room - watch->room);
        watch->sockets = sockets;
        watch->room = room;
    }
    watch->sockets[fd] = IS_OURS;
}

int pz_watch_open_socket(pz_watch *watch, int family, int type, int protocol)
{
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd >= 0)
        get_to_know(watch, fd);
    return fd;
}

static int take_out(pz_watch *watch, int fd)
{
    struct epoll_event event = {.events = 0}; /* old kernels want one */
    return epoll_ctl(watch->epoll, EPOLL_CTL_DEL, fd, &event) == 0;
}

/* A forked copy of this process may hold the socket open, and the set would go on to report it. */
void pz_watch_close_socket(pz_watch *watch, int fd)
{
    unsigned char *socket = known(watch, fd);
    if (socket != NULL) {
        if (*socket != IS_OURS)
            take_out(watch, fd);
        *socket = 0;
    }
    close(fd);
}

static int put_in(pz_watch *watch, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.fd = fd}};
    if (epoll_ctl(watch->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
        return 1;
    return errno == EEXIST && epoll_ctl(watch->epoll, EPOLL_CTL_MOD, fd, &event) == 0;
}

int pz_watch_socket(pz_watch *watch, int fd, uint32_t events)
{
    unsigned char *socket = known(watch, fd);
    if (socket == NULL)
        return events == 0 ? take_out(watch, fd) : put_in(watch, fd, events);
    unsigned char state =
        IS_OURS | (events & EPOLLIN ? FOR_IN : 0) | (events & EPOLLOUT ? FOR_OUT : 0);
    if ((*socket & ~IS_IDLE) == state) {
        *socket = state;
        return 1;
    }
    /* an idle one is seldom readable, but always writable */
    if (events == 0 && *socket == (IS_OURS | FOR_IN)) {
        *socket |= IS_IDLE;
        return 1;
    }
    int done = events == 0 ? take_out(watch, fd) : put_in(watch, fd, events);
    *socket = done ? state : IS_OURS;
    return done;
}

/* The server closed an idle connection, or said something on it: libcurl will notice when it is
 * about to use it. */
static int was_idle(pz_watch *watch, int fd)
{
    unsigned char *socket = known(watch, fd);
    if (socket == NULL || !(*socket & IS_IDLE))
        return 0;
    take_out(watch, fd);
    *socket = IS_OURS;
    return 1;
}

/* ------------------------------------------------------------------ the timer */

/* One that is too early costs one empty tick, long after. */
void pz_watch_arm(pz_watch *watch, uint64_t deadline, uint64_t now)
{
    if (deadline >= watch->armed_at)
        return;
    /* an absolute time of zero would disarm; a time that has passed fires at once */
    uint64_t at = deadline < now ? now : deadline;
    struct itimerspec time = {
        .it_value = {.tv_sec = (time_t)(at / PZ_NS_PER_S), .tv_nsec = (long)(at % PZ_NS_PER_S)}};
    if (timerfd_settime(watch->timer, TFD_TIMER_ABSTIME, &time, NULL) == 0)
        watch->armed_at = deadline;
}

static void drain(pz_watch *watch)
{
    uint64_t expirations;
    if (read(watch->timer, &expirations, sizeof expirations) == (ssize_t)sizeof expirations)
        watch->armed_at = PZ_NEVER;
}

int pz_watch_open(pz_watch *watch)
{
    watch->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (watch->epoll < 0)
        return 0;
    watch->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (watch->timer < 0)
        return 0;
    return put_in(watch, watch->timer, EPOLLIN);
}

void pz_watch_close(pz_watch *watch)
{
    if (watch->timer >= 0)
        close(watch->timer);
    if (watch->epoll >= 0)
        close(watch->epoll);
    free(watch->sockets);
    pz_watch_init(watch);
}

/* ------------------------------------------------------------------ both together */

/* Looks for a moment before it sleeps, and lets others run between the looks: a server near by
 * answers sooner than a sleeping thread is woken. */
static int wait_for_events(pz_watch *watch, struct epoll_event *events, int wait_ms)
{
    int most = wait_ms > 0 ? PZ_WATCH_MOST : PZ_WATCH_FEW;
    int count = epoll_wait(watch->epoll, events, most, 0);
    if (count != 0 || wait_ms == 0)
        return count;
    uint64_t until = pz_clock_now() + LOOK_NS;
    do {
        sched_yield();
        count = epoll_wait(watch->epoll, events, most, 0);
    } while (count == 0 && pz_clock_now() < until);
    return count != 0 ? count : epoll_wait(watch->epoll, events, most, wait_ms);
}

int pz_watch_wait(pz_watch *watch, struct epoll_event *events, int wait_ms)
{
    int count = wait_for_events(watch, events, wait_ms), sockets = 0;
    if (count < 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == watch->timer)
            drain(watch);
        else if (!was_idle(watch, events[i].data.fd))
            events[sockets++] = events[i];
    }
    return sockets;
}
