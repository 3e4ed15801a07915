/* Reads and writes connections by statements that are prepared once. */
#include "emulator/store.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/database.h"

enum statement {
    GET,
    LIST,
    SECRETS,
    COUNT,
    FIND,
    INSERT,
    REPLACE,
    NAMED,
    ITEM,
    ITEMS,
    PUT_ITEM,
    CLEAR_ITEMS,
    CLEAR,
    BEGIN,
    COMMIT,
    ROLLBACK,
    STATEMENTS,
};

static const char *const sql[] = {
    [GET] = "SELECT body, base_at FROM connections WHERE ref = ?1",
    [LIST] = "SELECT body, base_at FROM connections WHERE id > ?1 ORDER BY id LIMIT ?2",
    [SECRETS] = "SELECT secrets FROM connections WHERE ref = ?1",
    [COUNT] = "SELECT coalesce(max(id), 0) FROM connections",
    [FIND] = "SELECT revision, secrets, CASE WHEN json_valid(body)"
             " THEN json_extract(body, '$.modifiedAt') END FROM connections WHERE ref = ?1",
    [INSERT] = "INSERT INTO connections (ref, revision, base_at, body, secrets)"
               " VALUES (?1, ?2, ?3, ?4, ?5)",
    [REPLACE] = "UPDATE connections SET revision = ?2, base_at = ?3, body = ?4, secrets = ?5"
                " WHERE ref = ?1",
    [NAMED] = "SELECT 1 FROM connections WHERE ref <> ?1 AND json_extract(body, '$.name') = ?2"
              " LIMIT 1",
    [ITEM] = "SELECT body FROM items WHERE path = ?1 AND ref = ?2",
    [ITEMS] = "SELECT body FROM items WHERE path = ?1"
              " AND (?2 IS NULL OR json_extract(body, '$.type') = ?2) ORDER BY id"
              " LIMIT ?4 OFFSET ?3",
    [PUT_ITEM] = "INSERT INTO items (path, ref, body) VALUES (?1, ?2, ?3)"
                 " ON CONFLICT (path, ref) DO UPDATE SET body = ?3",
    [CLEAR_ITEMS] = "DELETE FROM items",
    [CLEAR] = "DELETE FROM connections",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
};

/* One connection to the SQLite database. */
typedef struct database_connection {
    pthread_mutex_t lock;
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
} database_connection;

/* Reading has a connection of its own: it does not wait for the disk. A database in memory is seen
 * by one connection alone: there both are the writer's. */
struct pz_store {
    const pz_stopping *stopping;
    database_connection writer;
    database_connection own_reader;
    database_connection *reader;
};

/* ------------------------------------------------------------------ opening */

enum { BUSY_PAUSE_MS = 10, BUSY_MAX_MS = 5000 };

/* Another process holds the file. 0: do not wait any longer. */
static int wait_for_other(void *context, int waited)
{
    const pz_store *store = context;
    return waited * BUSY_PAUSE_MS < BUSY_MAX_MS &&
           (store->stopping == NULL || pz_stopping_sleep(store->stopping, BUSY_PAUSE_MS / 1000.0));
}

static bool prepare(pz_store *store, database_connection *own, pz_failure *failure)
{
    pthread_mutex_init(&own->lock, NULL);
    if (own->database == NULL)
        return false;
    sqlite3_busy_handler(own->database, wait_for_other, store);
    for (int i = 0; i < STATEMENTS; i++) {
        if (sqlite3_prepare_v3(own->database, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &own->statements[i], NULL) != SQLITE_OK) {
            pz_failure_set(failure, PZ_KIND_CONFIG, "cannot use the database: %s",
                           sqlite3_errmsg(own->database));
            return false;
        }
    }
    return true;
}

static void close_connection(database_connection *own)
{
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(own->statements[i]);
    sqlite3_close(own->database);
    pthread_mutex_destroy(&own->lock);
}

pz_store *pz_store_open(const char *path, const pz_stopping *stopping, pz_failure *failure)
{
    pz_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "no memory");
        return NULL;
    }
    store->stopping = stopping;
    store->writer.database = pz_database_open(path, failure);
    bool is_open = prepare(store, &store->writer, failure);
    store->reader = &store->writer;
    if (is_open && !pz_database_in_memory(path)) {
        store->own_reader.database = pz_database_open_again(path, failure);
        store->reader = &store->own_reader;
        is_open = prepare(store, store->reader, failure);
    }
    if (is_open)
        return store;
    pz_store_close(store);
    return NULL;
}

