/* The emulator as a whole: its parts, and operations on all of it. It knows no Lua; one process may
 * run several. */
#ifndef PZ_EMULATOR_EMULATOR_H
#define PZ_EMULATOR_EMULATOR_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "emulator/clock.h"
#include "emulator/faults.h"
#include "emulator/in_flight.h"
#include "emulator/journal.h"
#include "emulator/options.h"
#include "emulator/stopping.h"
#include "emulator/store.h"
#include "emulator/tokens.h"

/* Counts since the start or the last reset. */
typedef struct pz_counts {
    atomic_ulong requests;
    atomic_ulong tokens;
    atomic_ulong lists;
    atomic_ulong retrieves;
    atomic_ulong creates;
    atomic_ulong updates;
    atomic_ulong tests;
    atomic_ulong errors; /* answers of 400 and above */
} pz_counts;

/* The certificate and the key that https is served with, PEM; NULL: plain http. */
typedef struct pz_certificate {
    char *certificate;
    char *key;
} pz_certificate;

typedef struct pz_emulator {
    pz_emulator_options options; /* the texts are copies */
    char *base_url;
    int access_log; /* -1: none */
    pz_certificate certificate;
    pz_clock clock;
    pz_counts counts;
    pz_faults *faults;
    pz_tokens *tokens;
    pz_journal *journal;
    pz_store *store;
    pz_in_flight in_flight;
    pz_in_flight documents;     /* the memory of parsed bodies, which may be 50 times as long */
    pthread_mutex_t large_lock; /* held while something large is made: a list, a tree of JSON */
    size_t last_list_bytes;     /* of the last list of all connections; guarded by large_lock */
    pz_stopping stopping;
    struct pz_server *server;
} pz_emulator;

/* One of the counts, to be shown. */
typedef struct pz_count {
    const char *name;
    long count;
} pz_count;

enum { PZ_COUNTS = 9 }; /* with the number of connections */

/* Restores the state of the start: no token, no fault, an empty journal, counts at 0, the clock
 * right, the examples if it was seeded. */
enum pz_store_result pz_emulator_reset(pz_emulator *emulator);
/* Stores items of a collection, a JSON array. Returns NULL, or the reason of a failure. */
const char *pz_emulator_put(pz_emulator *emulator, const char *path, const char *items,
                            size_t length);
void pz_emulator_counts(pz_emulator *emulator, pz_count counts[PZ_COUNTS]);
/* Stores the published examples; replaces those that are there. */
enum pz_store_result pz_emulator_seed(pz_emulator *emulator);
/* Appends the secret of that name stored for the connection. False: there is none, or out->failure
 * is set. */
bool pz_emulator_secret(pz_emulator *emulator, const char *ref, const char *name, pz_buffer *out);

#endif
