/* A start whose database cannot be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <dlfcn.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "emulator/start.h"

static int code_of_count; /* what counting the connections ends with; 0: what is true */

int sqlite3_step(sqlite3_stmt *statement)
{
    int (*own)(sqlite3_stmt *);
    *(void **)&own = dlsym(RTLD_NEXT, "sqlite3_step");
    const char *sql = sqlite3_sql(statement);
    bool counts = sql != NULL && strstr(sql, "max(id)") != NULL;
    return counts && code_of_count != 0 ? code_of_count : own(statement);
}

static const pz_emulator_options options = {
    .address = "127.0.0.1",
    .database = ":memory:",
    .token_ttl = 900,
    .journal_limit = 100,
    .client_id = "id",
    .client_secret = "secret",
    .client_key = "key",
    .api_token = "token",
};

static void assert_no_start(int code, const char *message)
{
    pz_emulator_options seeded = options;
    pz_failure failure;
    seeded.seed = true;
    code_of_count = code;
    assert_null(pz_emulator_start(&seeded, &failure));
    assert_string_equal(failure.message, message);
    code_of_count = 0;
}

static void test_a_database_that_cannot_be_read_is_not_taken_for_a_full_one(void **state)
{
    (void)state;
    assert_no_start(SQLITE_IOERR, "cannot read :memory:: it is broken, the disk is full, or there "
                                  "is no memory");
    assert_no_start(SQLITE_BUSY, "cannot read :memory:: another process holds it");
}

static void test_what_is_not_seeded_is_not_counted(void **state)
{
    pz_failure failure;
    (void)state;
    code_of_count = SQLITE_IOERR;
    pz_emulator *emulator = pz_emulator_start(&options, &failure);
    assert_non_null(emulator);
    pz_count counts[PZ_COUNTS];
    pz_emulator_counts(emulator, counts);
    assert_string_equal(counts[PZ_COUNTS - 1].name, "connections");
    assert_int_equal(counts[PZ_COUNTS - 1].count, -1);
    code_of_count = 0;
    pz_emulator_counts(emulator, counts);
    assert_int_equal(counts[PZ_COUNTS - 1].count, 0);
    pz_emulator_stop(emulator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_database_that_cannot_be_read_is_not_taken_for_a_full_one),
        cmocka_unit_test(test_what_is_not_seeded_is_not_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
