/* What either poller tells of sockets and of its timer. Pairs of sockets stand for connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#ifndef PZ_POLLER_POLL
#include <sys/epoll.h>
#endif
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/poller.h"

enum { LONG_MS = 60000 }; /* no wait is to last as long */

static pz_poller *new_poller(void)
{
    pz_failure failure;
    pz_poller *poller = pz_poller_new(&failure);
    assert_non_null(poller);
    return poller;
}

static void open_pair(int pair[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
}

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

/* What the only socket is ready for; 0: none is. */
static unsigned ready(pz_poller *poller, int wait_ms, int fd)
{
    pz_poller_event events[PZ_POLLER_MOST];
    bool are_all = false;
    int count = pz_poller_wait(poller, events, wait_ms, &are_all);
    assert_true(count >= 0 && count <= 1 && are_all);
    if (count == 1)
        assert_int_equal(events[0].fd, fd);
    return count == 1 ? events[0].ready : 0;
}

static void test_a_socket_is_ready_for_what_it_is_watched_for(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int pair[2];
    open_pair(pair);
    assert_true(pz_poller_watch(poller, pair[0], PZ_POLLER_IN));
    assert_int_equal(ready(poller, 0, pair[0]), 0);
    assert_true(pz_poller_watch(poller, pair[0], PZ_POLLER_IN | PZ_POLLER_OUT));
    assert_int_equal(ready(poller, 0, pair[0]), PZ_POLLER_OUT);
    assert_int_equal(write(pair[1], "x", 1), 1);
    assert_int_equal(ready(poller, LONG_MS, pair[0]), PZ_POLLER_IN | PZ_POLLER_OUT);
    assert_true(pz_poller_watch(poller, pair[0], PZ_POLLER_OUT));
    assert_int_equal(ready(poller, LONG_MS, pair[0]), PZ_POLLER_OUT);
    assert_true(pz_poller_watch(poller, pair[0], PZ_POLLER_IN));
    assert_int_equal(ready(poller, LONG_MS, pair[0]), PZ_POLLER_IN);
    assert_int_equal(ready(poller, 0, pair[0]), PZ_POLLER_IN); /* until it was read */
    pz_poller_watch(poller, pair[0], 0);
    assert_int_equal(ready(poller, 0, pair[0]), 0);
    pz_poller_free(poller);
    close_pair(pair);
}

static void test_the_end_of_a_connection_is_to_be_read(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int pair[2];
    open_pair(pair);
    assert_true(pz_poller_watch(poller, pair[0], PZ_POLLER_IN));
    close(pair[1]);
    assert_int_equal(ready(poller, LONG_MS, pair[0]), PZ_POLLER_IN);
    pz_poller_watch(poller, pair[0], 0);
    close(pair[0]);
    pz_poller_free(poller);
}

static void test_a_socket_of_its_own_is_watched_closed_and_not_inherited(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int fd = pz_poller_open_socket(poller, AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
    assert_true(pz_poller_watch(poller, fd, PZ_POLLER_OUT));
    unsigned what = ready(poller, LONG_MS, fd);           /* it is not connected */
    assert_int_equal(what, PZ_POLLER_IN | PZ_POLLER_OUT); /* its end is to be read */
    pz_poller_close_socket(poller, fd);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    assert_int_equal(ready(poller, 0, fd), 0);
    assert_int_equal(pz_poller_open_socket(poller, -1, SOCK_STREAM, 0), -1);
    pz_poller_free(poller);
}

/* Watched sockets of which all are ready; `count` of them are told, and whether these are all. */
static void assert_told(int wait_ms, int sockets, int count, bool are_all_expected)
{
    pz_poller *poller = new_poller();
    pz_poller_event events[PZ_POLLER_MOST];
    int pairs[40][2];
    bool are_all = !are_all_expected, seen[40] = {false};
    for (int i = 0; i < sockets; i++) {
        open_pair(pairs[i]);
        assert_true(pz_poller_watch(poller, pairs[i][0], PZ_POLLER_OUT));
    }
    assert_int_equal(pz_poller_wait(poller, events, wait_ms, &are_all), count);
    assert_int_equal(are_all, are_all_expected);
    for (int round = 0; round < 10; round++) { /* each has its turn */
        int got = pz_poller_wait(poller, events, wait_ms, &are_all);
        for (int k = 0; k < got; k++)
            for (int i = 0; i < sockets; i++)
                seen[i] |= events[k].fd == pairs[i][0];
    }
    for (int i = 0; i < sockets; i++) {
        assert_true(seen[i]);
        pz_poller_watch(poller, pairs[i][0], 0);
        close_pair(pairs[i]);
    }
    pz_poller_free(poller);
}

static void test_few_are_told_to_who_looks_and_many_to_who_waits(void **state)
{
    (void)state;
    assert_told(0, 3, 3, true);
    assert_told(0, 40, PZ_POLLER_FEW, false);
    assert_told(LONG_MS, 20, 20, true);
    assert_told(LONG_MS, 40, PZ_POLLER_MOST, false);
}

static void test_a_wait_ends_at_the_deadline_and_not_before(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    uint64_t now = pz_clock_now(), deadline = now + 30 * PZ_NS_PER_MS;
    pz_poller_arm(poller, deadline, now);
    assert_int_equal(ready(poller, 0, -1), 0);
    assert_int_equal(ready(poller, LONG_MS, -1), 0);
    assert_true(pz_clock_now() >= deadline);
    now = pz_clock_now();
    pz_poller_arm(poller, now - 1, now); /* it has passed */
    assert_int_equal(ready(poller, LONG_MS, -1), 0);
    pz_poller_arm(poller, 0, now);
    assert_int_equal(ready(poller, LONG_MS, -1), 0);
    pz_poller_arm(poller, PZ_NEVER, now);
    deadline = pz_clock_now() + 20 * PZ_NS_PER_MS;
    assert_int_equal(ready(poller, 20, -1), 0);
    assert_true(pz_clock_now() >= deadline);
    pz_poller_free(poller);
}

/* However many there are, and wherever it stands among them. */
static void test_one_that_is_watched_no_more_leaves_the_others(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    pz_poller_event events[PZ_POLLER_MOST];
    int pairs[3][2];
    bool are_all;
    for (int i = 0; i < 3; i++) {
        open_pair(pairs[i]);
        assert_true(pz_poller_watch(poller, pairs[i][0], PZ_POLLER_OUT));
    }
    pz_poller_watch(poller, pairs[0][0], 0);
    assert_int_equal(pz_poller_wait(poller, events, LONG_MS, &are_all), 2);
    for (int i = 0; i < 2; i++)
        assert_int_not_equal(events[i].fd, pairs[0][0]);
    assert_int_not_equal(events[0].fd, events[1].fd);
    for (int i = 0; i < 3; i++) {
        pz_poller_watch(poller, pairs[i][0], 0);
        close_pair(pairs[i]);
    }
    assert_int_equal(pz_poller_wait(poller, events, 0, &are_all), 0);
    pz_poller_free(poller);
}

static void test_a_fault_is_told(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_true(pz_poller_watch(poller, ends[1], PZ_POLLER_OUT));
    assert_true(ready(poller, LONG_MS, ends[1]) & PZ_POLLER_ERROR);
    pz_poller_watch(poller, ends[1], 0);
    close(ends[1]);
    pz_poller_free(poller);
}

static void do_nothing(int number)
{
    (void)number;
}

static void test_a_signal_ends_a_wait(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    struct sigaction action = {.sa_handler = do_nothing}, before;
    sigaction(SIGALRM, &action, &before);
    struct itimerval often = {.it_interval = {.tv_usec = 20000}, .it_value = {.tv_usec = 20000}};
    const struct itimerval never = {.it_value = {.tv_sec = 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    pz_poller_event events[PZ_POLLER_MOST];
    bool are_all = false;
    int count = pz_poller_wait(poller, events, LONG_MS, &are_all);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &before, NULL);
    assert_true(count < 0);
    assert_false(are_all); /* nobody looked */
    pz_poller_free(poller);
}

/* The next socket may have the number of one before. */
static void test_a_wait_ends_before_a_later_deadline(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    struct sigaction action = {.sa_handler = do_nothing}, before;
    sigaction(SIGALRM, &action, &before);
    uint64_t now = pz_clock_now();
    pz_poller_arm(poller, now + 3600 * PZ_NS_PER_S, now);
    alarm(30); /* a signal would be told */
    assert_int_equal(ready(poller, 20, -1), 0);
    alarm(0);
    sigaction(SIGALRM, &before, NULL);
    pz_poller_free(poller);
}

static void test_a_number_is_forgotten_with_its_socket(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int pair[2], fd = pz_poller_open_socket(poller, AF_UNIX, SOCK_STREAM, 0);
    assert_true(pz_poller_watch(poller, fd, PZ_POLLER_IN));
    pz_poller_close_socket(poller, fd);
    for (int round = 0; round < 2; round++) { /* the second time it was not opened here either */
        open_pair(pair);
        assert_int_equal(pair[0], fd);
        assert_int_equal(write(pair[1], "x", 1), 1);
        assert_true(pz_poller_watch(poller, fd, PZ_POLLER_IN));
        assert_int_equal(ready(poller, LONG_MS, fd), PZ_POLLER_IN);
#ifdef PZ_POLLER_POLL
        pz_poller_watch(poller, fd, 0); /* an epoll set notices by itself */
#endif
        close_pair(pair);
    }
    pz_poller_free(poller);
}

#ifndef PZ_POLLER_POLL
/* Stands before the library's: how often the set was changed. */
static int changes;

int epoll_ctl(int set, int what, int fd, struct epoll_event *event)
{
    int (*own)(int, int, int, struct epoll_event *);
    *(void **)&own = dlsym(RTLD_NEXT, "epoll_ctl");
    changes++;
    return own(set, what, fd, event);
}

/* A socket that was opened here, and the server's end of its connection. */
static int connect_one(pz_poller *poller, int *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 1), 0);
    getsockname(listener, (struct sockaddr *)&address, &length);
    int fd = pz_poller_open_socket(poller, AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    *server = accept(listener, NULL, NULL);
    close(listener);
    return fd;
}

/* Between two transfers of a connection nothing changes, unless its server says something. */
static void test_an_idle_connection_stays_in_the_set(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int server, fd = connect_one(poller, &server);
    changes = 0;
    for (int i = 0; i < 3; i++) {
        assert_true(pz_poller_watch(poller, fd, PZ_POLLER_IN));
        assert_true(pz_poller_watch(poller, fd, 0));
    }
    assert_int_equal(changes, 1);
    assert_int_equal(write(server, "x", 1), 1);
    assert_int_equal(ready(poller, 100, fd), 0); /* nobody waits for it */
    assert_int_equal(changes, 2);
    assert_true(pz_poller_watch(poller, fd, PZ_POLLER_IN));
    assert_int_equal(ready(poller, LONG_MS, fd), PZ_POLLER_IN);
    assert_true(pz_poller_watch(poller, fd, PZ_POLLER_OUT));
    assert_true(pz_poller_watch(poller, fd, 0)); /* it would always be writable */
    changes = 0;
    assert_int_equal(ready(poller, 0, fd), 0);
    assert_int_equal(changes, 0);
    pz_poller_close_socket(poller, fd);
    assert_int_equal(changes, 0);
    close(server);
    pz_poller_free(poller);
}

/* As a forked copy of the process has. */
static void test_a_closed_socket_is_told_no_more_while_a_copy_is_open(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int server, fd = connect_one(poller, &server), copy = dup(fd);
    assert_true(pz_poller_watch(poller, fd, PZ_POLLER_OUT));
    assert_int_equal(ready(poller, LONG_MS, fd), PZ_POLLER_OUT);
    pz_poller_close_socket(poller, fd);
    assert_int_equal(ready(poller, 0, fd), 0);
    close(copy);
    close(server);
    pz_poller_free(poller);
}

static void test_what_cannot_be_watched_is_not_taken_for_watched(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int fd = pz_poller_open_socket(poller, AF_INET, SOCK_STREAM, 0);
    close(fd);
    assert_false(pz_poller_watch(poller, fd, PZ_POLLER_IN));
    assert_false(pz_poller_watch(poller, fd, PZ_POLLER_IN));
    pz_poller_free(poller);
}

static void test_without_descriptors_there_is_none_and_it_is_said(void **state)
{
    (void)state;
    pz_failure failure = {.kind = PZ_KIND_NONE};
    struct rlimit before, few;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int lowest = dup(0);
    assert_true(lowest >= 0);
    close(lowest);
    char expected[200];
    snprintf(expected, sizeof expected, "no descriptors for the engine: %s", strerror(EMFILE));
    for (int left = 0; left < 2; left++) { /* for the set, but not for the timer */
        few = before;
        few.rlim_cur = (rlim_t)(lowest + left);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
        pz_poller *poller = pz_poller_new(&failure);
        setrlimit(RLIMIT_NOFILE, &before);
        assert_null(poller);
        assert_int_equal(failure.kind, PZ_KIND_CONFIG);
        assert_string_equal(failure.message, expected);
        assert_int_equal(fcntl(lowest, F_GETFD), -1);
    }
}

static void test_its_own_descriptors_are_not_inherited_and_are_closed(void **state)
{
    (void)state;
    bool before[256];
    int opened = 0;
    for (int fd = 0; fd < 256; fd++)
        before[fd] = fcntl(fd, F_GETFD) >= 0;
    pz_poller *poller = new_poller();
    for (int fd = 0; fd < 256; fd++) {
        int flags = before[fd] ? -1 : fcntl(fd, F_GETFD);
        assert_true(flags < 0 || flags & FD_CLOEXEC);
        opened += flags >= 0;
    }
    assert_int_equal(opened, 2); /* the set and the timer */
    pz_poller_free(poller);
    for (int fd = 0; fd < 256; fd++)
        assert_int_equal(fcntl(fd, F_GETFD) >= 0, before[fd]);
}
#endif

#ifndef PZ_POLLER_POLL
static bool is_readable(int fd)
{
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    return poll(&watched, 1, 0) == 1;
}

static void test_its_descriptor_is_readable_when_there_is_something_to_do(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    int pair[2], fd = pz_poller_fd(poller);
    open_pair(pair);
    assert_true(pz_poller_watch(poller, pair[0], PZ_POLLER_IN));
    assert_false(is_readable(fd));
    assert_int_equal(write(pair[1], "x", 1), 1);
    assert_true(is_readable(fd));
    pz_poller_watch(poller, pair[0], 0);
    assert_false(is_readable(fd));
    uint64_t now = pz_clock_now();
    pz_poller_arm(poller, now, now);
    struct pollfd watched = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&watched, 1, LONG_MS), 1);
    assert_int_equal(ready(poller, 0, -1), 0);
    assert_false(is_readable(fd)); /* the timer was drained */
    pz_poller_arm(poller, pz_clock_now(), now);
    assert_int_equal(poll(&watched, 1, LONG_MS), 1); /* and is armed again */
    pz_poller_free(poller);
    close_pair(pair);
}

