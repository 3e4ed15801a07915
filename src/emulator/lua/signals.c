/** Waiting for SIGINT or SIGTERM, for a program that has nothing else to do. They are held back
 * from the beginning: one that comes before anybody waits is not lost, and does not end the process
 * in the middle of something.
 * @module personalize.emulator
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "emulator/lua/parts.h"
#include "lua/type.h"

static const char type_name[] = "personalize.emulator.signals";

typedef struct signals {
    bool held;
    sigset_t before;
} signals;

static void held_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
}

int pz_lua_signals(lua_State *L)
{
    sigset_t set;
    signals *own = lua_newuserdatauv(L, sizeof *own, 0);
    own->held = false;
    luaL_setmetatable(L, type_name);
    held_signals(&set);
    own->held = pthread_sigmask(SIG_BLOCK, &set, &own->before) == 0;
    return 1;
}

/** Signals that are held back, until `close` or until this is collected.
 * @type signals
 */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Looks a hundred times a second: not every system has sigtimedwait(). 0: none came. */
static int wait_until(const sigset_t *set, double deadline)
{
    static const struct timespec pause = {0, 10 * 1000 * 1000};
    for (;;) {
        sigset_t pending;
        int number = 0;
        if (sigpending(&pending) == 0 &&
            (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1) &&
            sigwait(set, &number) == 0)
            return number;
        if (now() >= deadline)
            return 0;
        nanosleep(&pause, NULL);
    }
}

/** Waits for one.
 * @function wait
 * @tparam[opt] number seconds at most; without: for ever
 * @treturn "SIGINT"|"SIGTERM"|nil signal nil: none came in time
 */
static int wait(lua_State *L)
{
    sigset_t set;
    luaL_checkudata(L, 1, type_name);
    lua_Number seconds = luaL_optnumber(L, 2, -1);
    held_signals(&set);
    int number = 0;
    if (seconds < 0)
        sigwait(&set, &number);
    else
        number = wait_until(&set, now() + seconds);
    if (number == 0)
        lua_pushnil(L);
    else
        lua_pushstring(L, number == SIGINT ? "SIGINT" : "SIGTERM");
    return 1;
}

/** Holds them back no longer: what came meanwhile is delivered. Also `__gc` and `__close`.
 * @function close
 * @treturn nil
 */
static int release(lua_State *L)
{
    signals *own = luaL_checkudata(L, 1, type_name);
    if (own->held)
        pthread_sigmask(SIG_SETMASK, &own->before, NULL);
    own->held = false;
    return 0;
}

void pz_lua_open_signals(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"wait", wait}, {"close", release}, {"__gc", release}, {"__close", release}, {NULL, NULL},
    };
    pz_lua_register_type(L, type_name, functions);
}
