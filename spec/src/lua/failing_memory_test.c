/* Every entry point of the core with memory that runs out at the nth allocation, for every n until
 * it no longer matters: an error each time, no crash, and nothing of the C side is left afterwards.
 *
 * Both kinds of memory fail: Lua's by its allocator, and what our own objects ask malloc for, which
 * the linker's --wrap diverts to the functions below. libcurl's own memory is libcurl's business.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

int luaopen_personalize_core(lua_State *L);

/* ------------------------------------------------------------------ memory that fails */

static long countdown = -1; /* allocations until the first that fails; -1: none fails */
static int has_failed;
static long live; /* blocks of our own objects */

static int fails(void)
{
    if (countdown < 0)
        return 0;
    if (countdown > 0) {
        countdown--;
        return 0;
    }
    has_failed = 1; /* and so do all that follow */
    return 1;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *block);

static void *counted(void *block)
{
    live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    if (fails())
        return NULL;
    if (block == NULL)
        return counted(__real_malloc(size));
    return __real_realloc(block, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : counted(__real_strdup(text));
}

void __wrap_free(void *block)
{
    live -= block != NULL;
    __real_free(block);
}

static void *lua_memory(void *data, void *block, size_t old_size, size_t size)
{
    (void)data, (void)old_size;
    if (size == 0) {
        __real_free(block);
        return NULL;
    }
    if ((block == NULL || size > old_size) && fails())
        return NULL;
    return __real_realloc(block, size);
}

/* ------------------------------------------------------------------ a server */

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                             "Content-Length: 14\r\nConnection: close\r\n\r\n{\"name\": \"x\"}\n";
static int listener;
static int port;

static void *serve(void *data)
{
    (void)data;
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        if (peer < 0)
            return NULL;
        char request[4096];
        if (recv(peer, request, sizeof request, 0) > 0)
            send(peer, answer, sizeof answer - 1, MSG_NOSIGNAL);
        shutdown(peer, SHUT_RDWR);
        close(peer);
    }
}

static pthread_t start_server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    pthread_t thread;
    listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(0, bind(listener, (struct sockaddr *)&address, sizeof address));
    assert_int_equal(0, listen(listener, 16));
    getsockname(listener, (struct sockaddr *)&address, &length);
    port = ntohs(address.sin_port);
    assert_int_equal(0, pthread_create(&thread, NULL, serve, NULL));
    return thread;
}

/* ------------------------------------------------------------------ the entry points */

static const char prelude[] = "local core, url = ...\n"
                              "local json, http = core.json, core.http\n"
                              "local spec = { method = 'POST', url = url, timeout_ms = 5000, body "
                              "= ('b'):rep(300), replayable = true,\n"
                              "   headers = { { 'Accept', 'application/json' }, { 'X-Name', "
                              "'value' } }, max_response_bytes = 65536,\n"
                              "   user_agent = 'failing memory', http2 = true, connect_timeout_ms "
                              "= 1000, stall_timeout_ms = 1000 }\n";

static const struct {
    const char *name;
    const char *code;
} entries[] = {
    {"json.decode",
     "local text = '{\"a\": [1, 2.5, -0, 1e400, 18446744073709551616, true, null, {}], \"b\": "
     "{\"c\": "
     "\"\\\\u00e4\\\\ud83d\\\\ude00' .. ('x'):rep(600) .. '\"}, \"a\": [], \"d\": "
     "[[[[[[[]]]]]]]}'\n"
     "local value, duplicates = json.decode(text) assert(value.b.c and duplicates)\n"},
    {"json.decode, refused", "local value, message = json.decode('[1, 2, {\"a\": tru}]') "
                             "assert(value == nil and message)\n"},
    {"json.encode",
     "local value = { b = 1, a = { 1, 2.5, 'text', json.array {}, {} }, n = json.number '1e400',\n"
     "   s = ('long \\n\"'):rep(200), t = true, u = json.null }\n"
     "assert(json.encode(value)) assert(json.encode(value, { pretty = true, canonical = true,\n"
     "   rank = { b = 1 }, arrays = { a = true } }))\n"},
    {"json.encode, refused", "local text, message, path = json.encode { a = { { b = print } } } "
                             "assert(not text and path)\n"},
    {"json.number, json.array",
     "local n = json.number '12345678901234567890' assert(tostring(n) and n == json.number "
     "'12345678901234567890.0')\n"
     "assert(json.is_array(json.array { 1 })) assert(n < json.number '1e30') assert(n .. 'x')\n"},
    {"url",
     "assert(core.url.parse 'https://user:pw@example.com:8443/a/b?c=d'.host == 'example.com')\n"
     "assert(core.url.escape 'a b/\\xc3\\xa4' == 'a%20b%2F%C3%A4') assert(core.url.origin "
     "'https://example.com/x')\n"
     "assert(core.url.redact 'see https://u:p@example.com/?token=abc&x=1') "
     "assert(core.url.is_loopback '::1')\n"
     "assert(core.url.parse 'no url' == nil)\n"},
    {"http.engine",
     "local engine = http.engine { max_connections = 4 } engine:tick() engine:close()\n"},
    {"engine.add, wait, result",
     "local engine = assert(http.engine {})\n"
     "local profile = assert(http.profile { http2 = true, user_agent = 'x', ca_path = '/' })\n"
     "local transfer = assert(engine:add(spec, profile))\n"
     "while not transfer:done() do engine:wait(100) end\n"
     "local answer, reason = transfer:result()\n"
     "if not answer then error(reason.message) end\n"
     "assert(answer.status == 200 and #answer.body == 14) engine:close()\n"},
    {"engine.add, refused",
     "local engine = assert(http.engine {})\n"
     "spec.headers = { { 'X', 'a\\r\\nb' } } local transfer, reason = engine:add(spec)\n"
     "assert(not transfer and reason.kind) engine:close()\n"},
    {"transfer.cancel", "local engine = assert(http.engine {}) local transfer = "
                        "assert(engine:add(spec)) transfer:cancel()\n"
                        "local answer, reason = transfer:result() assert(reason.kind == "
                        "'cancelled') engine:close()\n"},
    {"http.waker",
     "local engine = assert(http.engine {}) local waker = assert(http.waker(engine))\n"
     "assert(waker:path()) waker:accept() waker:close() engine:close()\n"},
    {"now, pid, random",
     "assert(core.now() and core.pid() and core.random() and core.can_yield() ~= nil)\n"},
};

