/* Resources beside connections that clients only read: decision models with their variants, flows,
 * templates. Only the emulator's own calls store them. */
#ifndef PZ_EMULATOR_ITEMS_H
#define PZ_EMULATOR_ITEMS_H

#include <stdbool.h>

#include "emulator/store.h"
#include "json/document.h"

/* True if a collection of that path is served, with or without items; `length` bytes of it. */
bool pz_items_are_at(const char *path, size_t length);

/* Stores items of a collection within a transaction of the store. Each is an object with a `ref`;
 * stored ones are replaced. PZ_STORE_MISSING: `problem` says what is wrong with the arguments. */
enum pz_store_result pz_items_put(pz_store *store, const char *path, const pz_json_value *items,
                                  const char **problem);

/* Looks for the decision model that variants belong to. PZ_STORE_OK: it exists, or the path is not
 * one of variants. */
enum pz_store_result pz_items_find_owner(pz_store *store, const char *path);

#endif
