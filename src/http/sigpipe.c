/* The mask belongs to the thread, and so does a SIGPIPE from write(): blocking it here changes
 * nothing for anybody else. One that came up meanwhile is taken away before the mask is restored;
 * one that was pending before is not ours and stays. */
#include "http/sigpipe.h"

#include <stddef.h>

static void pipe_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGPIPE);
}

bool pz_sigpipe_is_ignored(void)
{
    struct sigaction action;
    return sigaction(SIGPIPE, NULL, &action) == 0 && !(action.sa_flags & SA_SIGINFO) &&
           action.sa_handler == SIG_IGN;
}

/* A server that has the library in it, as nginx, ignores the signal anyway: one system call to see
 * that saves three. A script does not, and must not pay for the look. */
void pz_sigpipe_block(pz_sigpipe *state, bool may_be_ignored)
{
    sigset_t set, pending;
    state->is_ignored = may_be_ignored && pz_sigpipe_is_ignored();
    if (state->is_ignored)
        return;
    pipe_set(&set);
    pthread_sigmask(SIG_BLOCK, &set, &state->saved);
    state->was_blocked = sigismember(&state->saved, SIGPIPE) == 1;
    state->was_pending = false;
    /* only a signal that was blocked already can be pending */
    if (state->was_blocked && sigpending(&pending) == 0)
        state->was_pending = sigismember(&pending, SIGPIPE) == 1;
}

void pz_sigpipe_restore(const pz_sigpipe *state)
{
    sigset_t set, pending;
    int number;
    if (state->is_ignored)
        return;
    pipe_set(&set);
    if (!state->was_pending) {
        /* one that is pending is taken at once */
        while (sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1 &&
               sigwait(&set, &number) != 0)
            continue;
    }
    if (!state->was_blocked)
        pthread_sigmask(SIG_SETMASK, &state->saved, NULL);
}
