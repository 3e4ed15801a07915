/* Overwrites memory that held a secret, before it is freed. */
#ifndef PZ_WIPE_H
#define PZ_WIPE_H

#include <stddef.h>

/* Uses a volatile pointer, so that the compiler keeps writes to memory that is not read again. */
static inline void pz_wipe(void *memory, size_t length)
{
    volatile unsigned char *bytes = memory;
    while (length-- > 0)
        *bytes++ = 0;
}

#endif
