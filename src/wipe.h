/* Overwrites memory that held a secret, before it is given back. */
#ifndef PZ_WIPE_H
#define PZ_WIPE_H

#include <stddef.h>

/* Through a volatile pointer: no compiler may leave it out because nobody reads the memory again.
 */
static inline void pz_wipe(void *memory, size_t length)
{
    volatile unsigned char *bytes = memory;
    while (length-- > 0)
        *bytes++ = 0;
}

#endif
