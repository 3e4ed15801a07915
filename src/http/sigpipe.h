/* Keeps SIGPIPE from ending the process while libcurl writes to a connection that the server has
 * closed. With CURLOPT_NOSIGNAL libcurl leaves that to the application, and a script interpreter
 * does not ignore the signal. */
#ifndef PZ_HTTP_SIGPIPE_H
#define PZ_HTTP_SIGPIPE_H

#include <signal.h>

typedef struct pz_sigpipe {
    sigset_t saved;
    int was_blocked;
    int was_pending;
} pz_sigpipe;

/* The two enclose every call that may make libcurl write; they nest. */
void pz_sigpipe_block(pz_sigpipe *state);
void pz_sigpipe_restore(const pz_sigpipe *state);

#endif
