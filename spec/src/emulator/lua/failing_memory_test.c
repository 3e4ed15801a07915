/* Every entry point of the emulator's binding with memory that runs out: see
 * support/failing_entries.h. The emulator's own threads find memory; what they hold is counted. */
#include <arpa/inet.h>
#include <stdint.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "support/failing_entries.h"

int luaopen_personalize_emulator_core(lua_State *L);

static const char *const files[] = {
    "spec/src/emulator/lua/failing_memory/emulator.lua",
    "spec/src/emulator/lua/failing_memory/process.lua",
    NULL,
};

/* A block that libmicrohttpd will free is its own from then on (diverted by the linker, too). */
struct MHD_Response *__real_MHD_create_response_from_buffer(size_t size, void *buffer,
                                                            enum MHD_ResponseMemoryMode mode);
struct MHD_Response *__wrap_MHD_create_response_from_buffer(size_t size, void *buffer,
                                                            enum MHD_ResponseMemoryMode mode);

struct MHD_Response *__wrap_MHD_create_response_from_buffer(size_t size, void *buffer,
                                                            enum MHD_ResponseMemoryMode mode)
{
    live -= mode == MHD_RESPMEM_MUST_FREE && buffer != NULL;
    return __real_MHD_create_response_from_buffer(size, buffer, mode);
}

/* ask(port, text): sends it, and reads the answer to its end. */
static int ask(lua_State *L)
{
    size_t length;
    uint16_t port = (uint16_t)luaL_checkinteger(L, 1);
    const char *text = luaL_checklstring(L, 2, &length);
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char answer[4096];
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(0, connect(connection, (struct sockaddr *)&name, sizeof name));
    assert_int_equal(length, send(connection, text, length, MSG_NOSIGNAL));
    while (recv(connection, answer, sizeof answer, 0) > 0)
        ;
    close(connection);
    return 0;
}

static void give(lua_State *L)
{
    lua_pushcfunction(L, ask);
    lua_setfield(L, -2, "ask");
}

static const struct suite suite = {
    .module = "personalize.emulator.core",
    .open = luaopen_personalize_emulator_core,
    .files = files,
    .give = give,
};

int main(void)
{
    return run_suite();
}
