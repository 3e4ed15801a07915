/* What Lua sees of a transfer, whose state is set here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lua/transfer.h"
#include "lua/transfer_failure.h"
#include "support/failing_memory.h"

int luaopen_personalize_core(lua_State *L);

static lua_State *L;
static pz_transfer *transfer; /* the one that Lua has as `transfer` */

static int make(lua_State *state)
{
    transfer = pz_lua_new_transfer(state, 1);
    pz_response_init(&transfer->response, 1000, 1000, 10);
    lua_pushvalue(state, -1);
    lua_setglobal(state, "transfer");
    return 1;
}

/* Runs Lua code, which asserts. */
static void run(const char *code)
{
    if (luaL_dostring(L, code) != LUA_OK)
        fail_msg("%s: %s", code, lua_tostring(L, -1));
}

static void make_with(const char *const *lines, const char *body)
{
    run("make(engine)");
    for (; *lines != NULL; lines++)
        assert_true(pz_response_line(&transfer->response, *lines, strlen(*lines)));
    pz_buffer_append(&transfer->response.body, body, strlen(body));
}

static const char *const ok[] = {"HTTP/1.1 200 OK\r\n", "A: 1\r\n", "a: 2\r\n", "\r\n", NULL};

static void test_an_answer_and_its_measurements(void **state)
{
    (void)state;
    make_with(ok, "body");
    run("assert(not transfer:done() and select(2, transfer:result()).kind == 'pending')");
    transfer->done = true;
    transfer->http_version = CURL_HTTP_VERSION_1_1;
    transfer->reused = true;
    transfer->elapsed = 1.5;
    transfer->time_connect = 2.5;
    transfer->time_first_byte = 3.5;
    transfer->bytes_sent = 4;
    transfer->body_bytes = 5;
    transfer->bytes_received = 6;
    run("answer = transfer:result() assert(transfer:done() and answer.status == 200)");
    run("assert(tostring(transfer) == 'transfer (status 200)')");
    run("assert(answer.reused == true and answer.elapsed == 1.5)");
    run("assert(answer.time_connect == 2.5 and answer.time_first_byte == 3.5)");
    run("assert(answer.bytes_sent == 4 and answer.body_bytes == 5 and answer.bytes_received == 6)");
    run("assert(answer.headers.a == '1, 2' and rawget(answer, 'headers') == answer.headers)");
    run("assert(answer[1] == nil and answer[true] == nil and answer.other == nil)");
    static const struct {
        long version;
        const char *code;
    } versions[] = {
        {CURL_HTTP_VERSION_1_0, "assert(answer.http_version == '1.0')"},
        {CURL_HTTP_VERSION_1_1, "assert(answer.http_version == '1.1')"},
        {CURL_HTTP_VERSION_2_0, "assert(answer.http_version == '2')"},
        {0, "assert(answer.http_version == 'unknown')"},
    };
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        transfer->http_version = versions[i].version;
        run(versions[i].code);
    }
    assert_non_null(transfer->response.body.bytes);
    run("assert(answer.body == 'body' and rawget(answer, 'body') == 'body')");
    assert_null(transfer->response.body.bytes); /* once is enough */
}

/* A finalizer may ask for that while the body is being decoded. */
static void test_a_body_that_is_being_read_is_not_freed(void **state)
{
    (void)state;
    make_with(ok, "[1]");
    transfer->done = true;
    run("answer = transfer:result()");
    transfer->body_is_read = true;
    run("core.http.drop_body(answer)");
    assert_int_equal(transfer->response.body.length, 3);
    run("assert(answer.body == '[1]')");
    assert_int_equal(transfer->response.body.length, 3);
    run("core.http.decode_body(answer, 5)");
    assert_true(transfer->body_is_read);
    transfer->body_is_read = false;
    run("assert(core.http.decode_body(answer, 5)[1] == 1)");
    assert_false(transfer->body_is_read);
    run("core.http.drop_body(answer)");
    assert_null(transfer->response.body.bytes);
}

/* LuaJIT leaves it in tables with weak keys for a while. */
static void test_one_that_was_collected_is_done(void **state)
{
    (void)state;
    run("make(engine)");
    run("debug.getmetatable(transfer).__gc(transfer)");
    run("assert(transfer:done())");
    run("local done, message = pcall(transfer.result, transfer) "
        "assert(not done and message:find 'the transfer was collected')");
    run("debug.getmetatable(transfer).__gc(transfer)");
}

