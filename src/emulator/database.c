/* Makes, checks and upgrades the database; leaves a file that is not an emulator's as it was. */
#include "emulator/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    APPLICATION_ID = 0x705a656d, /* "pZem" */
    BUSY_TIMEOUT_MS = 5000,      /* one emulator waits this long for another one on the same file */
};

/* Connections are never deleted one by one, so ids count up from 1 without gaps: an offset into
 * the list is an id, and the number of connections is the last one. The body is JSON text; the
 * emulator's base URL belongs at its byte base_at.
 *
 * The items of other resources stand in the table items, by the path of their collection.
 *
 * The first step makes a new database, each further step upgrades an older one. A published step is
 * never changed; another one follows it. */
static const char *const steps[] = {
    "CREATE TABLE connections ("
    " id INTEGER PRIMARY KEY,"
    " ref TEXT NOT NULL UNIQUE,"
    " revision INTEGER NOT NULL,"
    " base_at INTEGER NOT NULL,"
    " body TEXT NOT NULL,"
    " secrets TEXT);",
    "CREATE TABLE items ("
    " id INTEGER PRIMARY KEY,"
    " path TEXT NOT NULL,"
    " ref TEXT NOT NULL,"
    " body TEXT NOT NULL,"
    " UNIQUE (path, ref));",
};

enum { STEPS = sizeof steps / sizeof *steps };

bool pz_database_in_memory(const char *path)
{
    return strcmp(path, ":memory:") == 0;
}

static bool refuse(pz_failure *failure, const char *path, const char *reason)
{
    pz_failure_set(failure, PZ_KIND_CONFIG, "cannot use %s: %s", path, reason);
    return false;
}

static int read_number(sqlite3 *database, const char *sql, sqlite3_int64 *number)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);
    if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        *number = sqlite3_column_int64(statement, 0);
        code = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return code;
}

/* NULL: no memory. */
static bool is_ok(const unsigned char *text)
{
    return text != NULL && strcmp((const char *)text, "ok") == 0;
}

static bool is_sound(sqlite3 *database)
{
    sqlite3_stmt *statement = NULL;
    bool sound =
        sqlite3_prepare_v2(database, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && is_ok(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return sound;
}

/* Looks without writing. *version: the number of steps that the database has taken; 0: it is empty.
 */
static bool inspect(sqlite3 *database, const char *path, int newest, int *version,
                    pz_failure *failure)
{
    sqlite3_int64 application = 0;
    sqlite3_int64 taken = 0;
    sqlite3_int64 objects = 0;
    int code = read_number(database, "PRAGMA application_id", &application);
    if (code == SQLITE_OK)
        code = read_number(database, "PRAGMA user_version", &taken);
    if (code == SQLITE_OK)
        code = read_number(database, "SELECT count(*) FROM sqlite_master", &objects);
    if (code == SQLITE_NOTADB)
        return refuse(failure, path, "it is not a database");
    if (code == SQLITE_CORRUPT)
        return refuse(failure, path, "it is damaged");
    if (code != SQLITE_OK)
        return refuse(failure, path, sqlite3_errmsg(database));
    *version = (int)taken;
    if (application == 0 && taken == 0 && objects == 0)
        return true;
    if (application != APPLICATION_ID)
        return refuse(failure, path, "it belongs to another program");
    if (taken > newest)
        return refuse(failure, path, "a newer version of the emulator wrote it");
    if (taken < 1 || !is_sound(database))
        return refuse(failure, path, "it is damaged");
    return true;
}

static bool take_steps(sqlite3 *database, const char *const *all, int count, int version)
{
    char sql[128];
    for (int i = version; i < count; i++)
        if (sqlite3_exec(database, all[i], NULL, NULL, NULL) != SQLITE_OK)
            return false;
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             APPLICATION_ID, count);
    return sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Another emulator may upgrade the same file at this moment: the second one finds it done. A
 * failure on the way leaves the file as it was. */
bool pz_database_upgrade(sqlite3 *database, const char *path, const char *const *all, int count,
                         pz_failure *failure)
{
    int version = 0;
    if (!inspect(database, path, count, &version, failure))
        return false;
    if (version == count)
        return true;
    if (sqlite3_exec(database, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE", NULL, NULL, NULL) !=
        SQLITE_OK)
        return refuse(failure, path, sqlite3_errmsg(database));
    if (!inspect(database, path, count, &version, failure))
        return false;
    if (!take_steps(database, all, count, version) ||
        sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        refuse(failure, path, sqlite3_errmsg(database));
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
        return false;
    }
    return true;
}

/* The file holds secrets, so only its owner may read it and the files that SQLite puts beside it.
 * An existing file is not opened here: closing it would drop the locks that this process has on it.
 * SQLite would make the file that a dangling link names, readable for everybody. */
static bool make_private(const char *path, pz_failure *failure)
{
    if (pz_database_in_memory(path))
        return true;
    struct stat existing;
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file >= 0)
        close(file);
    else if (errno != EEXIST)
        return refuse(failure, path, strerror(errno));
    else if (stat(path, &existing) != 0)
        return refuse(failure, path,
                      errno == ENOENT ? "it is a link to a file that does not exist"
                                      : strerror(errno));
    return true;
}

/* SQLite says that a file could not be opened; the reason is the system's. */
static const char *reason_of(sqlite3 *database)
{
    int error = database == NULL ? ENOMEM : sqlite3_system_errno(database);
    return error != 0 ? strerror(error) : sqlite3_errmsg(database);
}

static sqlite3 *open_file(const char *path, pz_failure *failure)
{
    sqlite3 *database = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &database, flags, NULL) != SQLITE_OK) {
        refuse(failure, path, reason_of(database));
        sqlite3_close(database);
        return NULL;
    }
    sqlite3_busy_timeout(database, BUSY_TIMEOUT_MS);
    return database;
}

static bool prepare(sqlite3 *database, const char *path, pz_failure *failure)
{
    /* Until the file is known to be ours, closing it must not even fold its log into it. */
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (sqlite3_db_readonly(database, "main") == 1)
        return refuse(failure, path, "it is not writable");
    if (!pz_database_upgrade(database, path, steps, STEPS, failure))
        return false;
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    if (sqlite3_exec(database, "PRAGMA synchronous = FULL", NULL, NULL, NULL) != SQLITE_OK)
        return refuse(failure, path, sqlite3_errmsg(database));
    return true;
}

sqlite3 *pz_database_open(const char *path, pz_failure *failure)
{
    if (!make_private(path, failure))
        return NULL;
    sqlite3 *database = open_file(path, failure);
    if (database != NULL && !prepare(database, path, failure)) {
        sqlite3_close(database);
        return NULL;
    }
    return database;
}

sqlite3 *pz_database_open_again(const char *path, pz_failure *failure)
{
    sqlite3 *database = open_file(path, failure);
    if (database != NULL &&
        sqlite3_exec(database, "PRAGMA query_only = ON", NULL, NULL, NULL) != SQLITE_OK) {
        refuse(failure, path, sqlite3_errmsg(database));
        sqlite3_close(database);
        return NULL;
    }
    return database;
}
