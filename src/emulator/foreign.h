/* Bytes of others, as JSON strings. */
#ifndef PZ_EMULATOR_FOREIGN_H
#define PZ_EMULATOR_FOREIGN_H

#include "json/document.h"

/* Each byte that is not UTF-8 becomes U+FFFD. NULL: no memory. */
pz_json_value *pz_foreign_text(pz_json_document *document, const char *bytes, size_t length);

#endif
