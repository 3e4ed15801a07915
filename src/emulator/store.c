/* Reads and writes connections by the prepared statements of sessions. */
#include "emulator/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/database.h"
#include "emulator/session.h"

/* The first session is the writer's, the others are for reading. A database in memory is seen by
 * one session alone: there readers share the writer's. */
struct pz_store {
    unsigned count;
    pz_session sessions[];
};

pz_store *pz_store_open(const char *path, unsigned readers, char *message, size_t size)
{
    unsigned count = pz_database_in_memory(path) ? 1 : readers + 1;
    pz_store *store = calloc(1, sizeof *store + count * sizeof *store->sessions);
    if (store == NULL) {
        snprintf(message, size, "no memory");
        return NULL;
    }
    while (store->count < count) {
        pz_session *next = &store->sessions[store->count++];
        if (!pz_session_open(next, path, store->count == 1, message, size)) {
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
    for (unsigned i = store->count; i > 0; i--)
        pz_session_close(&store->sessions[i - 1]);
    free(store);
}

static pz_session *lock_reader(pz_store *store)
{
    if (store->count > 1) {
        for (unsigned i = 1; i < store->count; i++)
            if (pthread_mutex_trylock(&store->sessions[i].lock) == 0)
                return &store->sessions[i];
    }
    pz_session *own = &store->sessions[store->count - 1];
    pthread_mutex_lock(&own->lock);
    return own;
}

static void unlock(pz_session *own, sqlite3_stmt *used)
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
    pz_session *own = lock_reader(store);
    sqlite3_stmt *get = own->statements[PZ_SQL_GET];
    pz_session_bind(get, 1, ref, strlen(ref));
    int code = sqlite3_step(get);
    if (code == SQLITE_ROW)
        append_body(get, base_url, out);
    unlock(own, get);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : pz_session_result(code);
}

enum pz_store_result pz_store_list(pz_store *store, int64_t offset, int64_t limit,
                                   const char *base_url, pz_buffer *out)
{
    pz_session *own = lock_reader(store);
    sqlite3_stmt *list = own->statements[PZ_SQL_LIST];
    int code;
    sqlite3_bind_int64(list, 1, offset);
    sqlite3_bind_int64(list, 2, limit);
    for (int some = 0; (code = sqlite3_step(list)) == SQLITE_ROW; some = 1) {
        if (some)
            pz_buffer_append_byte(out, ',');
        append_body(list, base_url, out);
    }
    unlock(own, list);
    return pz_session_result(code);
}

enum pz_store_result pz_store_secrets(pz_store *store, const char *ref, pz_buffer *out)
{
    pz_session *own = lock_reader(store);
    sqlite3_stmt *secrets = own->statements[PZ_SQL_SECRETS];
    pz_session_bind(secrets, 1, ref, strlen(ref));
    int code = sqlite3_step(secrets);
    if (code == SQLITE_ROW)
        append_column(secrets, 0, out);
    unlock(own, secrets);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : pz_session_result(code);
}

int64_t pz_store_count(pz_store *store)
{
    pz_session *own = lock_reader(store);
    sqlite3_stmt *count = own->statements[PZ_SQL_COUNT];
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

static enum pz_store_result run(pz_store *store, enum pz_statement which)
{
    if (which != PZ_SQL_BEGIN && !in_transaction(store))
        return PZ_STORE_FAILED;
    sqlite3_stmt *statement = store->sessions[0].statements[which];
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return pz_session_result(code);
}

enum pz_store_result pz_store_begin(pz_store *store)
{
    pthread_mutex_lock(&store->sessions[0].lock);
    enum pz_store_result result = run(store, PZ_SQL_BEGIN);
    if (result != PZ_STORE_OK)
        pthread_mutex_unlock(&store->sessions[0].lock);
    return result;
}

enum pz_store_result pz_store_commit(pz_store *store)
{
    enum pz_store_result result = run(store, PZ_SQL_COMMIT);
    if (result != PZ_STORE_OK)
        run(store, PZ_SQL_ROLLBACK);
    pthread_mutex_unlock(&store->sessions[0].lock);
    return result;
}

static enum pz_store_result write_row(pz_store *store, enum pz_statement which,
                                      const pz_store_row *row)
{
    sqlite3_stmt *statement = store->sessions[0].statements[which];
    pz_session_bind(statement, 1, row->ref, strlen(row->ref));
    sqlite3_bind_int64(statement, 2, row->revision);
    sqlite3_bind_int64(statement, 3, (sqlite3_int64)row->base_at);
    pz_session_bind(statement, 4, row->body, row->body_length);
    pz_session_bind(statement, 5, row->secrets, row->secrets_length);
    enum pz_store_result result = run(store, which);
    sqlite3_clear_bindings(statement);
    return result;
}

enum pz_store_result pz_store_insert(pz_store *store, const pz_store_row *row)
{
    return write_row(store, PZ_SQL_INSERT, row);
}

enum pz_store_result pz_store_replace(pz_store *store, const pz_store_row *row)
{
    enum pz_store_result result = write_row(store, PZ_SQL_REPLACE, row);
    if (result == PZ_STORE_OK && sqlite3_changes(store->sessions[0].database) == 0)
        return PZ_STORE_MISSING;
    return result;
}

enum pz_store_result pz_store_clear(pz_store *store)
{
    return run(store, PZ_SQL_CLEAR);
}

enum pz_store_result pz_store_find(pz_store *store, const char *ref, int64_t *revision,
                                   pz_buffer *secrets)
{
    sqlite3_stmt *find = store->sessions[0].statements[PZ_SQL_FIND];
    pz_session_bind(find, 1, ref, strlen(ref));
    int code = sqlite3_step(find);
    if (code == SQLITE_ROW) {
        *revision = sqlite3_column_int64(find, 0);
        append_column(find, 1, secrets);
    }
    sqlite3_reset(find);
    sqlite3_clear_bindings(find);
    return code == SQLITE_DONE ? PZ_STORE_MISSING : pz_session_result(code);
}
