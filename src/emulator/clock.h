/* Times as the emulator tells them. */
#ifndef PZ_EMULATOR_CLOCK_H
#define PZ_EMULATOR_CLOCK_H

enum { PZ_TIMESTAMP_SIZE = 32 };

double pz_clock_monotonic(void); /* seconds; only differences mean something */

/* The time of day as the service writes it: 2025-07-02T14:04:58.347Z. */
void pz_clock_timestamp(char text[PZ_TIMESTAMP_SIZE]);

#endif
