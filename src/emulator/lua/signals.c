/** Waiting for SIGINT or SIGTERM, for a program that has nothing else to do. They are held back
 * from the beginning: one that comes before anybody waits is not lost, and does not end the process
 * in the middle of something.
 * @module personalize.emulator
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "emulator/lua/parts.h"
#include "lua/type.h"

static const char type_name[] = "personalize.emulator.signals";

typedef struct signals {
    int held;
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
    own->held = 0;
    luaL_setmetatable(L, type_name);
    held_signals(&set);
    own->held = pthread_sigmask(SIG_BLOCK, &set, &own->before) == 0;
    return 1;
}

/** Signals that are held back, until `close` or until this is collected.
 * @type signals
 */

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
    struct timespec limit = {.tv_sec = (time_t)fmin(fmax(seconds, 0), 1e9)};
    limit.tv_nsec = (long)((fmin(fmax(seconds, 0), 1e9) - (double)limit.tv_sec) * 1e9);
    held_signals(&set);
    int number;
    do {
        number = seconds < 0 ? sigwaitinfo(&set, NULL) : sigtimedwait(&set, NULL, &limit);
    } while (number < 0 && errno == EINTR);
    if (number < 0)
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
    own->held = 0;
    return 0;
}

void pz_lua_open_signals(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"wait", wait}, {"close", release}, {"__gc", release}, {"__close", release}, {NULL, NULL},
    };
    pz_lua_register_type(L, type_name, functions);
}
