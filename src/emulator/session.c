/* Prepares the statements, and says in the store's words what SQLite answers. */
#include "emulator/session.h"

#include <stdio.h>

#include "emulator/database.h"

static const char *const sql[] = {
    [PZ_SQL_GET] = "SELECT body, base_at FROM connections WHERE ref = ?1",
    [PZ_SQL_LIST] = "SELECT body, base_at FROM connections WHERE id > ?1 ORDER BY id LIMIT ?2",
    [PZ_SQL_SECRETS] = "SELECT secrets FROM connections WHERE ref = ?1",
    [PZ_SQL_COUNT] = "SELECT coalesce(max(id), 0) FROM connections",
    [PZ_SQL_FIND] = "SELECT revision, secrets FROM connections WHERE ref = ?1",
    [PZ_SQL_INSERT] = "INSERT INTO connections (ref, revision, base_at, body, secrets)"
                      " VALUES (?1, ?2, ?3, ?4, ?5)",
    [PZ_SQL_REPLACE] = "UPDATE connections SET revision = ?2, base_at = ?3, body = ?4, secrets = ?5"
                       " WHERE ref = ?1",
    [PZ_SQL_CLEAR] = "DELETE FROM connections",
    [PZ_SQL_BEGIN] = "BEGIN IMMEDIATE",
    [PZ_SQL_COMMIT] = "COMMIT",
    [PZ_SQL_ROLLBACK] = "ROLLBACK",
};

static int prepare(pz_session *session, char *message, size_t size)
{
    for (int i = 0; i < PZ_SQL_STATEMENTS; i++) {
        if (sqlite3_prepare_v3(session->database, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &session->statements[i], NULL) != SQLITE_OK) {
            snprintf(message, size, "cannot use the database: %s",
                     sqlite3_errmsg(session->database));
            return 0;
        }
    }
    return 1;
}

int pz_session_open(pz_session *session, const char *path, int first, char *message, size_t size)
{
    pthread_mutex_init(&session->lock, NULL);
    session->database =
        first ? pz_database_open(path, message, size) : pz_database_open_again(path, message, size);
    return session->database != NULL && prepare(session, message, size);
}

void pz_session_close(pz_session *session)
{
    for (int i = 0; i < PZ_SQL_STATEMENTS; i++)
        sqlite3_finalize(session->statements[i]);
    sqlite3_close(session->database);
    pthread_mutex_destroy(&session->lock);
}

enum pz_store_result pz_session_result(int sqlite_code)
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

void pz_session_bind(sqlite3_stmt *statement, int index, const char *text, size_t length)
{
    if (text == NULL)
        sqlite3_bind_null(statement, index);
    else
        sqlite3_bind_text64(statement, index, text, length, SQLITE_STATIC, SQLITE_UTF8);
}
