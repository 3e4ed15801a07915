/* What is read of a table that describes a request, member by member. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lua/engine_request.h"
#include "support/failing_memory.h"

static lua_State *L;

static struct {
    pz_request request;
    pz_headers headers;
    pz_failure failure;
    bool is_profile, done;
} got;

static int read_it(lua_State *state)
{
    got.done = got.is_profile
                   ? pz_lua_read_profile(state, 1, &got.request, &got.failure)
                   : pz_lua_read_request(state, 1, &got.request, &got.headers, &got.failure);
    return 0;
}

/* Reads the table that the text makes; returns the message of an error that was raised. The table
 * stays on the stack, for its texts. */
static const char *reading(const char *table)
{
    char chunk[500];
    snprintf(chunk, sizeof chunk, "return %s", table);
    lua_settop(L, 0);
    assert_int_equal(luaL_dostring(L, chunk), LUA_OK);
    pz_headers_free(&got.headers);
    memset(&got.failure, 0, sizeof got.failure);
    lua_pushcfunction(L, read_it);
    lua_pushvalue(L, 1);
    return lua_pcall(L, 1, 0, 0) == LUA_OK ? NULL : lua_tostring(L, -1);
}

/* With members that a request must have. */
static void read_with(const char *members)
{
    char table[400];
    snprintf(table, sizeof table, "{ method = 'M', url = 'U', timeout_ms = 1, %s }", members);
    got.is_profile = false;
    got.request = pz_lua_default_request;
    got.request.profile = 7;
    const char *raised = reading(table);
    if (raised != NULL)
        fail_msg("%s: %s", members, raised);
}

static void assert_raises(const char *table, const char *expected)
{
    got.request = pz_lua_default_request;
    const char *raised = reading(table);
    assert_non_null(raised);
    if (strstr(raised, expected) == NULL)
        fail_msg("%s: %s", table, raised);
}

static void test_each_member_has_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t offset;
    } texts[] = {
        {"user_agent", offsetof(pz_request, user_agent)},
        {"ca_file", offsetof(pz_request, ca_file)},
        {"ca_path", offsetof(pz_request, ca_path)},
        {"client_cert", offsetof(pz_request, client_cert)},
        {"client_cert_key", offsetof(pz_request, client_cert_key)},
        {"client_cert_passphrase", offsetof(pz_request, client_cert_passphrase)},
        {"proxy", offsetof(pz_request, proxy)},
    };
    char members[200];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(members, sizeof members, "%s = 'text of %s'", texts[i].name, texts[i].name);
        read_with(members);
        assert_true(got.done);
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            const char *text;
            memcpy(&text, (const char *)&got.request + texts[k].offset, sizeof text);
            assert_int_equal(text != NULL, k == i);
            if (k == i)
                assert_string_equal(text + strlen("text of "), texts[i].name);
        }
        assert_int_equal(got.request.profile, 0); /* it is not the profile's any more */
    }
    read_with("connect_timeout_ms = 2, stall_timeout_ms = 3, max_response_bytes = 4, "
              "max_response_headers = 5, max_header_bytes = 6, http2 = false");
    assert_int_equal(got.request.connect_timeout_ms, 2);
    assert_int_equal(got.request.stall_timeout_ms, 3);
    assert_int_equal(got.request.max_response_bytes, 4);
    assert_int_equal(got.request.max_response_headers, 5);
    assert_int_equal(got.request.max_header_bytes, 6);
    assert_false(got.request.http2);
    assert_true(got.request.replayable);
}

static void test_what_is_of_the_request_leaves_the_profile(void **state)
{
    (void)state;
    static const char *const others[] = {
        "http2 = true",         "connect_timeout_ms = 1",   "stall_timeout_ms = 1",
        "max_header_bytes = 1", "max_response_headers = 1", "max_response_bytes = 1",
    };
    read_with("body = 'a\\0b', replayable = false, headers = { { 'A', 'b' }, { 'C', '' } }");
    assert_true(got.done);
    assert_int_equal(got.request.profile, 7);
    assert_string_equal(got.request.method, "M");
    assert_string_equal(got.request.url, "U");
    assert_int_equal(got.request.timeout_ms, 1);
    assert_int_equal(got.request.body_length, 3);
    assert_memory_equal(got.request.body, "a\0b", 3);
    assert_false(got.request.replayable);
    assert_int_equal(got.headers.count, 2);
    assert_string_equal(got.headers.lines->data, "A: b");
    assert_string_equal(got.headers.last->data, "C;");
    assert_int_equal(lua_gettop(L), 1);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        read_with(others[i]);
        assert_int_equal(got.request.profile, 0);
    }
}

static void test_what_is_not_given(void **state)
{
    (void)state;
    assert_int_equal(pz_lua_default_request.max_response_bytes, 64 * 1024 * 1024);
    assert_int_equal(pz_lua_default_request.max_response_headers, 256);
    assert_int_equal(pz_lua_default_request.max_header_bytes, 256 * 1024);
    assert_true(pz_lua_default_request.http2);
    assert_true(pz_lua_default_request.replayable);
    assert_int_equal(pz_lua_default_request.timeout_ms, 0);
    got.is_profile = true;
    memset(&got.request, 0xff, sizeof got.request);
    assert_null(reading("{ timeout_ms = 5, replayable = false, proxy = 'p' }"));
    assert_true(got.done);
    assert_int_equal(got.request.timeout_ms, 5);
    assert_false(got.request.replayable);
    assert_string_equal(got.request.proxy, "p");
    assert_null(got.request.url);
    assert_null(got.request.ca_file);
    assert_int_equal(got.request.max_response_bytes, 64 * 1024 * 1024);
}

