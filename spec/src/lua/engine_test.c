/* How long an engine waits of what Lua says. Nobody waits here: what it would wait is noted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#ifdef PZ_POLLER_POLL
#include <poll.h>
#else
#include <sys/epoll.h>
#endif

#include "lua/compat.h"
#include "support/failing_memory.h"

int luaopen_personalize_core(lua_State *L);

static int longest_wait_ms;

static int note(int wait_ms)
{
    if (wait_ms > longest_wait_ms)
        longest_wait_ms = wait_ms;
    return 0;
}

#ifdef PZ_POLLER_POLL
int poll(struct pollfd *watched, nfds_t count, int wait_ms)
{
    int (*own)(struct pollfd *, nfds_t, int);
    *(void **)&own = dlsym(RTLD_NEXT, "poll");
    return own(watched, count, note(wait_ms));
}
#else
int epoll_wait(int set, struct epoll_event *events, int most, int wait_ms)
{
    int (*own)(int, struct epoll_event *, int, int);
    *(void **)&own = dlsym(RTLD_NEXT, "epoll_wait");
    return own(set, events, most, note(wait_ms));
}
#endif

static void assert_waits(lua_State *L, const char *call, int expected)
{
    longest_wait_ms = 0;
    if (luaL_dostring(L, call) != LUA_OK)
        fail_msg("%s: %s", call, lua_tostring(L, -1));
    assert_int_equal(longest_wait_ms, expected);
}

static void test_a_wait_is_rounded_up_and_bounded(void **state)
{
    (void)state;
    lua_State *L = luaL_newstate();
    luaL_openlibs(L);
    luaL_requiref(L, "personalize.core", luaopen_personalize_core, 0);
    lua_setglobal(L, "core");
    assert_waits(L, "engine = core.http.engine()", 0);
    assert_waits(L, "engine:wait(20)", 20);
    assert_waits(L, "engine:wait(0.2)", 1);
    assert_waits(L, "engine:wait(2147483646.5)", 2147483647);
    assert_waits(L, "engine:wait(math.huge)", 2147483647);
    assert_waits(L, "engine:wait(0)", 0);
    assert_waits(L, "engine:tick()", 0);
    lua_close(L);
    assert_int_equal(live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_wait_is_rounded_up_and_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
