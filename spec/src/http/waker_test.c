/* The waker's rules: one byte per arm, one connection, from this process; a forked copy leaves it
 * alone. An eventfd stands for the engine's descriptor. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/waker.h"

/* These stand before the library's: a system can be out of threads, or of room for sockets. */
static int has_no_threads, cannot_listen;
static size_t stack_bytes;  /* of the last thread */
static int created, joined; /* threads */

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument)
{
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&create = dlsym(RTLD_NEXT, "pthread_create");
    pthread_attr_getstacksize(attributes, &stack_bytes);
    created++;
    return has_no_threads ? EAGAIN : create(thread, attributes, run, argument);
}

int pthread_join(pthread_t thread, void **result)
{
    int (*join)(pthread_t, void **);
    *(void **)&join = dlsym(RTLD_NEXT, "pthread_join");
    joined++;
    return join(thread, result);
}

int listen(int fd, int count)
{
    int (*own)(int, int);
    *(void **)&own = dlsym(RTLD_NEXT, "listen");
    errno = EADDRINUSE;
    return cannot_listen ? -1 : own(fd, count);
}

/* Programs that are started inherit none; each that is a socket never blocks the loop. Returns how
 * many are open beside `before`. */
enum { MANY = 256 };

static int new_descriptors(const bool before[MANY])
{
    int count = 0;
    for (int fd = 0; fd < MANY; fd++) {
        struct stat status;
        if (before[fd] || fstat(fd, &status) != 0)
            continue;
        assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
        if (S_ISSOCK(status.st_mode))
            assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
        count++;
    }
    return count;
}

static void note_descriptors(bool open[MANY])
{
    for (int fd = 0; fd < MANY; fd++)
        open[fd] = fcntl(fd, F_GETFD) >= 0;
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int loop = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(loop, (struct sockaddr *)&address, sizeof address), 0);
    return loop;
}

static int bytes_within(int loop, int wait_ms)
{
    char bytes[16];
    struct pollfd watched = {.fd = loop, .events = POLLIN};
    return poll(&watched, 1, wait_ms) == 1 ? (int)recv(loop, bytes, sizeof bytes, 0) : 0;
}