static void test_numbers_are_rounded_up_and_bounded(void **state)
{
    (void)state;
    static const char ms[] = "milliseconds (more than 0, less than 2^31) expected";
    read_with("stall_timeout_ms = 0.2, max_response_bytes = 1.5");
    assert_int_equal(got.request.stall_timeout_ms, 1);
    assert_int_equal(got.request.max_response_bytes, 2);
    read_with("stall_timeout_ms = 2147483647, max_response_bytes = 2^53");
    assert_int_equal(got.request.stall_timeout_ms, 2147483647);
    uint64_t most = PTRDIFF_MAX < (INT64_C(1) << 53) ? PTRDIFF_MAX : UINT64_C(1) << 53;
    assert_int_equal(got.request.max_response_bytes, most);
    got.is_profile = false;
    assert_raises("{ stall_timeout_ms = 2147483648 }", ms);
    assert_raises("{ stall_timeout_ms = 0 }", ms);
    assert_raises("{ stall_timeout_ms = 0/0 }", ms);
    assert_raises("{ stall_timeout_ms = '1' }", ms);
    assert_raises("{ max_response_bytes = 2^53 + 2 }",
                  "field 'max_response_bytes': a number (more than 0) expected");
}

static void test_the_first_fault_is_told(void **state)
{
    (void)state;
    read_with("headers = { { 'A', 'b' }, { 'C', 'd\\n' }, { '', 'e' }, { 'F', 'g' } }");
    assert_false(got.done);
    assert_int_equal(got.failure.kind, PZ_KIND_VALIDATION);
    assert_string_equal(got.failure.message, "header C: a line break or NUL in its value");
    assert_int_equal(got.headers.count, 1);
    read_with("proxy = 'a\\0b'");
    assert_false(got.done);
    assert_int_equal(got.failure.kind, PZ_KIND_VALIDATION);
    assert_string_equal(got.failure.message, "proxy: has a NUL byte");
    /* a table has no order: whichever comes first keeps its words */
    read_with("proxy = 'a\\0b', headers = { { 'C', 'd\\n' } }, ca_file = '\\0', ca_path = '\\0'");
    assert_false(got.done);
    char words[sizeof got.failure.message];
    strcpy(words, got.failure.message);
    lua_settop(L, 1);
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        const char *name = lua_tostring(L, -2);
        lua_pop(L, 1);
        if (strcmp(name, "headers") == 0 || strcmp(name, "proxy") == 0 ||
            strncmp(name, "ca_", 3) == 0) {
            const char *told = strcmp(name, "headers") == 0 ? "header" : name;
            assert_memory_equal(words, told, strlen(told));
            break;
        }
    }
}

static void test_misuse_is_raised(void **state)
{
    (void)state;
    got.is_profile = false;
    assert_raises("{ url = 'U', timeout_ms = 1 }", "field 'method': string expected");
    assert_raises("{ method = 'M', timeout_ms = 1 }", "field 'url': string expected");
    assert_raises("{ method = 'M', url = 'U' }", "field 'timeout_ms': milliseconds");
    assert_raises("{ url2 = 'U' }", "unknown field 'url2'");
    assert_raises("{ ['url\\0'] = 'U' }", "unknown field 'url");
    assert_raises("{ ur = 'U' }", "unknown field 'ur'");
    assert_raises("{ [true] = 'U' }", "unknown field '?'");
    assert_raises("{ url = 5 }", "field 'url': string expected");
    assert_raises("{ http2 = 'yes' }", "field 'http2': boolean expected");
    assert_raises("{ headers = 'A: b' }", "field 'headers': array of pairs expected");
    assert_raises("{ headers = { { 'A', 'b' }, 'C' } }",
                  "field 'headers[2]': pair of strings expected");
    assert_raises("{ headers = { { 'A', 5 } } }", "field 'headers[1]': pair of strings expected");
    assert_raises("{ headers = { { 5, 'b' } } }", "field 'headers[1]': pair of strings expected");
    got.is_profile = true;
    assert_raises("{ method = 'M' }", "field 'method': belongs to a request");
    assert_raises("{ url = 'U' }", "field 'url': belongs to a request");
    assert_raises("{ headers = {} }", "field 'headers': belongs to a request");
    assert_raises("{ body = '' }", "field 'body': belongs to a request");
}

static int open_state(void **state)
{
    (void)state;
    L = luaL_newstate();
    return L == NULL;
}

static int close_state(void **state)
{
    (void)state;
    pz_headers_free(&got.headers);
    lua_close(L);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_member_has_its_place),
        cmocka_unit_test(test_what_is_of_the_request_leaves_the_profile),
        cmocka_unit_test(test_what_is_not_given),
        cmocka_unit_test(test_numbers_are_rounded_up_and_bounded),
        cmocka_unit_test(test_the_first_fault_is_told),
        cmocka_unit_test(test_misuse_is_raised),
    };
    return cmocka_run_group_tests(tests, open_state, close_state);
}
