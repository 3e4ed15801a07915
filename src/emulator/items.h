/* Resources beside connections, to be read: decision models with their variants, flows, templates.
 * Nothing but the emulator's own calls puts them there. */
#ifndef PZ_EMULATOR_ITEMS_H
#define PZ_EMULATOR_ITEMS_H

#include <stdbool.h>

#include "emulator/store.h"
#include "json/document.h"

/* True if a collection of that path is served, with or without items; `length` bytes of it. */
bool pz_items_are_at(const char *path, size_t length);

/* Within a transaction of the store: stores items of a collection, each an object with a `ref`;
 * those that are there are replaced. `problem` says what is wrong with what was given, where the
 * result is PZ_STORE_MISSING. */
enum pz_store_result pz_items_put(pz_store *store, const char *path, const pz_json_value *items,
                                  const char **problem);

/* Variants are those of a decision model. PZ_STORE_OK: it is there, or the path is another one. */
enum pz_store_result pz_items_find_owner(pz_store *store, const char *path);

#endif
