/* The connections that the emulator keeps: one thread at a time reads, one at a time writes. */
#ifndef PZ_EMULATOR_STORE_H
#define PZ_EMULATOR_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "emulator/stopping.h"
#include "http/failure.h"

enum pz_store_result {
    PZ_STORE_OK = 0,
    PZ_STORE_MISSING,
    PZ_STORE_TAKEN,  /* another connection has the name */
    PZ_STORE_BUSY,   /* another process held the file too long */
    PZ_STORE_FAILED, /* the disk is full, there is no memory, ... */
};

typedef struct pz_store pz_store;

/* Waiting for another process ends when the emulator stops. NULL: `failure` says why. */
pz_store *pz_store_open(const char *path, const pz_stopping *stopping, pz_failure *failure);
void pz_store_close(pz_store *store);

/* Reading, from any thread. Bodies are appended with the base URL where it belongs; look at
 * out->failure too. */
enum pz_store_result pz_store_get(pz_store *store, const char *ref, const char *base_url,
                                  pz_buffer *out);
/* Separated by commas, oldest first; limit -1: all. */
enum pz_store_result pz_store_list(pz_store *store, int64_t offset, int64_t limit,
                                   const char *base_url, pz_buffer *out);
enum pz_store_result pz_store_secrets(pz_store *store, const char *ref, pz_buffer *out);
enum pz_store_result pz_store_count(pz_store *store, int64_t *count);

/* The items of other resources, by the path of their collection. */
typedef struct pz_items_wanted {
    const char *path;
    const char *type; /* of its member `type`; NULL: any */
    int64_t offset;
    int64_t limit;
} pz_items_wanted;

enum pz_store_result pz_store_get_item(pz_store *store, const char *path, const char *ref,
                                       pz_buffer *out);
enum pz_store_result pz_store_list_items(pz_store *store, const pz_items_wanted *wanted,
                                         pz_buffer *out);

/* Writing, in transactions: from begin to end other threads that write wait. */
typedef struct pz_store_row {
    const char *ref;
    int64_t revision;
    size_t base_at; /* where in the body the base URL belongs */
    const char *body;
    size_t body_length;
    const char *secrets; /* a JSON object, or NULL */
    size_t secrets_length;
} pz_store_row;

enum pz_store_result pz_store_begin(pz_store *store);
/* Commits if `so_far` is OK, else rolls back. After OK everything is on the disk; otherwise nothing
 * was changed. */
enum pz_store_result pz_store_end(pz_store *store, enum pz_store_result so_far);
enum pz_store_result pz_store_insert(pz_store *store, const pz_store_row *row);
enum pz_store_result pz_store_replace(pz_store *store, const pz_store_row *row);
enum pz_store_result pz_store_put_item(pz_store *store, const char *path, const char *ref,
                                       const char *body, size_t length);
enum pz_store_result pz_store_clear(pz_store *store);
/* Within a transaction: PZ_STORE_TAKEN when a connection of another ref has the name. */
enum pz_store_result pz_store_look_for_name(pz_store *store, const char *ref, const char *name,
                                            size_t length);
/* Reads the parts of a stored connection that its replacement needs. */
enum pz_store_result pz_store_find(pz_store *store, const char *ref, int64_t *revision,
                                   pz_buffer *modified_at, pz_buffer *secrets);

#endif
