#include "emulator/store.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/database.h"

enum statement { GET, LIST, SECRETS, COUNT, FIND, INSERT, REPLACE, CLEAR, BEGIN, COMMIT, ROLLBACK };

static const char *const sql[] = {
    [GET] = "SELECT body, base_at FROM connections WHERE ref = ?1",
    [LIST] = "SELECT body, base_at FROM connections WHERE id > ?1 ORDER BY id LIMIT ?2",
    [SECRETS] = "SELECT secrets FROM connections WHERE ref = ?1",
    [COUNT] = "SELECT coalesce(max(id), 0) FROM connections",
    [FIND] = "SELECT revision, secrets FROM connections WHERE ref = ?1",
    [INSERT] = "INSERT INTO connections (ref, revision, base_at, body, secrets)"
               " VALUES (?1, ?2, ?3, ?4, ?5)",
    [REPLACE] = "UPDATE connections SET revision = ?2, base_at = ?3, body = ?4, secrets = ?5"
                " WHERE ref = ?1",
    [CLEAR] = "DELETE FROM connections",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
};

enum { STATEMENTS = sizeof sql / sizeof *sql };

typedef struct session {
    pthread_mutex_t lock;
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
} session;

/* The first session is the writer's, the others are for reading. A database in memory is seen by
 * one session alone: there readers share the writer's. */
struct pz_store {
    unsigned count;
    session sessions[];
};

static enum pz_store_result result_of(int code)
{
    switch (code & 0xff) {
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

static int prepare(session *own, char *message, size_t size)
{
    for (int i = 0; i < STATEMENTS; i++) {
        if (sqlite3_prepare_v3(own->database, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &own->statements[i], NULL) != SQLITE_OK) {
            snprintf(message, size, "cannot use the database: %s", sqlite3_errmsg(own->database));
            return 0;
        }
    }
    return 1;
}

pz_store *pz_store_open(const char *path, unsigned readers, char *message, size_t size)
{
    unsigned count = pz_database_in_memory(path) ? 1 : readers + 1;
    pz_store *store = calloc(1, sizeof *store + count * sizeof *store->sessions);
    if (store == NULL) {
        snprintf(message, size, "no memory");
        return NULL;
    }
    store->count = count;
    for (unsigned i = 0; i < count; i++)
        pthread_mutex_init(&store->sessions[i].lock, NULL);
    for (unsigned i = 0; i < count; i++) {
        session *own = &store->sessions[i];
        own->database = i == 0 ? pz_database_open(path, message, size)
                               : pz_database_open_again(path, message, size);
        if (own->database == NULL || !prepare(own, message, size)) {
            pz_store_close(store);
            return NULL;
        }
    }
    return store;
}

void pz_store_close(pz_store *store)
{
    if (store == NULL)
        return;
    /* The writer's session goes last: it is the one that folds the log into the file. */
    for (unsigned i = store->count; i > 0; i--) {
        session *own = &store->sessions[i - 1];
        for (int s = 0; s < STATEMENTS; s++)
            sqlite3_finalize(own->statements[s]);
        sqlite3_close(own->database);
        pthread_mutex_destroy(&own->lock);
    }
    free(store);
}

static session *lock_reader(pz_store *store)
{
    if (store->count > 1) {
        for (unsigned i = 1; i < store->count; i++)
            if (pthread_mutex_trylock(&store->sessions[i].lock) == 0)
                return &store->sessions[i];
    }
    session *own = &store->sessions[store->count - 1];
    pthread_mutex_lock(&own->lock);
    return own;
}

static void unlock(session *own, sqlite3_stmt *used)
{
    sqlite3_reset(used);
    sqlite3_clear_bindings(used);
    pthread_mutex_unlock(&own->lock);
}

/* Within the statement's life the bound text is the caller's. */
static void bind_text(sqlite3_stmt *statement, int index, const char *text, size_t length)
{
    if (text == NULL)
        sqlite3_bind_null(statement, index);
    else
        sqlite3_bind_text64(statement, index, text, length, SQLITE_STATIC, SQLITE_UTF8);
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
    session *own = lock_reader(store);
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
    session *own = lock_reader(store);
    sqlite3_stmt *list = own->statements[LIST];
    int code;
    sqlite3_bind_int64(list, 1, offset);
    sqlite3_bind_int64(list, 2, limit);
    for (int some = 0; (code = sqlite3_step(list)) == SQLITE_ROW; some = 1) {
        if (some)
            pz_buffer_append_byte(out, ',');
        append_body(list, base_url, out);
    }
    unlock(own, list);
    return result_of(code);
}

enum pz_store_result pz_store_secrets(pz_store *store, const char *ref, pz_buffer *out)
{
    session *own = lock_reader(store);
    sqlite3_stmt *secrets = own->statements[SECRETS];
    bind_text(secrets, 1, ref, strlen(ref));
    int code = sqlite3_step(secrets);
    if (code == SQLITE_ROW)
        append_column(secrets, 0, out);
    unlock(own, secrets);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : result_of(code);
}

int64_t pz_store_count(pz_store *store)
{
    session *own = lock_reader(store);
    sqlite3_stmt *count = own->statements[COUNT];
    int64_t number = sqlite3_step(count) == SQLITE_ROW ? sqlite3_column_int64(count, 0) : -1;
    unlock(own, count);
    return number;
}

/* Writing: the writer's session is locked from begin to commit. */

/* A full disk makes SQLite roll the transaction back by itself: what came after would be committed
 * on its own, though its writer is told that it failed. */
static int in_transaction(pz_store *store)
{
    return !sqlite3_get_autocommit(store->sessions[0].database);
}

static enum pz_store_result run(pz_store *store, enum statement which)
{
    if (which != BEGIN && !in_transaction(store))
        return PZ_STORE_FAILED;
    sqlite3_stmt *statement = store->sessions[0].statements[which];
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result_of(code);
}

enum pz_store_result pz_store_begin(pz_store *store)
{
    pthread_mutex_lock(&store->sessions[0].lock);
    enum pz_store_result result = run(store, BEGIN);
    if (result != PZ_STORE_OK)
        pthread_mutex_unlock(&store->sessions[0].lock);
    return result;
}

enum pz_store_result pz_store_commit(pz_store *store)
{
    enum pz_store_result result = run(store, COMMIT);
    if (result != PZ_STORE_OK)
        run(store, ROLLBACK);
    pthread_mutex_unlock(&store->sessions[0].lock);
    return result;
}

static enum pz_store_result write_row(pz_store *store, enum statement which,
                                      const pz_store_row *row)
{
    sqlite3_stmt *statement = store->sessions[0].statements[which];
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
    if (result == PZ_STORE_OK && sqlite3_changes(store->sessions[0].database) == 0)
        return PZ_STORE_MISSING;
    return result;
}

enum pz_store_result pz_store_clear(pz_store *store)
{
    return run(store, CLEAR);
}

enum pz_store_result pz_store_find(pz_store *store, const char *ref, int64_t *revision,
                                   pz_buffer *secrets)
{
    sqlite3_stmt *find = store->sessions[0].statements[FIND];
    bind_text(find, 1, ref, strlen(ref));
    int code = sqlite3_step(find);
    if (code == SQLITE_ROW) {
        *revision = sqlite3_column_int64(find, 0);
        append_column(find, 1, secrets);
    }
    sqlite3_reset(find);
    sqlite3_clear_bindings(find);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : result_of(code);
}
