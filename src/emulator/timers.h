/* One thread that calls back when times have come. */
#ifndef PZ_EMULATOR_TIMERS_H
#define PZ_EMULATOR_TIMERS_H

/* Belongs to who sets it and must stay until `done` is called. */
typedef struct pz_timer {
    struct pz_timer *next;
    double at;
    /* On the timers' thread; may set the next one. Also called, early, when the timers stop. */
    void (*done)(struct pz_timer *timer);
    void *context;
} pz_timer;

typedef struct pz_timers pz_timers;

pz_timers *pz_timers_start(void); /* NULL: no memory or no thread */
void pz_timers_stop(pz_timers *timers);
void pz_timers_free(pz_timers *timers);

/* False: they have been stopped; `done` is not called. */
int pz_timers_set(pz_timers *timers, pz_timer *timer, double seconds);

#endif
