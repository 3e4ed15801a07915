/* SIGPIPE is held back around the engine's calls, and is as it was behind them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "http/sigpipe.h"

static void write_to_nobody(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    close(ends[1]);
}

static int is_blocked(void)
{
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    return sigismember(&mask, SIGPIPE);
}

static int is_pending(void)
{
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE);
}

/* The default action would end this program. */
static void test_signal_is_eaten(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_DFL);
    pz_sigpipe outer = {.was_pending = true}, inner; /* left by another use */
    pz_sigpipe_block(&outer, false);
    pz_sigpipe_block(&inner, false);
    write_to_nobody();
    pz_sigpipe_restore(&inner);
    assert_true(is_blocked());
    write_to_nobody();
    pz_sigpipe_restore(&outer);
    assert_false(is_blocked());
    assert_false(is_pending());
}

static void test_what_was_pending_before_stays(void **state)
{
    (void)state;
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    write_to_nobody();
    pz_sigpipe sigpipe;
    pz_sigpipe_block(&sigpipe, false);
    write_to_nobody();
    pz_sigpipe_restore(&sigpipe);
    assert_true(is_pending());
    assert_true(is_blocked());
    int number;
    sigwait(&set, &number);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* Where it is ignored there is nothing to hold back; that it was once is not enough. */
static void test_ignored_signal_is_left_alone(void **state)
{
    (void)state;
    pz_sigpipe sigpipe;
    signal(SIGPIPE, SIG_IGN);
    assert_true(pz_sigpipe_is_ignored());
    pz_sigpipe_block(&sigpipe, true);
    assert_false(is_blocked());
    write_to_nobody();
    pz_sigpipe_restore(&sigpipe);
    assert_false(is_pending());

    sigset_t set, old, after;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    memset(&sigpipe, 0, sizeof sigpipe); /* no mask was saved */
    pz_sigpipe_block(&sigpipe, true);
    pz_sigpipe_restore(&sigpipe);
    pthread_sigmask(SIG_SETMASK, &old, &after);
    assert_true(sigismember(&after, SIGUSR1));

    signal(SIGPIPE, SIG_DFL);
    assert_false(pz_sigpipe_is_ignored());
    pz_sigpipe_block(&sigpipe, true);
    assert_true(is_blocked());
    write_to_nobody();
    pz_sigpipe_restore(&sigpipe);
    assert_false(is_blocked());
    assert_false(is_pending());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signal_is_eaten),
        cmocka_unit_test(test_ignored_signal_is_left_alone),
        cmocka_unit_test(test_what_was_pending_before_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
