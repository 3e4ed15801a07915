/* Why something failed: the kind that callers act on and one line for people. The one convention of
 * the engine: a function that can fail takes a pz_failure last, returns false or NULL when it did,
 * and has filled it in then; of a function that libcurl calls, or that does nothing but call
 * libcurl, the CURLcode is turned into one by its caller. */
#ifndef PZ_HTTP_FAILURE_H
#define PZ_HTTP_FAILURE_H

#include "libcurl.h"

enum pz_kind {
    PZ_KIND_NONE,
    PZ_KIND_PENDING, /* not a failure yet: still under way */
    PZ_KIND_CONNECT,
    PZ_KIND_TLS,
    PZ_KIND_TIMEOUT,
    PZ_KIND_NETWORK,
    PZ_KIND_PROTOCOL,
    PZ_KIND_TOO_LARGE,
    PZ_KIND_CANCELLED,
    PZ_KIND_CONFIG,
    PZ_KIND_VALIDATION,
    PZ_KIND_CLOSED,
    PZ_KIND_MEMORY, /* of this process; the binding raises it */
};

enum pz_phase { PZ_PHASE_NONE, PZ_PHASE_TOTAL, PZ_PHASE_CONNECT, PZ_PHASE_STALL };

/* The reason why a proxy did not forward a request. */
enum pz_refusal {
    PZ_REFUSAL_NONE,
    PZ_REFUSAL_AUTH,      /* it wants credentials, or others */
    PZ_REFUSAL_FORBIDDEN, /* not this host, or this port */
    PZ_REFUSAL_BUSY,      /* not now */
    PZ_REFUSAL_OTHER,
};

typedef struct pz_failure {
    enum pz_kind kind;
    enum pz_phase phase; /* of a timeout: which of the limits */
    CURLcode code;
    bool is_local; /* this machine's lack: no server or proxy has a part in it */
    char message[512];
} pz_failure;

/* The facts about a failed transfer that decide what its CURLcode means. */
typedef struct pz_evidence {
    bool issued;        /* the request was given to a ready connection */
    bool in_headers;    /* the answer's headers had not ended */
    const char *detail; /* libcurl's own words; may be empty */
} pz_evidence;

const char *pz_kind_name(enum pz_kind kind);
const char *pz_phase_name(enum pz_phase phase);
const char *pz_refusal_name(enum pz_refusal refusal);

/* The meaning of a proxy's status for CONNECT; 0 to 299: none. */
enum pz_refusal pz_refusal_of_status(long status);

void pz_failure_set(pz_failure *failure, enum pz_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* For every code but CURLE_OK and CURLE_OPERATION_TIMEDOUT, whose limit the transfer knows. */
void pz_failure_from_curl(pz_failure *failure, CURLcode code, const pz_evidence *evidence);

#endif
