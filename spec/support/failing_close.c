/* Preloaded: close() of a socket fails once it is told to by a file's being there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int close(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "close");
    const char *when = getenv("SPEC_CLOSE_FAILS");
    int type;
    socklen_t length = sizeof type;
    int is_socket = getsockopt(file, SOL_SOCKET, SO_TYPE, &type, &length) == 0;
    if (is_socket && when != NULL && access(when, F_OK) == 0) {
        errno = EBADF;
        return -1;
    }
    return real(file);
}
