/* The last requests, in the order in which they were answered. Bounded in number and in bytes: the
 * oldest leave first. The emulator's own credentials never get in here; those of connections are
 * masked when entries are shown (journal_text.h). */
#ifndef PZ_EMULATOR_JOURNAL_H
#define PZ_EMULATOR_JOURNAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct pz_journal_header {
    const char *name; /* lower case */
    const char *value;
} pz_journal_header;

struct pz_journal_block;

/* One request, in one piece of memory that is never changed once made. */
typedef struct pz_journal_entry {
    struct pz_journal_block *block; /* it is stored in this block */
    atomic_uint references;
    unsigned status;
    unsigned long number; /* from 1; a reset does not restart the count */
    double milliseconds;  /* from the request's beginning to its answer */
    const char *behaviour;
    bool was_faulty; /* a fault was applied to it */
    const char *method;
    const char *path;
    const char *query;
    const char *body;
    size_t body_length;
    const char *answer; /* its beginning, where it is long */
    size_t answer_length;
    size_t answer_whole; /* length of the whole answer */
    size_t header_count;
    size_t size; /* of all of it */
    pz_journal_header headers[];
} pz_journal_entry;

typedef struct pz_journal pz_journal;

pz_journal *pz_journal_new(size_t limit);
void pz_journal_free(pz_journal *journal);

/* Copies `request` and what it points to, `headers` being its headers. Without memory the request
 * is not remembered. */
void pz_journal_add(pz_journal *journal, const pz_journal_entry *request,
                    const pz_journal_header *headers);
void pz_journal_clear(pz_journal *journal);

/* The entries as they are now, oldest first, shared with the journal until released. */
typedef struct pz_journal_snapshot {
    size_t count;
    pz_journal_entry **entries;
} pz_journal_snapshot;

bool pz_journal_take(pz_journal *journal, pz_journal_snapshot *snapshot); /* false: no memory */
void pz_journal_release(pz_journal_snapshot *snapshot); /* the journal may be gone by then */

#endif
