/* What a TLS connection trusts and shows: authorities, a client's certificate and key. libcurl
 * reuses a connection or a TLS session for any request that names the same files: it neither checks
 * whether they changed nor compares keys and passphrases. So each combination, and each change of a
 * file, has a number, and a path is spelled differently for each number ("/./etc//x.pem" is
 * "/etc/x.pem"). A bundle that was renewed counts for new connections, and one from before is not
 * used again. */
#ifndef PZ_HTTP_IDENTITY_H
#define PZ_HTTP_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "http/request.h"

/* Combinations that are remembered; a forgotten one gets another number. */
#define PZ_IDENTITIES_MAX 256

/* A folder of authorities that a request names is looked into for each request; one of more entries
 * at most once in so many nanoseconds, or when the folder itself has changed. */
#define PZ_IDENTITY_FEW_ENTRIES 32
#define PZ_IDENTITY_LIST_NS UINT64_C(1000000000)

typedef struct pz_identity pz_identity;

typedef struct pz_identities {
    pz_identity *first; /* the one used last */
    unsigned count;
    unsigned last_number;
} pz_identities;

void pz_identities_init(pz_identities *identities);
void pz_identities_free(pz_identities *identities);

/* Puts the spelled paths into the request, which borrows them, and tells their number (from 1 on).
 * Looks at the files. false: no memory. */
bool pz_identities_apply(pz_identities *identities, pz_request *request, unsigned *number);

#endif
