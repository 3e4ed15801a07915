/* Keeps SIGPIPE from ending the process while libcurl writes to a connection that the server has
 * closed. With CURLOPT_NOSIGNAL libcurl leaves that to the application, and a script interpreter
 * does not ignore the signal. */
#ifndef PZ_HTTP_SIGPIPE_H
#define PZ_HTTP_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

typedef struct pz_sigpipe {
    bool is_ignored; /* nothing was done */
    sigset_t saved;
    bool was_blocked;
    bool was_pending;
} pz_sigpipe;

bool pz_sigpipe_is_ignored(void);
/* The two enclose every call that may make libcurl write; they nest. `may_be_ignored`: it was once,
 * so it is worth a look whether there is anything to do. */
void pz_sigpipe_block(pz_sigpipe *state, bool may_be_ignored);
void pz_sigpipe_restore(const pz_sigpipe *state);

#endif
