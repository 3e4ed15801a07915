/* Handlers whose database is held by another process, or broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "emulator/call.h"

static char path[64];
static pz_emulator emulator;
static sqlite3 *other; /* another program's connection to the same file */

static int open_both(void **state)
{
    static char base_url[] = "http://localhost";
    pz_failure failure;
    (void)state;
    emulator.base_url = base_url;
    emulator.options.client_key = "key";
    emulator.options.api_token = "token";
    snprintf(path, sizeof path, "/tmp/personalize-handlers-XXXXXX");
    close(mkstemp(path));
    if (!pz_stopping_open(&emulator.stopping))
        return -1;
    emulator.store = pz_store_open(path, &emulator.stopping, &failure);
    return emulator.store != NULL && sqlite3_open(path, &other) == SQLITE_OK ? 0 : -1;
}

static int close_both(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    char name[80];
    (void)state;
    sqlite3_close(other);
    pz_store_close(emulator.store);
    pz_stopping_close(&emulator.stopping);
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
    return 0;
}

static void assert_reply(pz_handler handler, const char *body, unsigned status, const char *reason)
{
    char nothing[] = "";
    pz_call call = {.emulator = &emulator, .path = nothing, .query = nothing};
    pz_buffer_init(&call.body, 1000);
    pz_buffer_append_text(&call.body, body);
    pz_reply_init(&call.reply, &emulator.clock);
    handler(&call);
    assert_int_equal(call.reply.status, status);
    pz_buffer_append_byte(&call.reply.body, '\0');
    assert_non_null(strstr(call.reply.body.bytes, reason));
    pz_buffer_free(&call.body);
    pz_reply_free(&call.reply);
}

static const char definition[] = "{\"name\":\"n\",\"auth\":{\"authType\":\"NONE\"},"
                                 "\"request\":{},\"systemType\":\"S\"}";
static const char items[] = "{\"path\":\"/v3/flowDefinitions\",\"items\":[]}";

static void assert_each_write(unsigned status, const char *reason)
{
    assert_reply(pz_handle_create, definition, status, reason);
    assert_reply(pz_handle_reset, "", status, reason);
    assert_reply(pz_handle_seed, "", status, reason);
    assert_reply(pz_handle_put_items, items, status, reason);
}

/* Nobody waits for the other one: the emulator is told to stop. */
static void test_a_database_that_is_held_is_busy(void **state)
{
    (void)state;
    pz_stopping_begin(&emulator.stopping);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_each_write(503, "Another process holds the emulator's database");
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_reply(pz_handle_put_items, items, 200, "done");
}

static void test_a_database_that_is_broken_is_no_lack_of_memory(void **state)
{
    (void)state;
    assert_reply(pz_handle_connections, "", 200, "\"total\":0");
    assert_int_equal(sqlite3_exec(other, "DROP TABLE connections", NULL, NULL, NULL), SQLITE_OK);
    assert_reply(pz_handle_connections, "", 500, "The emulator could not read its database");
    assert_reply(pz_handle_create, definition, 500, "The emulator could not write its database");
    assert_reply(pz_handle_reset, "", 500, "The emulator could not write its database");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_both, close_both)
    const struct CMUnitTest tests[] = {
        TEST(test_a_database_that_is_held_is_busy),
        TEST(test_a_database_that_is_broken_is_no_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
