/* The poller of poll(2) alone, which every POSIX system has. */
#include "http/poller.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/clock.h"

struct pz_poller {
    struct pollfd *watched;
    size_t count, room;
    size_t next;       /* where the next look begins, so that no socket waits for ever */
    uint64_t deadline; /* PZ_NEVER: none */
};

pz_poller *pz_poller_new(pz_failure *failure)
{
    pz_poller *poller = calloc(1, sizeof *poller);
    if (poller == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return NULL;
    }
    poller->deadline = PZ_NEVER;
    return poller;
}

void pz_poller_free(pz_poller *poller)
{
    if (poller == NULL)
        return;
    free(poller->watched);
    free(poller);
}

int pz_poller_fd(const pz_poller *poller)
{
    (void)poller;
    return -1;
}

int pz_poller_open_socket(pz_poller *poller, int family, int type, int protocol)
{
    (void)poller;
    int fd = socket(family, type, protocol);
    if (fd >= 0) /* two calls: a program started in between inherits it, which only costs it a
                    descriptor */
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

static struct pollfd *find(const pz_poller *poller, int fd)
{
    for (size_t i = 0; i < poller->count; i++) {
        if (poller->watched[i].fd == fd)
            return &poller->watched[i];
    }
    return NULL;
}

void pz_poller_close_socket(pz_poller *poller, int fd)
{
    pz_poller_watch(poller, fd, 0);
    close(fd);
}

static struct pollfd *add(pz_poller *poller, int fd)
{
    if (poller->count == poller->room) {
        size_t room = poller->room == 0 ? 16 : 2 * poller->room;
        struct pollfd *watched = realloc(poller->watched, room * sizeof *watched);
        if (watched == NULL)
            return NULL;
        poller->watched = watched;
        poller->room = room;
    }
    poller->watched[poller->count] = (struct pollfd){.fd = fd};
    return &poller->watched[poller->count++];
}

bool pz_poller_watch(pz_poller *poller, int fd, unsigned what)
{
    struct pollfd *entry = find(poller, fd);
    if (what == 0) {
        if (entry != NULL)
            *entry = poller->watched[--poller->count];
        return true;
    }
    if (entry == NULL)
        entry = add(poller, fd);
    if (entry == NULL)
        return false;
    entry->events =
        (short)((what & PZ_POLLER_IN ? POLLIN : 0) | (what & PZ_POLLER_OUT ? POLLOUT : 0));
    return true;
}

void pz_poller_arm(pz_poller *poller, uint64_t deadline, uint64_t now)
{
    (void)now;
    poller->deadline = deadline;
}

/* The wait that was asked for, or what is left until the deadline. */
static int bounded_wait(const pz_poller *poller, int wait_ms)
{
    if (wait_ms == 0 || poller->deadline == PZ_NEVER)
        return wait_ms;
    uint64_t now = pz_clock_now();
    if (poller->deadline <= now)
        return 0;
    uint64_t left = (poller->deadline - now + PZ_NS_PER_MS - 1) / PZ_NS_PER_MS;
    return left < (uint64_t)wait_ms ? (int)left : wait_ms;
}

static unsigned ready_of(short bits)
{
    return (bits & (POLLIN | POLLHUP | POLLERR | POLLNVAL) ? PZ_POLLER_IN : 0u) |
           (bits & POLLOUT ? PZ_POLLER_OUT : 0u) |
           (bits & (POLLERR | POLLNVAL) ? PZ_POLLER_ERROR : 0u);
}

int pz_poller_wait(pz_poller *poller, pz_poller_event *events, int wait_ms, bool *are_all)
{
    int most = wait_ms > 0 ? PZ_POLLER_MOST : PZ_POLLER_FEW, found = 0;
    int ready = poll(poller->watched, (nfds_t)poller->count, bounded_wait(poller, wait_ms));
    if (ready < 0)
        return -1;
    for (size_t i = 0; i < poller->count && ready > 0 && found < most; i++) {
        const struct pollfd *entry = &poller->watched[poller->next++ % poller->count];
        if (entry->revents == 0)
            continue;
        events[found++] = (pz_poller_event){.fd = entry->fd, .ready = ready_of(entry->revents)};
        ready--;
    }
    *are_all = ready == 0;
    return found;
}
