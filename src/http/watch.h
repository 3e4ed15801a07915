/* The descriptor that tells when the engine has something to do: an epoll set of libcurl's sockets
 * and of one timer, so that whoever waits needs to watch that one descriptor only. */
#ifndef PZ_HTTP_WATCH_H
#define PZ_HTTP_WATCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

/* Sockets reported at a time: few to who does not wait, as an event loop does not, in which others
 * have to wait meanwhile. */
#define PZ_WATCH_FEW 8
#define PZ_WATCH_MOST 32

typedef struct pz_watch {
    int epoll;
    int timer;
    uint64_t armed_at;      /* PZ_NEVER: not armed */
    unsigned char *sockets; /* by descriptor, what is known of those that were opened here */
    size_t room;            /* for so many */
} pz_watch;

void pz_watch_init(pz_watch *watch);
int pz_watch_open(pz_watch *watch); /* false: errno says why */
void pz_watch_close(pz_watch *watch);

/* Between its transfers a connection's socket stays in the set: taking it out and putting it in
 * again would cost each transfer two system calls. For that a socket has to be opened and closed
 * here; one that was not is dealt with as told. */
int pz_watch_open_socket(pz_watch *watch, int family, int type, int protocol); /* -1: errno */
void pz_watch_close_socket(pz_watch *watch, int fd);
int pz_watch_socket(pz_watch *watch, int fd, uint32_t events); /* no events: not any more */
/* Makes the descriptor readable at `deadline`, or somewhat earlier. */
void pz_watch_arm(pz_watch *watch, uint64_t deadline, uint64_t now);
/* Sockets that are ready, the timer left out, PZ_WATCH_MOST at most; -1 when a signal came. */
int pz_watch_wait(pz_watch *watch, struct epoll_event *events, int wait_ms);

#endif
