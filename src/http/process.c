/* glibc asks the kernel at each getpid, and the engine asks several times a call. A fork tells. */
#include "http/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pid_t current; /* 0: a fork would not be noticed */

static void remember(void)
{
    current = getpid();
}

static void begin(void)
{
    if (pthread_atfork(NULL, NULL, remember) == 0)
        remember();
}

pid_t pz_process_id(void)
{
    pthread_once(&once, begin);
    return current != 0 ? current : getpid();
}

/* A missing /dev/null is no lack. */
int pz_process_lack(int descriptors)
{
    int opened[4], count = 0, reason = 0;
    while (count < descriptors && count < 4 && reason == 0) {
        int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (fd >= 0)
            opened[count++] = fd;
        else
            reason = errno;
    }
    while (count > 0)
        close(opened[--count]);
    return reason == EMFILE || reason == ENFILE || reason == ENOMEM ? reason : 0;
}