static void test_an_answer_needs_no_engine(void **state)
{
    (void)state;
    run("other = core.http.engine() make(other)");
    transfer->done = true;
    transfer->response.status = 200;
    run("kept = setmetatable({ other }, { __mode = 'v' }) other = nil collectgarbage()");
    run("assert(kept[1])");
    run("answer = transfer:result() collectgarbage() collectgarbage()");
    run("assert(not kept[1] and transfer:result() == answer)");
}

static void fail_with(enum pz_kind kind, enum pz_phase phase, CURLcode code)
{
    pz_failure_set(&transfer->failure, kind, "words");
    transfer->failure.phase = phase;
    transfer->failure.code = code;
    transfer->done = true;
    run("answer, err = transfer:result() assert(answer == nil and err.message == 'words')");
}

static void test_a_failure_has_what_is_known(void **state)
{
    (void)state;
    make_with(ok, "");
    transfer->elapsed = 1.5;
    transfer->bytes_received = 7;
    fail_with(PZ_KIND_NETWORK, PZ_PHASE_NONE, CURLE_OK);
    run("assert(err.kind == 'network' and err.elapsed == 1.5 and err.bytes_received == 7)");
    run("assert(err.sent == false and err.status == 200 and err.headers.a == '1, 2')");
    run("assert(err.body == nil and err.phase == nil and err.curl_code == nil)");
    run("assert(err.proxy_refusal == nil and err.proxy_status == nil)");
    run("assert(tostring(transfer) == 'transfer (network)')");
    make_with(ok, "part");
    transfer->issued = true;
    transfer->refusal = PZ_REFUSAL_AUTH;
    transfer->proxy_status = 407;
    fail_with(PZ_KIND_TIMEOUT, PZ_PHASE_STALL, CURLE_OPERATION_TIMEDOUT);
    run("assert(err.kind == 'timeout' and err.phase == 'stall' and err.curl_code == 28)");
    run("assert(err.sent == true and err.body == 'part')");
    run("assert(err.proxy_refusal == 'auth' and err.proxy_status == 407)");
    make_with(ok, "part");
    transfer->response.status = 199; /* an interim answer is none */
    fail_with(PZ_KIND_CANCELLED, PZ_PHASE_NONE, CURLE_OK);
    run("assert(err.status == nil and err.headers == nil and err.body == nil)");
}

static int fail_for(lua_State *state)
{
    pz_failure failure;
    pz_failure_set(&failure, (enum pz_kind)lua_tointeger(state, 1), "words");
    return pz_lua_fail(state, &failure);
}

/* It is nobody's data, so it is raised as Lua raises its own. */
static void test_a_lack_of_memory_is_raised(void **state)
{
    (void)state;
    lua_pushcfunction(L, fail_for);
    lua_pushinteger(L, PZ_KIND_MEMORY);
    assert_int_not_equal(lua_pcall(L, 1, 2, 0), LUA_OK);
    assert_string_equal(lua_tostring(L, -1), "not enough memory");
    lua_settop(L, 0);
    lua_pushcfunction(L, fail_for);
    lua_pushinteger(L, PZ_KIND_CONFIG);
    assert_int_equal(lua_pcall(L, 1, 2, 0), LUA_OK);
    assert_true(lua_isnil(L, 1));
    lua_setglobal(L, "err");
    lua_settop(L, 0);
    run("assert(err.kind == 'config' and err.message == 'words' and err.sent == false)");
    run("assert(err.phase == nil and err.curl_code == nil)");
}

static int open_state(void **state)
{
    (void)state;
    L = luaL_newstate();
    luaL_openlibs(L);
    luaL_requiref(L, "personalize.core", luaopen_personalize_core, 0);
    lua_setglobal(L, "core");
    lua_pushcfunction(L, make);
    lua_setglobal(L, "make");
    return luaL_dostring(L, "engine = core.http.engine()") != LUA_OK;
}

static int close_state(void **state)
{
    (void)state;
    if (L != NULL)
        lua_close(L);
    L = NULL;
    return 0;
}

/* With the state, whatever was going on in it. */
static void test_all_is_given_back(void **state)
{
    close_state(state);
    assert_int_equal(live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_answer_and_its_measurements),
        cmocka_unit_test(test_a_body_that_is_being_read_is_not_freed),
        cmocka_unit_test(test_one_that_was_collected_is_done),
        cmocka_unit_test(test_an_answer_needs_no_engine),
        cmocka_unit_test(test_a_failure_has_what_is_known),
        cmocka_unit_test(test_a_lack_of_memory_is_raised),
        cmocka_unit_test(test_all_is_given_back),
    };
    return cmocka_run_group_tests(tests, open_state, close_state);
}