static int compile(lua_State *L, const char *code)
{
    size_t size = sizeof prelude + strlen(code);
    char *text = __real_malloc(size);
    snprintf(text, size, "%s%s", prelude, code);
    int status = luaL_loadstring(L, text);
    __real_free(text);
    return status;
}

/* Runs an entry with the nth allocation failing; whether memory ran out at all. */
static int run_with(lua_State *L, size_t entry, long n)
{
    char address[64];
    snprintf(address, sizeof address, "http://127.0.0.1:%d/", port);
    assert_int_equal(LUA_OK, compile(L, entries[entry].code));
    lua_getfield(L, LUA_REGISTRYINDEX, "core");
    lua_pushstring(L, address);
    lua_gc(L, LUA_GCSTOP, 0); /* a __gc that finds no memory is not run again by Lua */
    has_failed = 0;
    countdown = n;
    int status = lua_pcall(L, 2, 0, 0);
    countdown = -1;
    lua_gc(L, LUA_GCRESTART, 0);
    if (status != LUA_OK && !has_failed)
        fail_msg("%s: %s", entries[entry].name, lua_tostring(L, -1));
    if (status != LUA_OK && lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TTABLE)
        fail_msg("%s: an error of type %s", entries[entry].name, luaL_typename(L, -1));
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
    lua_gc(L, LUA_GCCOLLECT, 0);
    return has_failed;
}

static lua_State *new_state(void)
{
    lua_State *L = lua_newstate(lua_memory, NULL);
    assert_non_null(L);
    luaL_openlibs(L);
    luaL_requiref(L, "personalize.core", luaopen_personalize_core, 0);
    lua_setfield(L, LUA_REGISTRYINDEX, "core");
    return L;
}

static void each_entry_survives(void **state)
{
    (void)state;
    for (size_t entry = 0; entry < sizeof entries / sizeof *entries; entry++) {
        lua_State *L = new_state();
        run_with(L, entry, -1); /* what is made once and kept: a locale, libcurl's own */
        long before = live, n = 0;
        while (run_with(L, entry, n)) {
            if (live != before)
                fail_msg("%s: %ld blocks are left when allocation %ld fails", entries[entry].name,
                         live - before, n);
            n++;
        }
        print_message("%s: %ld allocations\n", entries[entry].name, n);
        lua_close(L);
    }
}

static void opening_survives(void **state)
{
    (void)state;
    long before = live;
    for (long n = 0;; n++) {
        lua_State *L = lua_newstate(lua_memory, NULL);
        luaL_openlibs(L);
        lua_pushcfunction(L, luaopen_personalize_core);
        has_failed = 0;
        countdown = n;
        int status = lua_pcall(L, 0, 1, 0);
        countdown = -1;
        assert_true(status == LUA_OK || has_failed);
        lua_close(L);
        assert_int_equal(before, live);
        if (!has_failed)
            return;
    }
}

int main(void)
{
    pthread_t server = start_server();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_entry_survives),
        cmocka_unit_test(opening_survives),
    };
    int failed = cmocka_run_group_tests_name("failing memory", tests, NULL, NULL);
    shutdown(listener, SHUT_RDWR);
    close(listener);
    pthread_join(server, NULL);
    return failed;
}
