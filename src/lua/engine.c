/* core.http: the engine as Lua sees it. */
#include "http/engine.h"

#include <math.h>
#include <string.h>

#include "http/clock.h"
#include "lua/engine.h"
#include "lua/engine_request.h"
#include "lua/profile.h"
#include "lua/transfer.h"
#include "lua/transfer_failure.h"
#include "lua/type.h"

static const char type_name[] = "personalize.engine";

typedef struct engine_box {
    pz_engine *engine; /* NULL: closed */
} engine_box;

static engine_box *check_box(lua_State *L)
{
    return pz_lua_check_self(L, type_name);
}

/* Returns the engine; NULL: pushed nil and an error. */
static pz_engine *usable(lua_State *L)
{
    engine_box *box = check_box(L);
    if (box->engine == NULL) {
        pz_lua_fail_with(L, PZ_KIND_CLOSED, "the engine was closed");
        return NULL;
    }
    if (pz_engine_is_foreign(box->engine)) {
        pz_lua_fail_with(L, PZ_KIND_CLOSED,
                         "the engine belongs to another process: it was made before a fork");
        return NULL;
    }
    return box->engine;
}

/* enqueue(request, profile): makes a transfer, which the next tick, wait or run_due starts. */
static int engine_enqueue(lua_State *L)
{
    check_box(L);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 3);
    pz_request request = pz_lua_begin_request(L, 3);
    pz_transfer *transfer = pz_lua_new_transfer(L, 1);
    /* Check only now: allocating may run the collector, and a finalizer may close the engine. */
    pz_engine *engine = usable(L);
    if (engine == NULL)
        return 2;
    pz_failure failure;
    if (!pz_lua_read_request(L, 2, &request, &transfer->headers, &failure) ||
        !pz_engine_enqueue(engine, transfer, &request, &failure))
        return pz_lua_fail(L, &failure);
    lua_pushvalue(L, 4);
    return 1;
}

static int tick(lua_State *L, int wait_ms)
{
    pz_engine *engine = usable(L);
    if (engine == NULL)
        return 2;
    pz_engine_tick(engine, wait_ms);
    lua_pushinteger(L, (lua_Integer)pz_engine_active(engine));
    return 1;
}

static int engine_tick(lua_State *L)
{
    return tick(L, 0);
}

static int engine_wait(lua_State *L)
{
    lua_Number ms = luaL_checknumber(L, 2);
    luaL_argcheck(L, ms >= 0, 2, "milliseconds expected, zero or more");
    return tick(L, ms < PZ_TIMEOUT_MS_MAX ? (int)ceil(ms) : PZ_TIMEOUT_MS_MAX);
}

/* take_ended(): the number of an ended transfer, each once; nil: none; true: too many ended to keep
 * their numbers. */
static int engine_take_ended(lua_State *L)
{
    engine_box *box = check_box(L);
    bool ours = box->engine != NULL && !pz_engine_is_foreign(box->engine);
    uint64_t number = ours ? pz_engine_take_ended(box->engine) : 0;
    if (number == 0)
        lua_pushnil(L);
    else if (number == UINT64_MAX)
        lua_pushboolean(L, 1);
    else
        lua_pushnumber(L, (lua_Number)number);
    return 1;
}

static int engine_active(lua_State *L)
{
    engine_box *box = check_box(L);
    bool ours = box->engine != NULL && !pz_engine_is_foreign(box->engine);
    lua_pushinteger(L, ours ? (lua_Integer)pz_engine_active(box->engine) : 0);
    return 1;
}

static int engine_run_due(lua_State *L)
{
    pz_engine *engine = usable(L);
    if (engine == NULL)
        return 2;
    lua_pushboolean(L, pz_engine_run_due(engine));
    return 1;
}

