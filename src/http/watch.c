/* Setting a timer is a system call, and libcurl changes its mind several times per request. So an
 * armed timer that is too early stays as it is: it costs one empty tick, long after. */
#include "http/watch.h"

#include <errno.h>
#include <sched.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "http/clock.h"

#define LOOK_NS (50 * UINT64_C(1000)) /* how long it looks before it sleeps */

void pz_watch_init(pz_watch *watch)
{
    watch->epoll = watch->timer = -1;
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
    return pz_watch_socket(watch, watch->timer, EPOLLIN);
}

void pz_watch_close(pz_watch *watch)
{
    if (watch->timer >= 0)
        close(watch->timer);
    if (watch->epoll >= 0)
        close(watch->epoll);
    pz_watch_init(watch);
}

int pz_watch_socket(pz_watch *watch, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.fd = fd}};
    if (events == 0)
        return epoll_ctl(watch->epoll, EPOLL_CTL_DEL, fd, &event) == 0;
    if (epoll_ctl(watch->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
        return 1;
    return errno == EEXIST && epoll_ctl(watch->epoll, EPOLL_CTL_MOD, fd, &event) == 0;
}

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

/* Looks for a moment before it sleeps, and lets others run between the looks: a server near by
 * answers sooner than a sleeping thread is woken. */
static int wait_for_events(pz_watch *watch, struct epoll_event *events, int wait_ms)
{
    int count = epoll_wait(watch->epoll, events, PZ_WATCH_BATCH, 0);
    if (count != 0 || wait_ms == 0)
        return count;
    uint64_t until = pz_clock_now() + LOOK_NS;
    do {
        sched_yield();
        count = epoll_wait(watch->epoll, events, PZ_WATCH_BATCH, 0);
    } while (count == 0 && pz_clock_now() < until);
    return count != 0 ? count : epoll_wait(watch->epoll, events, PZ_WATCH_BATCH, wait_ms);
}

int pz_watch_wait(pz_watch *watch, struct epoll_event *events, int wait_ms)
{
    int count = wait_for_events(watch, events, wait_ms), sockets = 0;
    if (count < 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == watch->timer)
            drain(watch);
        else
            events[sockets++] = events[i];
    }
    return sockets;
}
