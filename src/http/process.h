/* Which process this is, without asking the kernel each time. */
#ifndef PZ_HTTP_PROCESS_H
#define PZ_HTTP_PROCESS_H

#include <sys/types.h>

pid_t pz_process_id(void);

#endif
