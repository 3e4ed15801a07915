/* Loaded before the C library (slow_lookup.lua builds it): a name server that takes its time. Names
 * that end in ".slow" are 127.0.0.1, but that is known only after three seconds; those that end in
 * ".stuck" as well, after a minute. */
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

enum { SLOW_SECONDS = 3, STUCK_SECONDS = 60 };

typedef int (*lookup)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int ends_in(const char *name, const char *ending)
{
    size_t length = strlen(name);
    size_t rest = strlen(ending);
    return length >= rest && strcmp(name + length - rest, ending) == 0;
}

int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    lookup next;
    *(void **)&next = dlsym(RTLD_NEXT, "getaddrinfo");
    unsigned seconds = 0;
    if (node != NULL && ends_in(node, ".slow"))
        seconds = SLOW_SECONDS;
    if (node != NULL && ends_in(node, ".stuck"))
        seconds = STUCK_SECONDS;
    if (seconds == 0)
        return next(node, service, hints, result);
    /* sleep() is over when a signal comes */
    while ((seconds = sleep(seconds)) > 0)
        ;
    return next("127.0.0.1", service, hints, result);
}