static void expect_exit_0(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Keeps what a forked copy has in memory reachable: valgrind looks for what is lost there, too. */
static pz_waker *shared;

struct awake {
    int engine_fd;
    int loop;
    pz_waker *waker;
};

static struct awake awake(void)
{
    pz_failure failure;
    struct awake all = {.engine_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    all.waker = pz_waker_new(all.engine_fd, &failure);
    assert_non_null(all.waker);
    all.loop = connect_to(pz_waker_path(all.waker));
    assert_true(pz_waker_accept(all.waker, &failure));
    return all;
}

static void end(struct awake *all)
{
    pz_waker_free(all->waker);
    close(all->loop);
    close(all->engine_fd);
}

static void test_one_byte_per_arm(void **state)
{
    (void)state;
    struct awake all = awake();
    eventfd_write(all.engine_fd, 1);
    assert_int_equal(bytes_within(all.loop, 50), 0);
    for (int i = 0; i < 3; i++) {
        assert_true(pz_waker_arm(all.waker));
        assert_int_equal(bytes_within(all.loop, 5000), 1);
        assert_int_equal(bytes_within(all.loop, 50), 0);
    }
    end(&all);
}

static void test_one_byte_per_poke_whatever_the_engine_has(void **state)
{
    (void)state;
    struct awake all = awake();
    for (int i = 0; i < 3; i++) {
        assert_true(pz_waker_poke(all.waker));
        assert_int_equal(bytes_within(all.loop, 5000), 1);
        eventfd_write(all.engine_fd, 1); /* not armed */
        assert_int_equal(bytes_within(all.loop, 50), 0);
    }
    end(&all);
}

static void test_socket_is_for_this_user_alone_and_gone_once_connected(void **state)
{
    (void)state;
    pz_failure failure;
    struct stat status;
    char folder[128];
    int engine_fd = eventfd(0, EFD_CLOEXEC);
    pz_waker *waker = pz_waker_new(engine_fd, &failure);
    snprintf(folder, sizeof folder, "%s", pz_waker_path(waker));
    dirname(folder);
    assert_int_equal(stat(folder, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    int loop = connect_to(pz_waker_path(waker));
    assert_true(pz_waker_accept(waker, &failure));
    assert_int_equal(stat(folder, &status), -1);
    pz_waker_free(waker);
    close(loop);
    close(engine_fd);
}

static void test_accepts_once(void **state)
{
    (void)state;
    pz_failure failure;
    struct awake all = awake();
    assert_false(pz_waker_accept(all.waker, &failure));
    assert_int_equal(failure.kind, PZ_KIND_CONFIG);
    eventfd_write(all.engine_fd, 1);
    assert_true(pz_waker_arm(all.waker));
    assert_int_equal(bytes_within(all.loop, 5000), 1);
    end(&all);
}

static void test_refuses_another_process(void **state)
{
    (void)state;
    pz_failure failure;
    int engine_fd = eventfd(0, EFD_CLOEXEC);
    pz_waker *waker = shared = pz_waker_new(engine_fd, &failure);
    pid_t child = fork();
    if (child == 0)
        _exit(connect_to(pz_waker_path(waker)) >= 0 ? 0 : 1);
    expect_exit_0(child);
    assert_false(pz_waker_accept(waker, &failure));
    assert_string_equal(failure.message, "another process connected to the waking socket");
    assert_false(pz_waker_arm(waker));
    assert_false(pz_waker_poke(waker));
    pz_waker_free(waker);
    close(engine_fd);
}

static void test_a_forked_copy_leaves_it_alone(void **state)
{
    (void)state;
    pz_failure failure;
    struct awake all = awake();
    shared = all.waker;
    eventfd_write(all.engine_fd, 1);
    pid_t child = fork();
    if (child == 0) {
        bool did = pz_waker_arm(all.waker) || pz_waker_poke(all.waker) ||
                   pz_waker_accept(all.waker, &failure);
        pz_waker_free(all.waker);
        _exit(did);
    }
    expect_exit_0(child);
    assert_int_equal(bytes_within(all.loop, 50), 0); /* it did not arm ours */
    assert_true(pz_waker_arm(all.waker));
    assert_int_equal(bytes_within(all.loop, 5000), 1);
    end(&all);
}

static void test_without_a_thread_it_fails_and_says_so(void **state)
{
    (void)state;
    pz_failure failure = {.kind = PZ_KIND_NONE};
    int engine_fd = eventfd(0, EFD_CLOEXEC);
    pz_waker *waker = pz_waker_new(engine_fd, &failure);
    int loop = connect_to(pz_waker_path(waker));
    has_no_threads = 1;
    bool accepted = pz_waker_accept(waker, &failure);
    has_no_threads = 0;
    assert_false(accepted);
    assert_int_equal(failure.kind, PZ_KIND_CONFIG);
    assert_string_equal(failure.message, "no thread to wake by");
    assert_false(pz_waker_arm(waker));
    assert_false(pz_waker_poke(waker));
    pz_waker_free(waker);
    close(loop);
    close(engine_fd);
}

static void test_its_descriptors_are_its_own_and_are_closed(void **state)
{
    (void)state;
    pz_failure failure;
    bool before[MANY];
    int engine_fd = eventfd(0, EFD_CLOEXEC);
    note_descriptors(before);
    pz_waker *waker = pz_waker_new(engine_fd, &failure);
    assert_int_equal(new_descriptors(before), 3); /* epoll, stop, listener */
    int loop = connect_to(pz_waker_path(waker));
    before[loop] = true;
    created = joined = 0;
    assert_true(pz_waker_accept(waker, &failure));
    assert_int_equal(new_descriptors(before), 3); /* epoll, stop, peer */
    assert_int_equal(stack_bytes, 64 * 1024);
    pz_waker_free(waker);
    assert_int_equal(created, 1);
    assert_int_equal(joined, 1); /* or it would look at what is gone */
    assert_int_equal(new_descriptors(before), 0);
    assert_int_equal(fcntl(engine_fd, F_GETFD), FD_CLOEXEC);
    close(loop);
    close(engine_fd);
}

static void test_signals_are_for_the_loops_thread(void **state)
{
    (void)state;
    sigset_t own, set, before, after, pending;
    sigemptyset(&own);
    sigaddset(&own, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &own, NULL);
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    assert_false(sigismember(&before, SIGUSR1)); /* nor was it left blocked by another test */
    struct awake all = awake();
    pthread_sigmask(SIG_BLOCK, NULL, &after);
    for (int number = 1; number <= 31; number++)
        assert_int_equal(sigismember(&after, number), sigismember(&before, number));
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1); /* its action would end the process */
    eventfd_write(all.engine_fd, 1);
    assert_true(pz_waker_arm(all.waker));
    assert_int_equal(bytes_within(all.loop, 5000), 1); /* the thread has run since */
    sigpending(&pending);
    assert_true(sigismember(&pending, SIGUSR1));
    int number;
    sigwait(&set, &number);
    end(&all);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* A loop that has gone must not end the process. */
static void test_nobody_is_there_to_poke(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_DFL);
    struct awake all = awake();
    close(all.loop);
    all.loop = -1;
    assert_false(pz_waker_poke(all.waker));
    end(&all);
}

static void assert_refuses(pz_waker *waker, const char *reason)
{
    char expected[200];
    pz_failure failure;
    assert_false(pz_waker_accept(waker, &failure));
    assert_int_equal(failure.kind, PZ_KIND_CONFIG);
    snprintf(expected, sizeof expected, "nobody connected to the waking socket: %s", reason);
    assert_string_equal(failure.message, expected);
}

static void test_without_a_connection_it_fails_and_says_so(void **state)
{
    (void)state;
    pz_failure failure;
    bool before[MANY];
    int engine_fd = eventfd(0, EFD_CLOEXEC);
    note_descriptors(before);
    pz_waker *waker = pz_waker_new(engine_fd, &failure);
    assert_refuses(waker, strerror(EAGAIN));
    assert_int_equal(access(pz_waker_path(waker), F_OK), -1);
    assert_refuses(waker, strerror(EBADF)); /* there is nothing left to connect to */
    pz_waker_free(waker);
    waker = shared = pz_waker_new(engine_fd, &failure);
    pid_t child = fork();
    if (child == 0)
        _exit(connect_to(pz_waker_path(waker)) >= 0 ? 0 : 1);
    expect_exit_0(child);
    assert_false(pz_waker_accept(waker, &failure));
    assert_refuses(waker, strerror(EBADF));
    assert_int_equal(new_descriptors(before), 2); /* epoll, stop */
    pz_waker_free(waker);
    assert_int_equal(new_descriptors(before), 0);
    close(engine_fd);
}

static void test_without_a_socket_it_fails_and_leaves_nothing(void **state)
{
    (void)state;
    pz_failure failure;
    bool before[MANY];
    note_descriptors(before);
    assert_null(pz_waker_new(-1, &failure));
    assert_int_equal(failure.kind, PZ_KIND_CONFIG);
    char expected[200];
    snprintf(expected, sizeof expected, "no socket to wake by in /tmp: %s", strerror(EBADF));
    assert_string_equal(failure.message, expected);
    int engine_fd = eventfd(0, EFD_CLOEXEC);
    before[engine_fd] = true;
    cannot_listen = 1;
    pz_waker *waker = pz_waker_new(engine_fd, &failure);
    cannot_listen = 0;
    assert_null(waker);
    char folder[sizeof "/tmp/personalize-XXXXXX"];
    assert_int_equal(sscanf(failure.message, "no socket to wake by in %23[^:]", folder), 1);
    assert_memory_equal(folder, "/tmp/personalize-", 17);
    assert_true(strcmp(folder, "/tmp/personalize-XXXXXX") != 0);
    assert_int_equal(access(folder, F_OK), -1);
    assert_int_equal(new_descriptors(before), 0);
    close(engine_fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_byte_per_arm),
        cmocka_unit_test(test_one_byte_per_poke_whatever_the_engine_has),
        cmocka_unit_test(test_socket_is_for_this_user_alone_and_gone_once_connected),
        cmocka_unit_test(test_accepts_once),
        cmocka_unit_test(test_refuses_another_process),
        cmocka_unit_test(test_a_forked_copy_leaves_it_alone),
        cmocka_unit_test(test_without_a_thread_it_fails_and_says_so),
        cmocka_unit_test(test_its_descriptors_are_its_own_and_are_closed),
        cmocka_unit_test(test_signals_are_for_the_loops_thread),
        cmocka_unit_test(test_nobody_is_there_to_poke),
        cmocka_unit_test(test_without_a_connection_it_fails_and_says_so),
        cmocka_unit_test(test_without_a_socket_it_fails_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
