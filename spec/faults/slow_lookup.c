/* Loaded before the C library by lookup_spec.lua: a name server that takes its time. Names that end
 * in ".slow" are 127.0.0.1, but that is known only after three seconds. */
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

typedef int (*lookup)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    lookup next;
    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    size_t length = node != NULL ? strlen(node) : 0;
    if (length < 5 || strcmp(node + length - 5, ".slow") != 0)
        return next(node, service, hints, result);
    sleep(3);
    return next("127.0.0.1", service, hints, result);
}
