/* The poller of Linux: an epoll set of the sockets and of a timerfd.
 *
 * It saves system calls where libcurl changes its mind several times per request: a connection's
 * socket stays in the set between its transfers, and an armed timer that is too early stays as it
 * is. A socket that was not opened here is dealt with as told. */
#include "http/poller.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "http/clock.h"

#define LOOK_NS (50 * UINT64_C(1000)) /* how long it looks before it sleeps */

struct pz_poller {
    int epoll;
    int timer;
    uint64_t armed_at;      /* PZ_NEVER: not armed */
    unsigned char *sockets; /* by descriptor, what is known of those that were opened here */
    size_t room;            /* how many descriptors `sockets` has room for */
};

/* ------------------------------------------------------------------ sockets */

/* The flags of a socket; 0 if it was not opened here. */
enum { IS_OURS = 1, FOR_IN = 2, FOR_OUT = 4, IS_IDLE = 8 };

static unsigned char *known(const pz_poller *poller, int fd)
{
    return (size_t)fd < poller->room && poller->sockets[fd] != 0 ? &poller->sockets[fd] : NULL;
}

/* Without memory it is a socket like any other. */
static void get_to_know(pz_poller *poller, int fd)
{
    if ((size_t)fd >= poller->room) {
        size_t room = (size_t)fd + 64;
        unsigned char *sockets = realloc(poller->sockets, room);
        if (sockets == NULL)
            return;
        memset(sockets + poller->room, 0, room - poller->room);
        poller->sockets = sockets;
        poller->room = room;
    }
    poller->sockets[fd] = IS_OURS;
}

int pz_poller_open_socket(pz_poller *poller, int family, int type, int protocol)
{
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd >= 0)
        get_to_know(poller, fd);
    return fd;
}

static bool take_out(pz_poller *poller, int fd)
{
    struct epoll_event event = {.events = 0}; /* old kernels want one */
    return epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, &event) == 0;
}

/* A forked copy of this process may hold the socket open, and the set would go on to report it. */
void pz_poller_close_socket(pz_poller *poller, int fd)
{
    unsigned char *socket = known(poller, fd);
    if (socket != NULL) {
        if (*socket != IS_OURS)
            take_out(poller, fd);
        *socket = 0;
    }
    close(fd);
}

static bool put_in(pz_poller *poller, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.fd = fd}};
    if (epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
        return true;
    return errno == EEXIST && epoll_ctl(poller->epoll, EPOLL_CTL_MOD, fd, &event) == 0;
}

bool pz_poller_watch(pz_poller *poller, int fd, unsigned what)
{
    unsigned char *socket = known(poller, fd);
    uint32_t events = (what & PZ_POLLER_IN ? (uint32_t)EPOLLIN : 0) |
                      (what & PZ_POLLER_OUT ? (uint32_t)EPOLLOUT : 0);
    if (socket == NULL)
        return events == 0 ? take_out(poller, fd) : put_in(poller, fd, events);
    unsigned char state =
        IS_OURS | (what & PZ_POLLER_IN ? FOR_IN : 0) | (what & PZ_POLLER_OUT ? FOR_OUT : 0);
    if ((*socket & ~IS_IDLE) == state) {
        *socket = state;
        return true;
    }
    /* an idle one is seldom readable, but always writable */
    if (events == 0 && *socket == (IS_OURS | FOR_IN)) {
        *socket |= IS_IDLE;
        return true;
    }
    bool done = events == 0 ? take_out(poller, fd) : put_in(poller, fd, events);
    *socket = done ? state : IS_OURS;
    return done;
}

/* The server closed an idle connection, or said something on it: libcurl will notice when it is
 * about to use it. */
static bool was_idle(pz_poller *poller, int fd)
{
    unsigned char *socket = known(poller, fd);
    if (socket == NULL || !(*socket & IS_IDLE))
        return false;
    take_out(poller, fd);
    *socket = IS_OURS;
    return true;
}

