/* The store on a file: what is committed stays, what is not ours is left alone. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "emulator/database.h"
#include "emulator/store.h"

static char path[64];
static pz_failure failure;

static int make_path(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/personalize-store-XXXXXX");
    close(mkstemp(path));
    return 0;
}

static int remove_path(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    char name[80];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
    return 0;
}

static pz_store *open_store(void)
{
    failure.message[0] = '\0';
    return pz_store_open(path, NULL, &failure);
}

static void insert(pz_store *store, const char *ref, const char *body)
{
    pz_store_row row = {ref, 1, 1, body, strlen(body), "{}", 2};
    assert_int_equal(pz_store_insert(store, &row), PZ_STORE_OK);
}

static void assert_body(pz_store *store, const char *ref, const char *expected)
{
    pz_buffer out;
    pz_buffer_init(&out, 1024);
    assert_int_equal(pz_store_get(store, ref, "BASE", &out), PZ_STORE_OK);
    pz_buffer_append_byte(&out, '\0');
    assert_string_equal(out.bytes, expected);
    pz_buffer_free(&out);
}

static void assert_count(pz_store *store, int64_t expected)
{
    int64_t count = -1;
    assert_int_equal(pz_store_count(store, &count), PZ_STORE_OK);
    assert_int_equal(count, expected);
}

static void test_committed_stays(void **state)
{
    (void)state;
    pz_store *store = open_store();
    assert_non_null(store);
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    insert(store, "a", "<one>");
    insert(store, "b", "<two>");
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    pz_store_close(store);

    store = open_store();
    assert_non_null(store);
    assert_count(store, 2);
    assert_body(store, "a", "<BASEone>");
    pz_buffer out;
    pz_buffer_init(&out, 1024);
    assert_int_equal(pz_store_list(store, 0, -1, "B", &out), PZ_STORE_OK);
    assert_memory_equal(out.bytes, "<Bone>,<Btwo>", 13);
    out.length = 0;
    assert_int_equal(pz_store_list(store, 1, 5, "B", &out), PZ_STORE_OK);
    assert_int_equal(out.length, 6);
    assert_int_equal(pz_store_get(store, "c", "B", &out), PZ_STORE_MISSING);
    pz_buffer_free(&out);
    pz_store_close(store);
}

/* The memory of a process that is killed: the log of the file is all that is left. */
static void test_committed_survives_without_close(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        pz_store *store = open_store();
        if (store == NULL || pz_store_begin(store) != PZ_STORE_OK)
            _exit(1);
        pz_store_row row = {"a", 1, 1, "<one>", 5, NULL, 0};
        if (pz_store_insert(store, &row) != PZ_STORE_OK ||
            pz_store_end(store, PZ_STORE_OK) != PZ_STORE_OK || pz_store_begin(store) != PZ_STORE_OK)
            _exit(2);
        row.ref = "b";
        pz_store_insert(store, &row); /* never committed */
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    pz_store *store = open_store();
    assert_non_null(store);
    assert_count(store, 1);
    assert_body(store, "a", "<BASEone>");
    pz_store_close(store);
}

static void test_replace_and_find(void **state)
{
    (void)state;
    pz_store *store = open_store();
    assert_non_null(store);
    int64_t revision = 0;
    pz_buffer secrets;
    pz_buffer_init(&secrets, 64);
    pz_buffer modified;
    pz_buffer_init(&modified, 64);
    pz_store_row row = {"a", 2, 1, "<new>", 5, NULL, 0};
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    insert(store, "a", "<old>");
    assert_int_equal(pz_store_find(store, "a", &revision, &modified, &secrets), PZ_STORE_OK);
    assert_int_equal(revision, 1);
    assert_int_equal(secrets.length, 2);
    assert_int_equal(pz_store_replace(store, &row), PZ_STORE_OK);
    row.ref = "b";
    assert_int_equal(pz_store_replace(store, &row), PZ_STORE_MISSING);
    assert_int_equal(pz_store_find(store, "b", &revision, &modified, &secrets), PZ_STORE_MISSING);
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    assert_body(store, "a", "<BASEnew>");
    pz_buffer_free(&modified);
    pz_buffer_free(&secrets);
    pz_store_close(store);
}

static void test_writes_outside_of_a_transaction_fail(void **state)
{
    (void)state;
    pz_store *store = open_store();
    pz_store_row row = {"a", 1, 1, "<one>", 5, NULL, 0};
    assert_int_equal(pz_store_insert(store, &row), PZ_STORE_FAILED);
    assert_int_equal(pz_store_clear(store), PZ_STORE_FAILED);
    assert_count(store, 0);
    pz_store_close(store);
}

