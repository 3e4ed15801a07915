/* Memory for the journal's entries, in blocks of many: a page that is touched for the first time
 * costs the system as much as a call costs the emulator. The pages of a block are requested at
 * once.
 */
#ifndef PZ_EMULATOR_JOURNAL_BLOCKS_H
#define PZ_EMULATOR_JOURNAL_BLOCKS_H

#include <stddef.h>

typedef struct pz_journal_block pz_journal_block;

/* Takes `size` bytes, aligned for any type, from the block at *current or from a new one, which
 * takes its place there. *owner: the block that holds the bytes. NULL: no memory. */
void *pz_journal_block_take(pz_journal_block **current, size_t size, pz_journal_block **owner);

/* Drops a reference to a block: an entry's, or that of the current one (NULL is fine). Any thread
 * may do so; the last reference frees the block. */
void pz_journal_block_drop(pz_journal_block *owner);

#endif
