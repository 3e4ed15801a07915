/* What becomes of signals' handling, which a Lua program cannot look at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "process/process.h"

static void set(int number, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    assert_int_equal(sigaction(number, &action, NULL), 0);
}

static void (*handler_of(int number))(int)
{
    struct sigaction action;
    assert_int_equal(sigaction(number, NULL, &action), 0);
    return action.sa_handler;
}

static void of_others(int number)
{
    (void)number;
}

static void test_signals_are_handled_as_before_once_nothing_is_caught(void **state)
{
    (void)state;
    void (*const handlers[])(int) = {SIG_DFL, SIG_IGN, of_others};
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        set(SIGTERM, handlers[i]);
        set(SIGPIPE, handlers[i]);
        pz_process_catch_interrupt();
        assert_false(handler_of(SIGTERM) == handlers[i]);
        assert_false(handler_of(SIGPIPE) == SIG_DFL);
        raise(SIGPIPE);
        raise(SIGTERM);
        assert_true(pz_process_is_interrupted());
        pz_process_catch_interrupt(); /* what is caught already is not what was before */
        assert_false(pz_process_is_interrupted());
        pz_process_default_interrupt();
        assert_true(handler_of(SIGINT) == SIG_DFL);
        assert_true(handler_of(SIGTERM) == handlers[i]);
        assert_true(handler_of(SIGPIPE) == handlers[i]);
    }
}

static void test_where_nothing_was_caught_only_ctrl_c_has_its_default(void **state)
{
    (void)state;
    set(SIGINT, SIG_IGN);
    set(SIGTERM, SIG_IGN);
    set(SIGPIPE, SIG_IGN);
    pz_process_default_interrupt();
    assert_true(handler_of(SIGINT) == SIG_DFL);
    assert_true(handler_of(SIGTERM) == SIG_IGN);
    assert_true(handler_of(SIGPIPE) == SIG_IGN);
}

/* As in a pipe of programs, of which the last one stops reading. */
static void test_programs_that_are_started_meanwhile_are_ended_by_a_broken_pipe(void **state)
{
    (void)state;
    set(SIGPIPE, SIG_DFL);
    pz_process_catch_interrupt();
    int ended = system("kill -PIPE $$");
    pz_process_default_interrupt();
    set(SIGPIPE, SIG_IGN);
    pz_process_catch_interrupt();
    int ignored = system("kill -PIPE $$");
    pz_process_default_interrupt();
    assert_true(WIFSIGNALED(ended));
    assert_int_equal(WTERMSIG(ended), SIGPIPE);
    assert_true(WIFEXITED(ignored)); /* as without the library */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signals_are_handled_as_before_once_nothing_is_caught),
        cmocka_unit_test(test_where_nothing_was_caught_only_ctrl_c_has_its_default),
        cmocka_unit_test(test_programs_that_are_started_meanwhile_are_ended_by_a_broken_pipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