/* ------------------------------------------------------------------ the timer */

/* One that is too early costs one empty tick, long after. */
void pz_poller_arm(pz_poller *poller, uint64_t deadline, uint64_t now)
{
    if (deadline >= poller->armed_at)
        return;
    /* an absolute time of zero would disarm; a time that has passed fires at once */
    uint64_t at = deadline < now ? now : deadline;
    struct itimerspec time = {
        .it_value = {.tv_sec = (time_t)(at / PZ_NS_PER_S), .tv_nsec = (long)(at % PZ_NS_PER_S)}};
    if (timerfd_settime(poller->timer, TFD_TIMER_ABSTIME, &time, NULL) == 0)
        poller->armed_at = deadline;
}

static void drain(pz_poller *poller)
{
    uint64_t expirations;
    if (read(poller->timer, &expirations, sizeof expirations) == (ssize_t)sizeof expirations)
        poller->armed_at = PZ_NEVER;
}

static bool open_poller(pz_poller *poller)
{
    poller->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (poller->epoll < 0)
        return false;
    poller->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return poller->timer >= 0 && put_in(poller, poller->timer, EPOLLIN);
}

pz_poller *pz_poller_new(pz_failure *failure)
{
    pz_poller *poller = calloc(1, sizeof *poller);
    if (poller == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return NULL;
    }
    poller->epoll = poller->timer = -1;
    poller->armed_at = PZ_NEVER;
    if (open_poller(poller))
        return poller;
    pz_failure_set(failure, PZ_KIND_CONFIG, "no descriptors for the engine: %s", strerror(errno));
    pz_poller_free(poller);
    return NULL;
}

void pz_poller_free(pz_poller *poller)
{
    if (poller == NULL)
        return;
    if (poller->timer >= 0)
        close(poller->timer);
    if (poller->epoll >= 0)
        close(poller->epoll);
    free(poller->sockets);
    free(poller);
}

int pz_poller_fd(const pz_poller *poller)
{
    return poller->epoll;
}

/* ------------------------------------------------------------------ both together */

/* Looks for a moment before it sleeps, and lets others run between the looks: a server near by
 * answers sooner than a sleeping thread is woken. */
static int wait_for_events(pz_poller *poller, struct epoll_event *events, int wait_ms)
{
    int most = wait_ms > 0 ? PZ_POLLER_MOST : PZ_POLLER_FEW;
    int count = epoll_wait(poller->epoll, events, most, 0);
    if (count != 0 || wait_ms == 0)
        return count;
    uint64_t until = pz_clock_now() + LOOK_NS;
    do {
        sched_yield();
        count = epoll_wait(poller->epoll, events, most, 0);
    } while (count == 0 && pz_clock_now() < until);
    return count != 0 ? count : epoll_wait(poller->epoll, events, most, wait_ms);
}

int pz_poller_wait(pz_poller *poller, pz_poller_event *events, int wait_ms, bool *are_all)
{
    struct epoll_event found[PZ_POLLER_MOST];
    int count = wait_for_events(poller, found, wait_ms), sockets = 0;
    if (count < 0)
        return -1;
    *are_all = count < (wait_ms > 0 ? PZ_POLLER_MOST : PZ_POLLER_FEW);
    for (int i = 0; i < count; i++) {
        if (found[i].data.fd == poller->timer) {
            drain(poller);
        } else if (!was_idle(poller, found[i].data.fd)) {
            uint32_t bits = found[i].events;
            events[sockets++] = (pz_poller_event){
                .fd = found[i].data.fd,
                .ready = (bits & (EPOLLIN | EPOLLHUP | EPOLLERR) ? PZ_POLLER_IN : 0u) |
                         (bits & EPOLLOUT ? PZ_POLLER_OUT : 0u) |
                         (bits & EPOLLERR ? PZ_POLLER_ERROR : 0u),
            };
        }
    }
    return sockets;
}
