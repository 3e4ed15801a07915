/* The stop of an emulator, which ends every wait within it. */
#ifndef PZ_EMULATOR_STOPPING_H
#define PZ_EMULATOR_STOPPING_H

#include <stdbool.h>

/* A pipe that is empty until the emulator stops. Nobody reads the byte that is written then, so the
 * reading end stays readable for every thread that polls it. */
typedef struct pz_stopping {
    int reading; /* to be polled for POLLIN; -1: not open */
    int writing;
} pz_stopping;

bool pz_stopping_open(pz_stopping *stopping); /* false: errno says why */
void pz_stopping_close(pz_stopping *stopping);

/* Ends every wait, from any thread. */
void pz_stopping_begin(pz_stopping *stopping);
/* Sleeps. False: the emulator stops, and the time was not slept to its end. */
bool pz_stopping_sleep(const pz_stopping *stopping, double seconds);

#endif
