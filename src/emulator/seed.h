/* The published example connections, compiled in. */
#ifndef PZ_EMULATOR_SEED_H
#define PZ_EMULATOR_SEED_H

#include "emulator/store.h"

/* Stores them, inside a transaction. `api_token` is the client secret of those that authenticate by
 * OAuth, so that their test works against the emulator itself. */
enum pz_store_result pz_seed(pz_store *store, const char *base_url, const char *api_token);

#endif
