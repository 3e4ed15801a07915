/* One connection to the database, with every statement that the store runs prepared on it. */
#ifndef PZ_EMULATOR_SESSION_H
#define PZ_EMULATOR_SESSION_H

#include <pthread.h>

#include "emulator/libsqlite.h"
#include "emulator/store.h"

enum pz_statement {
    PZ_SQL_GET,
    PZ_SQL_LIST,
    PZ_SQL_SECRETS,
    PZ_SQL_COUNT,
    PZ_SQL_FIND,
    PZ_SQL_INSERT,
    PZ_SQL_REPLACE,
    PZ_SQL_CLEAR,
    PZ_SQL_BEGIN,
    PZ_SQL_COMMIT,
    PZ_SQL_ROLLBACK,
    PZ_SQL_STATEMENTS,
};

typedef struct pz_session {
    pthread_mutex_t lock;
    sqlite3 *database;
    sqlite3_stmt *statements[PZ_SQL_STATEMENTS];
} pz_session;

/* Into memory that is all zeros. The first one of a store makes or checks the database. False:
 * `message` says why; close it all the same. */
int pz_session_open(pz_session *session, const char *path, int first, char *message, size_t size);
void pz_session_close(pz_session *session);

enum pz_store_result pz_session_result(int sqlite_code);
/* As long as it is bound the text stays the caller's; NULL binds null. */
void pz_session_bind(sqlite3_stmt *statement, int index, const char *text, size_t length);

#endif
