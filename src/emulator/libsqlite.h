/* SQLite, and how old it may be: sqlite3_prepare_v3 came with 3.20.0. */
#ifndef PZ_EMULATOR_LIBSQLITE_H
#define PZ_EMULATOR_LIBSQLITE_H

#include <sqlite3.h>

#if SQLITE_VERSION_NUMBER < 3020000
#error "the emulator needs SQLite 3.20.0 or newer: the headers found are of an older one"
#endif

#endif
