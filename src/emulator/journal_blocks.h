/* Memory for the journal's entries, in blocks of many: a page that is touched for the first time
 * costs the system as much as a call costs the emulator. The pages of a block are asked for at
 * once.
 */
#ifndef PZ_EMULATOR_JOURNAL_BLOCKS_H
#define PZ_EMULATOR_JOURNAL_BLOCKS_H

#include <stddef.h>

typedef struct pz_journal_block pz_journal_block;

/* Takes `size` bytes, aligned for any type, from the block at *current or from a new one, which
 * takes its place there. *owner: the block that the bytes are of. NULL: no memory. */
void *pz_journal_block_take(pz_journal_block **current, size_t size, pz_journal_block **owner);

/* Gives bytes back, or a block that is not current any longer (NULL is fine). From any thread: a
 * block is freed with the last of its bytes. */
void pz_journal_block_drop(pz_journal_block *owner);

#endif
