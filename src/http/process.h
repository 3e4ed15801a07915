/* Which process this is, without asking the kernel each time; whether it can open more. */
#ifndef PZ_HTTP_PROCESS_H
#define PZ_HTTP_PROCESS_H

#include <sys/types.h>

pid_t pz_process_id(void);

/* Why so many descriptors, 4 at most, cannot be opened now, as errno says it; 0: they can. */
int pz_process_lack(int descriptors);

#endif