/* An earlier deadline stays in force: it costs one empty turn. */
static void test_a_later_deadline_does_not_move_an_earlier_one(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    uint64_t now = pz_clock_now();
    pz_poller_arm(poller, now + PZ_NS_PER_MS, now);
    pz_poller_arm(poller, now + 3600 * PZ_NS_PER_S, now);
    assert_int_equal(ready(poller, LONG_MS, -1), 0);
    pz_poller_free(poller);
}
#else
static void test_it_has_no_descriptor(void **state)
{
    (void)state;
    pz_poller *poller = new_poller();
    assert_int_equal(pz_poller_fd(poller), -1);
    pz_poller_free(poller);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_socket_is_ready_for_what_it_is_watched_for),
        cmocka_unit_test(test_the_end_of_a_connection_is_to_be_read),
        cmocka_unit_test(test_a_socket_of_its_own_is_watched_closed_and_not_inherited),
        cmocka_unit_test(test_few_are_told_to_who_looks_and_many_to_who_waits),
        cmocka_unit_test(test_a_wait_ends_at_the_deadline_and_not_before),
        cmocka_unit_test(test_one_that_is_watched_no_more_leaves_the_others),
        cmocka_unit_test(test_a_fault_is_told),
        cmocka_unit_test(test_a_wait_ends_before_a_later_deadline),
        cmocka_unit_test(test_a_signal_ends_a_wait),
        cmocka_unit_test(test_a_number_is_forgotten_with_its_socket),
#ifndef PZ_POLLER_POLL
        cmocka_unit_test(test_its_descriptor_is_readable_when_there_is_something_to_do),
        cmocka_unit_test(test_a_later_deadline_does_not_move_an_earlier_one),
        cmocka_unit_test(test_an_idle_connection_stays_in_the_set),
        cmocka_unit_test(test_a_closed_socket_is_told_no_more_while_a_copy_is_open),
        cmocka_unit_test(test_what_cannot_be_watched_is_not_taken_for_watched),
        cmocka_unit_test(test_without_descriptors_there_is_none_and_it_is_said),
        cmocka_unit_test(test_its_own_descriptors_are_not_inherited_and_are_closed),
#else
        cmocka_unit_test(test_it_has_no_descriptor),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
