/* Opens the file (or the memory) that holds the connections. */
#ifndef PZ_EMULATOR_DATABASE_H
#define PZ_EMULATOR_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

#include "emulator/libsqlite.h"
#include "http/failure.h"

/* Makes a new database, or opens one that an emulator made. Anything else is refused and left as
 * it was. NULL: `failure` says why. */
sqlite3 *pz_database_open(const char *path, pz_failure *failure);
/* Opens the same database once more, for reading. */
sqlite3 *pz_database_open_again(const char *path, pz_failure *failure);
bool pz_database_in_memory(const char *path);

/* Takes the steps that the database has not taken yet, all of them or none. `all` are the
 * statements of each step, oldest first; the database keeps the number of those it has taken.
 * False: `failure` says why. */
bool pz_database_upgrade(sqlite3 *database, const char *path, const char *const *all, int count,
                         pz_failure *failure);

#endif