/* wake(ms): makes the engine's descriptor readable, now or after `ms` milliseconds. */
static int engine_wake(lua_State *L)
{
    lua_Number ms = luaL_optnumber(L, 2, 0);
    luaL_argcheck(L, ms >= 0, 2, "milliseconds expected, zero or more");
    pz_engine *engine = usable(L);
    if (engine == NULL)
        return 2;
    ms = ceil(ms < PZ_TIMEOUT_MS_MAX ? ms : PZ_TIMEOUT_MS_MAX);
    pz_engine_wake(engine, (uint64_t)ms * PZ_NS_PER_MS);
    return 0;
}

/* is_usable(): true if the engine is open and belongs to this process. */
static int engine_is_usable(lua_State *L)
{
    engine_box *box = check_box(L);
    lua_pushboolean(L, box->engine != NULL && !pz_engine_is_foreign(box->engine));
    return 1;
}

static int engine_timeout(lua_State *L)
{
    pz_engine *engine = usable(L);
    if (engine == NULL)
        return 2;
    int64_t ms = pz_engine_timeout(engine);
    if (ms < 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, (lua_Integer)ms);
    return 1;
}

/* fd(): the descriptor that is readable when there is work; nil if the poller has none. Then
 * callers poll by `timeout`, and often while a transfer is in flight. */
static int engine_fd(lua_State *L)
{
    pz_engine *engine = usable(L);
    if (engine == NULL)
        return 2;
    int fd = pz_engine_fd(engine);
    if (fd < 0)
        lua_pushnil(L);
    else
        lua_pushinteger(L, (lua_Integer)fd);
    return 1;
}

/* close, __gc and __close */
static int engine_close(lua_State *L)
{
    engine_box *box = check_box(L);
    if (box->engine != NULL)
        pz_engine_free(box->engine);
    box->engine = NULL;
    return 0;
}

static int engine_tostring(lua_State *L)
{
    engine_box *box = check_box(L);
    if (box->engine == NULL)
        lua_pushliteral(L, "engine (closed)");
    else
        lua_pushfstring(L, "engine (%d under way)", (int)pz_engine_active(box->engine));
    return 1;
}

static long read_max_connections(lua_State *L)
{
    if (lua_isnoneornil(L, 1))
        return 0;
    luaL_checktype(L, 1, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (strcmp(name, "max_connections") != 0)
            luaL_argerror(L, 1, lua_pushfstring(L, "unknown field '%s'", name));
    }
    lua_getfield(L, 1, "max_connections");
    if (lua_isnil(L, -1))
        return 0;
    lua_Number count = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
    luaL_argcheck(L, count >= 1 && count <= 65536 && count == floor(count), 1,
                  "field 'max_connections': a whole number from 1 to 65536 expected");
    return (long)count;
}

int pz_lua_new_engine(lua_State *L)
{
    long max_connections = read_max_connections(L);
    engine_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    box->engine = NULL;
    luaL_setmetatable(L, type_name);
    lua_pushvalue(L, -1);
    pz_lua_keep(L, -2); /* its transfers keep this value too */
    pz_failure failure;
    box->engine = pz_engine_new(max_connections, &failure);
    return box->engine != NULL ? 1 : pz_lua_fail(L, &failure);
}

int pz_lua_engine_fd(lua_State *L, int index)
{
    engine_box *box = luaL_checkudata(L, index, type_name);
    luaL_argcheck(L, box->engine != NULL && !pz_engine_is_foreign(box->engine), index,
                  "the engine was closed, or is another process's");
    return pz_engine_fd(box->engine);
}

static const luaL_Reg methods[] = {
    {"enqueue", engine_enqueue},
    {"tick", engine_tick},
    {"wait", engine_wait},
    {"run_due", engine_run_due},
    {"wake", engine_wake},
    {"active", engine_active},
    {"take_ended", engine_take_ended},
    {"is_usable", engine_is_usable},
    {"timeout", engine_timeout},
    {"fd", engine_fd},
    {"close", engine_close},
    {"__gc", engine_close},
    {"__close", engine_close},
    {"__tostring", engine_tostring},
    {NULL, NULL},
};

void pz_lua_register_engine(lua_State *L)
{
    pz_lua_register_type(L, type_name, methods);
}
