/* Runs the entry points of a C module with memory that runs out at the nth allocation, for every n
 * until it no longer matters, in two ways: the nth allocation fails alone, and all that follow fail
 * with it. An error each time, no crash, and neither a block nor a descriptor of the C side is
 * left.
 *
 * The entries stand in Lua files, each an array of { name, function(given) }; what is given is up
 * to the test. The nth allocation that fails alone makes Lua collect its garbage there and then. */
#ifndef PZ_SPEC_FAILING_ENTRIES_H
#define PZ_SPEC_FAILING_ENTRIES_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "support/failing_memory.h"

enum { OUT_OF_MEMORY = 99, CALLED_MAX = 512 };

/* What a test of a module says. */
static const struct suite {
    const char *module;
    lua_CFunction open;
    const char *const *files;
    void (*give)(lua_State *L); /* adds to the table on top */
} suite;

/* ------------------------------------------------------------------ a state */

/* apart(f): runs f in a process of its own; "exit" or "signal", and which. */
static int apart(lua_State *L)
{
    int how;
    pid_t child = fork();
    if (child == 0) {
        int status = lua_pcall(L, 0, 0, 0);
        _exit(memory.has_failed ? OUT_OF_MEMORY : status);
    }
    assert_int_equal(child, waitpid(child, &how, 0));
    if (WIFEXITED(how) && WEXITSTATUS(how) == OUT_OF_MEMORY) {
        memory.has_failed = 1;
        return luaL_error(L, "not enough memory");
    }
    lua_pushstring(L, WIFSIGNALED(how) ? "signal" : "exit");
    lua_pushinteger(L, WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
    return 2;
}

/* refuses(f, ...): the message that f raises, unless it is that memory ran out. */
static int refuses(lua_State *L)
{
    if (lua_pcall(L, lua_gettop(L) - 1, 0, 0) == LUA_OK)
        return luaL_error(L, "it was not refused");
    const char *message = lua_tostring(L, -1);
    return strstr(message, "not enough memory") != NULL ? lua_error(L) : 1;
}

static lua_State *new_state(void)
{
    lua_State *L = lua_newstate(lua_memory, NULL);
    assert_non_null(L);
    luaL_openlibs(L);
    lua_newtable(L);
    luaL_requiref(L, suite.module, suite.open, 0);
    lua_setfield(L, -2, "core");
    lua_pushcfunction(L, apart);
    lua_setfield(L, -2, "apart");
    lua_pushcfunction(L, refuses);
    lua_setfield(L, -2, "refuses");
    suite.give(L);
    return L;
}

/* ------------------------------------------------------------------ running an entry */

static int open_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void collect(lua_State *L)
{
    lua_gc(L, LUA_GCCOLLECT, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
}

/* Runs the function on top; whether memory ran out at all. */
static int run_with(lua_State *L, const char *name, long n, int once)
{
    lua_pushvalue(L, -1);
    lua_pushvalue(L, 1);
    lua_gc(L, LUA_GCSTOP, 0); /* a __gc that finds no memory is not run again by Lua */
    memory_fails_at(n, once);
    int status = lua_pcall(L, 1, 0, 0);
    memory_suffices();
    lua_gc(L, LUA_GCRESTART, 0);
    if (status != LUA_OK && !memory.has_failed)
        fail_msg("%s: %s", name, lua_tostring(L, -1));
    if (status != LUA_OK && lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TTABLE)
        fail_msg("%s: an error of type %s", name, luaL_typename(L, -1));
    if (status == LUA_OK && memory.has_failed && !once)
        fail_msg("%s: no error when allocation %ld fails", name, n);
    if (status != LUA_OK)
        lua_pop(L, 1);
    collect(L);
    return memory.has_failed;
}

static void survives(lua_State *L, const char *name, int once)
{
    run_with(L, name, -1, once); /* what is made once and kept: a locale, libcurl's own */
    long blocks = live, n = 0;
    int descriptors = open_descriptors();
    while (run_with(L, name, n, once)) {
        if (live != blocks)
            fail_msg("%s: %ld blocks are left when allocation %ld fails", name, live - blocks, n);
        if (open_descriptors() != descriptors)
            fail_msg("%s: descriptors are left when allocation %ld fails", name, n);
        n++;
    }
    if (!once)
        print_message("%s: %ld allocations\n", name, n);
}

/* Calls `visit` with each entry of all files: its name, the function on top of the stack. */
static void each_entry(lua_State *L, void (*visit)(lua_State *L, const char *name))
{
    for (const char *const *file = suite.files; *file != NULL; file++) {
        if (luaL_dofile(L, *file) != LUA_OK)
            fail_msg("%s", lua_tostring(L, -1));
        for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TTABLE; i++) {
            lua_rawgeti(L, -1, 1);
            lua_rawgeti(L, -2, 2);
            visit(L, lua_tostring(L, -2));
            lua_pop(L, 3);
        }
        lua_pop(L, 2);
    }
}

/* ------------------------------------------------------------------ the tests */

static void visit(lua_State *L, const char *name)
{
    survives(L, name, 0);
    survives(L, name, 1);
}

static void each_entry_survives(void **state)
{
    (void)state;
    lua_State *L = new_state();
    each_entry(L, visit);
    lua_close(L);
}

static void opening_survives(void **state)
{
    (void)state;
    long before = live;
    for (long n = 0;; n++) {
        lua_State *L = lua_newstate(lua_memory, NULL);
        luaL_openlibs(L);
        lua_pushcfunction(L, suite.open);
        memory_fails_at(n, 0);
        int status = lua_pcall(L, 0, 1, 0);
        memory_suffices();
        assert_true(status == LUA_OK || memory.has_failed);
        lua_close(L);
        assert_int_equal(before, live);
        if (!memory.has_failed)
            return;
    }
}

/* Every C function that was called, also in the processes made by `apart`. */
static struct {
    atomic_int count;
    lua_CFunction functions[CALLED_MAX];
} * called;

static void note_call(lua_State *L, lua_Debug *call)
{
    lua_getinfo(L, "f", call);
    lua_CFunction function = lua_tocfunction(L, -1);
    lua_pop(L, 1);
    if (function == NULL)
        return;
    for (int i = 0; i < called->count; i++) {
        if (called->functions[i] == function)
            return;
    }
    assert_true(called->count < CALLED_MAX);
    called->functions[called->count++] = function;
}

static int was_called(lua_State *L)
{
    lua_CFunction function = lua_tocfunction(L, 1);
    int found = 0;
    for (int i = 0; i < called->count; i++)
        found |= called->functions[i] == function;
    lua_pushboolean(L, found);
    return 1;
}

static void run_once(lua_State *L, const char *name)
{
    lua_sethook(L, note_call, LUA_MASKCALL, 0);
    run_with(L, name, -1, 0);
    lua_sethook(L, NULL, 0, 0);
}

/* No function that Lua can call is missing from the entries. */
static void entries_are_complete(void **state)
{
    (void)state;
    called = mmap(NULL, sizeof *called, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(MAP_FAILED, called);
    lua_State *L = new_state();
    each_entry(L, run_once);
    assert_int_equal(LUA_OK, luaL_loadfile(L, "spec/support/entry_points.lua"));
    lua_getfield(L, 1, "core");
    lua_pushcfunction(L, was_called);
    if (lua_pcall(L, 2, 1, 0) != LUA_OK || lua_type(L, -1) == LUA_TSTRING)
        fail_msg("%s", lua_tostring(L, -1));
    lua_close(L);
    munmap(called, sizeof *called);
}

static int run_suite(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_entry_survives),
        cmocka_unit_test(opening_survives),
        cmocka_unit_test(entries_are_complete),
    };
    return cmocka_run_group_tests_name(suite.module, tests, NULL, NULL);
}

#endif