/* What a write before changed is taken back, and the next transaction can begin. */
static void test_a_transaction_that_failed_changes_nothing(void **state)
{
    (void)state;
    pz_store *store = open_store();
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    insert(store, "a", "<one>");
    assert_int_equal(pz_store_end(store, PZ_STORE_TAKEN), PZ_STORE_TAKEN);
    assert_count(store, 0);
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    insert(store, "a", "<two>");
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    assert_body(store, "a", "<BASEtwo>");
    pz_store_close(store);
}

static void test_names_are_those_of_others(void **state)
{
    (void)state;
    static const char body[] = "{\"name\":\"n\",\"modifiedAt\":\"then\"}";
    pz_store *store = open_store();
    pz_buffer modified, secrets;
    int64_t revision;
    pz_buffer_init(&modified, 64);
    pz_buffer_init(&secrets, 64);
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    insert(store, "a", body);
    assert_int_equal(pz_store_look_for_name(store, "b", "n", 1), PZ_STORE_TAKEN);
    assert_int_equal(pz_store_look_for_name(store, "a", "n", 1), PZ_STORE_OK);
    assert_int_equal(pz_store_look_for_name(store, "b", "nn", 2), PZ_STORE_OK);
    assert_int_equal(pz_store_find(store, "a", &revision, &modified, &secrets), PZ_STORE_OK);
    assert_int_equal(modified.length, 4);
    assert_memory_equal(modified.bytes, "then", 4);
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    pz_buffer_free(&modified);
    pz_buffer_free(&secrets);
    pz_store_close(store);
}

static void run_sql(const char *sql)
{
    sqlite3 *database;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
}

/* Another program may have written into the file: no place outside of the body is read. */
static void test_the_base_url_belongs_within_the_body(void **state)
{
    (void)state;
    pz_store *store = open_store();
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    insert(store, "a", "<one>");
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    run_sql("UPDATE connections SET base_at = 5");
    assert_body(store, "a", "<one>BASE");
    pz_buffer out;
    for (int i = 0; i < 2; i++) {
        pz_buffer_init(&out, 1024);
        run_sql(i == 0 ? "UPDATE connections SET base_at = 6"
                       : "UPDATE connections SET base_at = -1");
        assert_int_equal(pz_store_get(store, "a", "BASE", &out), PZ_STORE_OK);
        assert_int_equal(out.failure, PZ_BUFFER_NO_MEMORY);
        assert_int_equal(out.length, 0);
        pz_buffer_free(&out);
    }
    pz_store_close(store);
}

static long size_of_file(void)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return (long)status.st_size;
}

