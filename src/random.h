/* Random bytes of the system, for names, tokens and pauses that nobody can guess. */
#ifndef PZ_RANDOM_H
#define PZ_RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* False: the system has none now; errno says why. At most 256 bytes. */
bool pz_random_bytes(void *out, size_t length);

#endif
