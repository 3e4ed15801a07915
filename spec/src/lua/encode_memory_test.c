/* What an emergency collection, in the middle of an encode, does to the tables that it walks: each
 * allocation fails once, and Lua collects and tries again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdio.h>

#include "support/failing_memory.h"

int luaopen_personalize_core(lua_State *L);

static lua_State *new_state(const char *program)
{
    lua_State *L = lua_newstate(lua_memory, NULL);
    assert_non_null(L);
    luaL_openlibs(L);
    luaL_requiref(L, "personalize.core", luaopen_personalize_core, 0);
    lua_setglobal(L, "core");
    if (luaL_dostring(L, program) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    return L;
}

static void call(lua_State *L, const char *name, int results)
{
    lua_getglobal(L, name);
    if (lua_pcall(L, 0, results, 0) != LUA_OK)
        fail_msg("%s: %s", name, lua_tostring(L, -1));
}

/* Encodes what `make` returns, with the nth allocation failing once. Whether one failed. */
static bool encode_with(lua_State *L, long n)
{
    call(L, "make", 2); /* a value and options */
    lua_getglobal(L, "encode");
    lua_insert(L, -3);
    lua_gc(L, LUA_GCSTOP, 0); /* so that there is none but in an emergency */
    memory_fails_at(n, 1);
    int status = lua_pcall(L, 2, 1, 0);
    memory_suffices();
    bool has_failed = memory.has_failed;
    assert_true(status == LUA_OK || has_failed);
    if (status != LUA_OK) { /* memory of C */
        lua_pop(L, 1);
        lua_pushnil(L);
    }
    lua_setglobal(L, "text");
    call(L, "check", 0);
    lua_gc(L, LUA_GCRESTART, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
    return has_failed;
}

static void encode_in_emergencies(const char *program)
{
    lua_State *L = new_state(program);
    long n = 0;
    while (encode_with(L, n))
        n++;
    call(L, "conclude", 0);
    lua_close(L);
}

/* A finalizer would find the table that is walked, and could change it. */
static void test_no_finalizer_runs(void **state)
{
    (void)state;
    encode_in_emergencies(
        "encode = core.json.encode\n"
        "local options, expected = { canonical = true }\n"
        "local made, collected = 0, 0\n"
        "function make()\n"
        "   local value = { inner = { { {} } } }\n"
        "   for index = 1, 300 do value['name' .. index] = { 'text' .. index } end\n"
        "   expected = expected or encode(value, options)\n"
        "   is_finalized = false\n"
        "   setmetatable({}, { __gc = function()\n"
        "      is_finalized = true\n"
        "      for index = 1, 300 do value['name' .. index] = nil end\n"
        "      for index = 1, 300 do value['other' .. index] = {} end\n"
        "   end })\n"
        "   canary = setmetatable({ {} }, { __mode = 'v' })\n"
        "   return value, options\n"
        "end\n"
        "function check()\n"
        "   assert(not is_finalized)\n"
        "   made = made + (text and 1 or 0)\n"
        "   collected = collected + ((text and not canary[1]) and 1 or 0)\n"
        "   assert(text == nil or text == expected)\n"
        "end\n"
        "function conclude() assert(made > 2 and collected > 2, collected) end\n");
}

/* Members of weak tables may vanish while they are walked. What is written of them is JSON. */
static void test_a_weak_table_may_lose_members(void **state)
{
    (void)state;
    static const char program[] =
        "encode = core.json.encode\n"
        "local decode = core.json.decode\n"
        "local options = { canonical = %s }\n"
        "local lost = 0\n"
        "local function deep(levels) return levels > 0 and { { deep(levels - 1) } } or {} end\n"
        "function make()\n"
        "   local function weak() return setmetatable({}, { __mode = 'v' }) end\n"
        "   local few, many, list = weak(), weak(), weak()\n"
        "   for index = 1, 30 do few['few' .. index] = deep(40) end\n"
        "   for index = 1, 300 do many['many' .. index], list[index] = { 'a' }, deep(1) end\n"
        "   list[20] = deep(40)\n"
        "   return { few, many, list, few, many }, options\n"
        "end\n"
        "function check()\n"
        "   if not text then return end\n"
        "   local found = assert(decode(text))\n"
        "   local count = 0\n"
        "   for _ in pairs(found[2]) do count = count + 1 end\n"
        "   if count < 300 then lost = lost + 1 end\n"
        "end\n"
        "function conclude() assert(lost > 0) end\n";
    char own[sizeof program + 10];
    snprintf(own, sizeof own, program, "true");
    encode_in_emergencies(own);
    snprintf(own, sizeof own, program, "false");
    encode_in_emergencies(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_finalizer_runs),
        cmocka_unit_test(test_a_weak_table_may_lose_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