void pz_store_close(pz_store *store)
{
    if (store == NULL)
        return;
    if (store->reader != &store->writer)
        close_connection(store->reader);
    close_connection(&store->writer); /* last: it is the one that folds the log into the file */
    free(store);
}

static enum pz_store_result result_of(int sqlite_code)
{
    switch (sqlite_code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return PZ_STORE_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return PZ_STORE_BUSY;
    default:
        return PZ_STORE_FAILED;
    }
}

/* Binds the caller's text without a copy; NULL binds null. */
static void bind_text(sqlite3_stmt *statement, int index, const char *text, size_t length)
{
    if (text == NULL)
        sqlite3_bind_null(statement, index);
    else
        sqlite3_bind_text64(statement, index, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

/* ------------------------------------------------------------------ reading */

static database_connection *lock_reader(pz_store *store)
{
    pthread_mutex_lock(&store->reader->lock);
    return store->reader;
}

static void unlock(database_connection *own, sqlite3_stmt *used)
{
    sqlite3_reset(used);
    sqlite3_clear_bindings(used);
    pthread_mutex_unlock(&own->lock);
}

static void append_column(sqlite3_stmt *statement, int column, pz_buffer *out)
{
    const void *bytes = sqlite3_column_text(statement, column);
    if (bytes != NULL)
        pz_buffer_append(out, bytes, (size_t)sqlite3_column_bytes(statement, column));
}

static void append_body(sqlite3_stmt *statement, const char *base_url, pz_buffer *out)
{
    const char *body = (const char *)sqlite3_column_text(statement, 0);
    size_t length = (size_t)sqlite3_column_bytes(statement, 0);
    size_t base_at = (size_t)sqlite3_column_int64(statement, 1);
    if (body == NULL || base_at > length) {
        out->failure = PZ_BUFFER_NO_MEMORY;
        return;
    }
    pz_buffer_append(out, body, base_at);
    pz_buffer_append_text(out, base_url);
    pz_buffer_append(out, body + base_at, length - base_at);
}

enum pz_store_result pz_store_get(pz_store *store, const char *ref, const char *base_url,
                                  pz_buffer *out)
{
    database_connection *own = lock_reader(store);
    sqlite3_stmt *get = own->statements[GET];
    bind_text(get, 1, ref, strlen(ref));
    int code = sqlite3_step(get);
    if (code == SQLITE_ROW)
        append_body(get, base_url, out);
    unlock(own, get);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : result_of(code);
}

enum pz_store_result pz_store_list(pz_store *store, int64_t offset, int64_t limit,
                                   const char *base_url, pz_buffer *out)
{
    database_connection *own = lock_reader(store);
    sqlite3_stmt *list = own->statements[LIST];
    int code;
    sqlite3_bind_int64(list, 1, offset);
    sqlite3_bind_int64(list, 2, limit);
    for (bool some = false; (code = sqlite3_step(list)) == SQLITE_ROW; some = true) {
        if (some)
            pz_buffer_append_byte(out, ',');
        append_body(list, base_url, out);
    }
    unlock(own, list);
    return result_of(code);
}

enum pz_store_result pz_store_secrets(pz_store *store, const char *ref, pz_buffer *out)
{
    database_connection *own = lock_reader(store);
    sqlite3_stmt *secrets = own->statements[SECRETS];
    bind_text(secrets, 1, ref, strlen(ref));
    int code = sqlite3_step(secrets);
    if (code == SQLITE_ROW)
        append_column(secrets, 0, out);
    unlock(own, secrets);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : result_of(code);
}

enum pz_store_result pz_store_count(pz_store *store, int64_t *count)
{
    database_connection *own = lock_reader(store);
    sqlite3_stmt *counting = own->statements[COUNT];
    int code = sqlite3_step(counting);
    if (code == SQLITE_ROW)
        *count = sqlite3_column_int64(counting, 0);
    unlock(own, counting);
    return result_of(code);
}

/* ------------------------------------------------------------------ writing */

/* A full disk makes SQLite roll the transaction back by itself: what came after would be committed
 * on its own, though its client is told that it failed. */
static bool in_transaction(pz_store *store)
{
    return !sqlite3_get_autocommit(store->writer.database);
}

static enum pz_store_result run(pz_store *store, enum statement which)
{
    if (which != BEGIN && !in_transaction(store))
        return PZ_STORE_FAILED;
    sqlite3_stmt *statement = store->writer.statements[which];
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result_of(code);
}

enum pz_store_result pz_store_begin(pz_store *store)
{
    pthread_mutex_lock(&store->writer.lock);
    enum pz_store_result result = run(store, BEGIN);
    if (result != PZ_STORE_OK)
        pthread_mutex_unlock(&store->writer.lock);
    return result;
}

enum pz_store_result pz_store_end(pz_store *store, enum pz_store_result so_far)
{
    enum pz_store_result result = so_far == PZ_STORE_OK ? run(store, COMMIT) : so_far;
    if (result != PZ_STORE_OK)
        run(store, ROLLBACK);
    pthread_mutex_unlock(&store->writer.lock);
    return result;
}

static enum pz_store_result write_row(pz_store *store, enum statement which,
                                      const pz_store_row *row)
{
    sqlite3_stmt *statement = store->writer.statements[which];
    bind_text(statement, 1, row->ref, strlen(row->ref));
    sqlite3_bind_int64(statement, 2, row->revision);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)row->base_at);
    bind_text(statement, 4, row->body, row->body_length);
    bind_text(statement, 5, row->secrets, row->secrets_length);
    enum pz_store_result result = run(store, which);
    sqlite3_clear_bindings(statement);
    return result;
}

