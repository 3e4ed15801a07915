/* A thread that sleeps until the next of the times set. */
#include "emulator/timers.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "emulator/clock.h"

struct pz_timers {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int stopping;
    int joined;
    pz_timer *first; /* the earliest */
};

/* With the lock held. */
static void wait_until(pz_timers *timers, double at)
{
    struct timespec until = {.tv_sec = (time_t)at};
    until.tv_nsec = (long)((at - (double)until.tv_sec) * 1e9);
    pthread_cond_timedwait(&timers->changed, &timers->lock, &until);
}

static void *work(void *argument)
{
    pz_timers *timers = argument;
    pthread_mutex_lock(&timers->lock);
    while (!timers->stopping || timers->first != NULL) {
        pz_timer *first = timers->first;
        if (first == NULL) {
            pthread_cond_wait(&timers->changed, &timers->lock);
        } else if (!timers->stopping && first->at > pz_clock_monotonic()) {
            wait_until(timers, first->at);
        } else {
            timers->first = first->next;
            pthread_mutex_unlock(&timers->lock);
            first->done(first);
            pthread_mutex_lock(&timers->lock);
        }
    }
    pthread_mutex_unlock(&timers->lock);
    return NULL;
}

pz_timers *pz_timers_start(void)
{
    pz_timers *timers = calloc(1, sizeof *timers);
    pthread_condattr_t monotonic;
    if (timers == NULL)
        return NULL;
    pthread_mutex_init(&timers->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&timers->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&timers->thread, NULL, work, timers) != 0) {
        timers->joined = 1;
        pz_timers_free(timers);
        return NULL;
    }
    return timers;
}

void pz_timers_stop(pz_timers *timers)
{
    if (timers->joined)
        return;
    pthread_mutex_lock(&timers->lock);
    timers->stopping = 1;
    pthread_cond_signal(&timers->changed);
    pthread_mutex_unlock(&timers->lock);
    pthread_join(timers->thread, NULL);
    timers->joined = 1;
}

void pz_timers_free(pz_timers *timers)
{
    if (timers == NULL)
        return;
    pz_timers_stop(timers);
    pthread_cond_destroy(&timers->changed);
    pthread_mutex_destroy(&timers->lock);
    free(timers);
}

int pz_timers_set(pz_timers *timers, pz_timer *timer, double seconds)
{
    timer->at = pz_clock_monotonic() + seconds;
    pthread_mutex_lock(&timers->lock);
    int accepted = !timers->stopping;
    if (accepted) {
        pz_timer **at = &timers->first;
        while (*at != NULL && (*at)->at <= timer->at)
            at = &(*at)->next;
        timer->next = *at;
        *at = timer;
        pthread_cond_signal(&timers->changed);
    }
    pthread_mutex_unlock(&timers->lock);
    return accepted;
}
