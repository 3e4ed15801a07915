/* Unpredictable random bytes of the system, for names, tokens and pauses. */
#ifndef PZ_RANDOM_H
#define PZ_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* Fills `out` with at most 256 bytes. False: the system has none now; see errno. */
bool pz_random_bytes(void *out, size_t length);

#endif
