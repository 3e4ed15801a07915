/* Finds names that sound like credentials: of members, query parameters, headers, form items. */
#ifndef PZ_MASKING_NAMES_H
#define PZ_MASKING_NAMES_H

#include <stdbool.h>
#include <stddef.h>

typedef enum pz_name_kind {
    PZ_NAME_PLAIN,
    PZ_NAME_WEAK,      /* usually a credential, but also an ordinary word: "key" */
    PZ_NAME_CREDENTIAL /* such as "X-Api-Key" */
} pz_name_kind;

/* Ignores case and all characters except letters and digits; decodes percent escapes. */
pz_name_kind pz_name_kind_of(const char *name, size_t length);

#endif