enum pz_store_result pz_store_insert(pz_store *store, const pz_store_row *row)
{
    return write_row(store, INSERT, row);
}

enum pz_store_result pz_store_replace(pz_store *store, const pz_store_row *row)
{
    enum pz_store_result result = write_row(store, REPLACE, row);
    if (result == PZ_STORE_OK && sqlite3_changes(store->writer.database) == 0)
        return PZ_STORE_MISSING;
    return result;
}

enum pz_store_result pz_store_clear(pz_store *store)
{
    enum pz_store_result result = run(store, CLEAR);
    return result == PZ_STORE_OK ? run(store, CLEAR_ITEMS) : result;
}

enum pz_store_result pz_store_find(pz_store *store, const char *ref, int64_t *revision,
                                   pz_buffer *modified_at, pz_buffer *secrets)
{
    sqlite3_stmt *find = store->writer.statements[FIND];
    bind_text(find, 1, ref, strlen(ref));
    int code = sqlite3_step(find);
    if (code == SQLITE_ROW) {
        *revision = sqlite3_column_int64(find, 0);
        append_column(find, 1, secrets);
        append_column(find, 2, modified_at);
    }
    sqlite3_reset(find);
    sqlite3_clear_bindings(find);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : result_of(code);
}

enum pz_store_result pz_store_look_for_name(pz_store *store, const char *ref, const char *name,
                                            size_t length)
{
    sqlite3_stmt *named = store->writer.statements[NAMED];
    bind_text(named, 1, ref, strlen(ref));
    bind_text(named, 2, name, length);
    int code = sqlite3_step(named);
    sqlite3_reset(named);
    sqlite3_clear_bindings(named);
    return code == SQLITE_ROW    ? PZ_STORE_TAKEN
           : code == SQLITE_DONE ? PZ_STORE_OK
                                 : result_of(code);
}

/* ------------------------------------------------------------------ what else is served */

enum pz_store_result pz_store_get_item(pz_store *store, const char *path, const char *ref,
                                       pz_buffer *out)
{
    database_connection *own = lock_reader(store);
    sqlite3_stmt *item = own->statements[ITEM];
    bind_text(item, 1, path, strlen(path));
    bind_text(item, 2, ref, strlen(ref));
    int code = sqlite3_step(item);
    if (code == SQLITE_ROW)
        append_column(item, 0, out);
    unlock(own, item);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : result_of(code);
}

enum pz_store_result pz_store_list_items(pz_store *store, const pz_items_wanted *wanted,
                                         pz_buffer *out)
{
    database_connection *own = lock_reader(store);
    sqlite3_stmt *items = own->statements[ITEMS];
    int code;
    bind_text(items, 1, wanted->path, strlen(wanted->path));
    bind_text(items, 2, wanted->type, wanted->type == NULL ? 0 : strlen(wanted->type));
    sqlite3_bind_int64(items, 3, wanted->offset);
    sqlite3_bind_int64(items, 4, wanted->limit);
    for (bool some = false; (code = sqlite3_step(items)) == SQLITE_ROW; some = true) {
        if (some)
            pz_buffer_append_byte(out, ',');
        append_column(items, 0, out);
    }
    unlock(own, items);
    return result_of(code);
}

enum pz_store_result pz_store_put_item(pz_store *store, const char *path, const char *ref,
                                       const char *body, size_t length)
{
    sqlite3_stmt *put = store->writer.statements[PUT_ITEM];
    bind_text(put, 1, path, strlen(path));
    bind_text(put, 2, ref, strlen(ref));
    bind_text(put, 3, body, length);
    enum pz_store_result result = run(store, PUT_ITEM);
    sqlite3_clear_bindings(put);
    return result;
}
