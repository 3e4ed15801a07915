/* Every entry point of the core with memory that runs out: see support/failing_entries.h. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "support/failing_entries.h"

int luaopen_personalize_core(lua_State *L);

static const char *const files[] = {
    "spec/src/lua/failing_memory/json.lua",     "spec/src/lua/failing_memory/url.lua",
    "spec/src/lua/failing_memory/http.lua",     "spec/src/lua/failing_memory/file.lua",
    "spec/src/lua/failing_memory/process.lua",  "spec/src/lua/failing_memory/masking.lua",
    "spec/src/lua/failing_memory/template.lua", NULL,
};

static char address[64];
static char folder[] = "/tmp/personalize-spec-XXXXXX";

/* connect(path): to the socket there; disconnect() ends that. */
static int connection = -1;

static int connect_to(lua_State *L)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    snprintf(name.sun_path, sizeof name.sun_path, "%s", luaL_checkstring(L, 1));
    connection = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(0, connect(connection, (struct sockaddr *)&name, sizeof name));
    return 0;
}

static int disconnect(lua_State *L)
{
    (void)L;
    close(connection);
    return 0;
}

static void give(lua_State *L)
{
    lua_pushcfunction(L, connect_to);
    lua_setfield(L, -2, "connect");
    lua_pushcfunction(L, disconnect);
    lua_setfield(L, -2, "disconnect");
    lua_pushstring(L, address);
    lua_setfield(L, -2, "url");
    lua_pushstring(L, folder);
    lua_setfield(L, -2, "folder");
}

static const struct suite suite = {
    .module = "personalize.core",
    .open = luaopen_personalize_core,
    .files = files,
    .give = give,
};

/* ------------------------------------------------------------------ a server */

static const char answer[] = "HTTP/1.1 200 OK\r\nX-Twice: a\r\nX-Twice: b\r\n"
                             "Content-Length: 14\r\nConnection: close\r\n\r\n{\"name\": \"x\"}\n";

/* What is asked for at /cut is cut. */
static void serve(int listener)
{
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        char request[4096] = "";
        if (recv(peer, request, sizeof request - 1, 0) > 0) {
            size_t less = strstr(request, " /cut ") != NULL ? 5 : 0;
            send(peer, answer, sizeof answer - 1 - less, MSG_NOSIGNAL);
        }
        shutdown(peer, SHUT_RDWR);
        close(peer);
    }
}

/* In a process of its own, so that its descriptors are not counted. */
static pid_t start_server(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof name;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&name, sizeof name) != 0 || listen(listener, 16) != 0)
        abort();
    getsockname(listener, (struct sockaddr *)&name, &length);
    snprintf(address, sizeof address, "http://127.0.0.1:%d", ntohs(name.sin_port));
    pid_t server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(listener);
    }
    close(listener);
    return server;
}

int main(void)
{
    if (mkdtemp(folder) == NULL)
        abort();
    pid_t server = start_server();
    int failed = run_suite();
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    return rmdir(folder) != 0 || failed; /* nothing is left in the folder either */
}