static void test_foreign_database_is_refused(void **state)
{
    (void)state;
    run_sql("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
    long size = size_of_file();
    assert_null(open_store());
    assert_non_null(strstr(failure.message, "it belongs to another program"));
    assert_int_equal(size_of_file(), size);
    run_sql("SELECT x FROM theirs");
}

/* What another program that was killed had in its log is not folded into its file. */
static void test_foreign_log_is_left_alone(void **state)
{
    (void)state;
    char log[80];
    struct stat before, after;
    snprintf(log, sizeof log, "%s-wal", path);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *database;
        bool is_written =
            sqlite3_open(path, &database) == SQLITE_OK &&
            sqlite3_exec(database, "PRAGMA journal_mode = WAL; CREATE TABLE theirs (x)", NULL, NULL,
                         NULL) == SQLITE_OK;
        _exit(!is_written);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(stat(log, &before), 0);
    assert_true(before.st_size > 0);
    assert_null(open_store());
    assert_non_null(strstr(failure.message, "it belongs to another program"));
    assert_int_equal(stat(log, &after), 0);
    assert_int_equal(after.st_size, before.st_size);
}

/* One number in the header is enough to make an empty file somebody's. */
static void test_empty_database_of_another_is_refused(void **state)
{
    static const char *const marks[] = {"PRAGMA user_version = 7", "PRAGMA application_id = 7"};
    for (size_t i = 0; i < 2; i++) {
        run_sql(marks[i]);
        assert_null(open_store());
        assert_non_null(strstr(failure.message, "it belongs to another program"));
        remove_path(state);
    }
}

static void test_database_without_a_version_is_refused(void **state)
{
    (void)state;
    pz_store_close(open_store());
    run_sql("PRAGMA user_version = 0");
    assert_null(open_store());
    assert_non_null(strstr(failure.message, "it is damaged"));
}

static void test_newer_schema_is_refused(void **state)
{
    (void)state;
    pz_store_close(open_store());
    run_sql("PRAGMA user_version = 99");
    assert_null(open_store());
    assert_non_null(strstr(failure.message, "a newer version"));
}

/* What later versions of the emulator will do to files of this one. */
static const char *const steps[] = {
    "CREATE TABLE t (a)",
    "ALTER TABLE t ADD COLUMN b DEFAULT 7; INSERT INTO t (a) VALUES (1)",
    "INSERT INTO t (a) VALUES (2); INSERT INTO absent VALUES (1)",
};

static int number_of(sqlite3 *database, const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return number;
}

static void test_steps_are_taken_once_and_all_or_none(void **state)
{
    sqlite3 *database;
    (void)state;
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_true(pz_database_upgrade(database, path, steps, 1, &failure));
    assert_int_equal(number_of(database, "PRAGMA user_version"), 1);
    for (int i = 0; i < 2; i++)
        assert_true(pz_database_upgrade(database, path, steps, 2, &failure));
    assert_int_equal(number_of(database, "PRAGMA user_version"), 2);
    assert_int_equal(number_of(database, "SELECT b FROM t"), 7);
    assert_int_equal(number_of(database, "SELECT count(*) FROM t"), 1);

    assert_false(pz_database_upgrade(database, path, steps, 3, &failure));
    assert_non_null(strstr(failure.message, "no such table: absent"));
    assert_int_equal(number_of(database, "PRAGMA user_version"), 2);
    assert_int_equal(number_of(database, "SELECT count(*) FROM t"), 1);
    assert_false(pz_database_upgrade(database, path, steps, 1, &failure));
    assert_non_null(strstr(failure.message, "a newer version"));
    sqlite3_close(database);
}

static void test_damaged_database_is_refused(void **state)
{
    (void)state;
    pz_store *store = open_store();
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    for (int i = 0; i < 500; i++) {
        char ref[16];
        snprintf(ref, sizeof ref, "ref-%d", i);
        insert(store, ref, "<a body of some length, so that there are several pages of them>");
    }
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    pz_store_close(store);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, 3 * 4096L, SEEK_SET);
    for (int i = 0; i < 4096; i++)
        fputc(0xa5, file);
    fclose(file);
    long size = size_of_file();
    assert_null(open_store());
    assert_non_null(strstr(failure.message, "it is damaged"));
    assert_int_equal(size_of_file(), size);
}

/* Another program has it for itself: after the time limit (5 seconds) writing fails as busy,
 * reading goes on. */
static void test_held_by_another_is_busy(void **state)
{
    (void)state;
    pz_store *store = open_store();
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    insert(store, "a", "<one>");
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    sqlite3 *other;
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(pz_store_begin(store), PZ_STORE_BUSY);
    assert_body(store, "a", "<BASEone>");
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    insert(store, "b", "<two>");
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    assert_body(store, "b", "<BASEtwo>");
    sqlite3_close(other);
    pz_store_close(store);
}

/* It waits for a process that lets go in time. */
static void *let_go(void *other)
{
    usleep(20000);
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    return NULL;
}

static void test_waits_for_another(void **state)
{
    (void)state;
    pz_stopping stopping;
    assert_true(pz_stopping_open(&stopping));
    pz_store *store = pz_store_open(path, &stopping, &failure);
    assert_non_null(store);
    sqlite3 *other;
    pthread_t thread;
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(pthread_create(&thread, NULL, let_go, other), 0);
    assert_int_equal(pz_store_begin(store), PZ_STORE_OK);
    assert_int_equal(pz_store_end(store, PZ_STORE_OK), PZ_STORE_OK);
    pthread_join(thread, NULL);
    sqlite3_close(other);
    pz_store_close(store);
    pz_stopping_close(&stopping);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_path, remove_path)
    const struct CMUnitTest tests[] = {
        TEST(test_committed_stays),
        TEST(test_committed_survives_without_close),
        TEST(test_replace_and_find),
        TEST(test_writes_outside_of_a_transaction_fail),
        TEST(test_a_transaction_that_failed_changes_nothing),
        TEST(test_names_are_those_of_others),
        TEST(test_the_base_url_belongs_within_the_body),
        TEST(test_foreign_database_is_refused),
        TEST(test_foreign_log_is_left_alone),
        TEST(test_empty_database_of_another_is_refused),
        TEST(test_database_without_a_version_is_refused),
        TEST(test_newer_schema_is_refused),
        TEST(test_steps_are_taken_once_and_all_or_none),
        TEST(test_damaged_database_is_refused),
        TEST(test_held_by_another_is_busy),
        TEST(test_waits_for_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
