/* The least that durable creates cost: rows like the emulator's, inserted and committed one by one,
 * in the mode that the emulator uses.
 *    insert FILE BYTES SECONDS
 * prints the rows per second. It goes on with a FILE that exists, as the emulator does from round
 * to round: the larger an index of random keys, the more pages a checkpoint writes. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static sqlite3 *database;

static void run(const char *sql)
{
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(database));
        exit(1);
    }
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        exit(1);
    return statement;
}

static long count_rows(void)
{
    sqlite3_stmt *statement = prepare("SELECT count(*) FROM connections");
    long rows =
        sqlite3_step(statement) == SQLITE_ROW ? (long)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return rows;
}

static void step(sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        exit(1);
    sqlite3_reset(statement);
}

int main(int count, char **arguments)
{
    if (count < 4 || sqlite3_open(arguments[1], &database) != SQLITE_OK)
        return 1;
    int size = atoi(arguments[2]);
    double seconds = strtod(arguments[3], NULL);
    char *body = malloc((size_t)size);
    char ref[48];
    if (body == NULL)
        return 1;
    memset(body, 'x', (size_t)size);
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE IF NOT EXISTS connections (id INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE,"
        " revision INTEGER NOT NULL, base_at INTEGER NOT NULL, body TEXT NOT NULL, secrets TEXT)");
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE");
    sqlite3_stmt *insert = prepare("INSERT INTO connections (ref, revision, base_at, body, secrets)"
                                   " VALUES (?1, 1, 10, ?2, NULL)");
    sqlite3_stmt *commit = prepare("COMMIT");
    long before = count_rows(), rows = before;
    double began = now();
    for (; now() - began < seconds; rows++) {
        /* as scattered in the index as UUIDs are */
        snprintf(ref, sizeof ref, "%08x-%04lx-4000-8000-%012lx", (unsigned)rows * 2654435761U,
                 (unsigned long)rows & 0xffff, (unsigned long)rows);
        sqlite3_bind_text(insert, 1, ref, -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, body, size, SQLITE_STATIC);
        step(begin);
        step(insert);
        step(commit);
    }
    printf("%.1f\n", (double)(rows - before) / (now() - began));
    return 0;
}
