/* Looks, on a timer, for connections whose request is overdue, and shuts them down. */
#include "emulator/watchdog.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "emulator/clock.h"

struct pz_watched {
    pz_watched *next;
    pz_watched *previous;
    int socket;
    double since; /* 0: nothing is expected from it */
};

struct pz_watchdog {
    pthread_mutex_t lock;
    pz_timers *timers;
    pz_timer timer;
    double seconds;
    pz_watched *first;
};

static void set_timer(pz_watchdog *watchdog)
{
    pz_timers_set(watchdog->timers, &watchdog->timer,
                  watchdog->seconds < 4 ? watchdog->seconds / 4 : 1);
}

/* libmicrohttpd notices that the socket is at its end, and closes it. */
static void look(pz_timer *timer)
{
    pz_watchdog *watchdog = timer->context;
    double now = pz_clock_monotonic();
    pthread_mutex_lock(&watchdog->lock);
    for (pz_watched *one = watchdog->first; one != NULL; one = one->next) {
        if (one->since > 0 && now - one->since > watchdog->seconds) {
            shutdown(one->socket, SHUT_RDWR);
            one->since = 0;
        }
    }
    pthread_mutex_unlock(&watchdog->lock);
    set_timer(watchdog);
}

pz_watchdog *pz_watchdog_start(pz_timers *timers, double seconds)
{
    pz_watchdog *watchdog = calloc(1, sizeof *watchdog);
    if (watchdog == NULL)
        return NULL;
    pthread_mutex_init(&watchdog->lock, NULL);
    watchdog->timers = timers;
    watchdog->timer = (pz_timer){.done = look, .context = watchdog};
    watchdog->seconds = seconds;
    set_timer(watchdog);
    return watchdog;
}

void pz_watchdog_free(pz_watchdog *watchdog)
{
    if (watchdog == NULL)
        return;
    pthread_mutex_destroy(&watchdog->lock);
    free(watchdog);
}

pz_watched *pz_watchdog_add(pz_watchdog *watchdog, int socket)
{
    pz_watched *watched = calloc(1, sizeof *watched);
    if (watched == NULL)
        return NULL;
    watched->socket = socket;
    watched->since = pz_clock_monotonic();
    pthread_mutex_lock(&watchdog->lock);
    watched->next = watchdog->first;
    if (watched->next != NULL)
        watched->next->previous = watched;
    watchdog->first = watched;
    pthread_mutex_unlock(&watchdog->lock);
    return watched;
}

void pz_watchdog_remove(pz_watchdog *watchdog, pz_watched *watched)
{
    if (watched == NULL)
        return;
    pthread_mutex_lock(&watchdog->lock);
    if (watched->next != NULL)
        watched->next->previous = watched->previous;
    if (watched->previous != NULL)
        watched->previous->next = watched->next;
    else
        watchdog->first = watched->next;
    pthread_mutex_unlock(&watchdog->lock);
    free(watched);
}

void pz_watchdog_expect(pz_watchdog *watchdog, pz_watched *watched, int expecting)
{
    if (watched == NULL)
        return;
    pthread_mutex_lock(&watchdog->lock);
    watched->since = expecting ? pz_clock_monotonic() : 0;
    pthread_mutex_unlock(&watchdog->lock);
}
