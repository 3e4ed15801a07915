/* Bodies and headers of the journal as they are shown: secrets masked, unless the option
 * journal_secrets shows them. */
#ifndef PZ_EMULATOR_JOURNAL_TEXT_H
#define PZ_EMULATOR_JOURNAL_TEXT_H

#include "buffer.h"
#include "emulator/journal.h"
#include "emulator/options.h"

/* Appends the text, masked whatever the options are; without memory `out` has the failure. */
void pz_journal_mask(const char *text, size_t length, pz_buffer *out);
/* Appends the text; without memory `out` has the failure. */
void pz_journal_text(const pz_emulator_options *options, const char *text, size_t length,
                     pz_buffer *out);
/* Appends the header's value; likewise. */
void pz_journal_header_text(const pz_emulator_options *options, const pz_journal_header *header,
                            pz_buffer *out);

#endif
