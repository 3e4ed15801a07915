/* What either poller tells of sockets and of its timer. Pairs of sockets stand for connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
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
    unsigned what = ready(poller, LONG_MS, fd); /* it is not connected */
    assert_true(what & PZ_POLLER_OUT);
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
#ifndef PZ_POLLER_POLL
        cmocka_unit_test(test_its_descriptor_is_readable_when_there_is_something_to_do),
        cmocka_unit_test(test_a_later_deadline_does_not_move_an_earlier_one),
#else
        cmocka_unit_test(test_it_has_no_descriptor),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
