/* One request and its answer. The caller holds a transfer and, while it is under way, the engine
 * does too; the last holder frees it. */
#ifndef PZ_HTTP_TRANSFER_H
#define PZ_HTTP_TRANSFER_H

#include <stdint.h>

#include "http/failure.h"
#include "http/handles.h"
#include "http/request.h"
#include "http/response.h"

/* Bytes kept of a refusal's body that arrived in part. */
#define PZ_BROKEN_BODY_MAX ((size_t)16 * 1024)

struct pz_engine;

/* What an engine and the callbacks of its transfers tell each other. Times are nanoseconds on the
 * monotonic clock, as all times here. */
typedef struct pz_pulse {
    uint64_t now;         /* when libcurl was called last */
    bool socket_is_ready; /* libcurl was called for a socket, not for a time */
    uint64_t limit_at;    /* the earliest time at which a limit of a transfer is over, or before */
} pz_pulse;

typedef struct pz_transfer {
    unsigned references;
    int lookup;                 /* the place of its name look-up while that goes on; else 0 */
    unsigned abandoned_lookups; /* that held places when its time was over */
    int socket_errno;           /* why no socket could be opened; 0: each could */
    uint64_t number;            /* from 1 in its engine; 0: never begun */
    struct pz_engine *engine;   /* while under way, else NULL */
    pz_pulse *pulse;            /* of that engine */
    struct pz_transfer *previous, *next;

    pz_handle *handle; /* while under way, with what it borrows: */
    pz_headers headers;
    char *body;
    size_t body_length;
    size_t body_read;

    long timeout_ms;
    long connect_timeout_ms; /* that libcurl watches; 0: none */
    uint64_t connect_limit;  /* that the engine watches, once it was late or while libcurl has it
                                not; else PZ_NEVER */
    uint64_t stall_ns;       /* 0: no limit */
    uint64_t started;
    uint64_t given; /* to libcurl, the last time: from there it measures the time to connect */
    bool was_given; /* until then libcurl tells of the handle's transfer before */
    uint64_t last_byte;
    curl_off_t progress;
    bool may_be_http2;   /* several transfers may share the connection */
    bool issued;         /* the request was given to a ready connection: a server may have got it */
    bool lookup_refused; /* no place for its name look-up was free */
    bool is_aside;       /* until one is */
    bool had_socket;     /* one was opened for it */

    bool done;
    bool body_is_read;  /* the body is being read, so it must not move */
    pz_failure failure; /* kind PZ_KIND_NONE: there is an answer */
    pz_response response;
    enum pz_refusal refusal; /* of a proxy */
    long proxy_status;       /* that it answered to CONNECT, 0 when it answered nothing */
    bool looked_up;          /* the host's address was known */
    double elapsed, time_connect, time_first_byte;
    curl_off_t bytes_sent, bytes_received;
    curl_off_t body_bytes; /* of the answer's body as it travelled */
    long http_version;     /* CURL_HTTP_VERSION_..., 0 when not known */
    bool reused;
} pz_transfer;

/* NULL: no memory. The caller holds the one reference. */
pz_transfer *pz_transfer_new(void);
void pz_transfer_hold(pz_transfer *transfer);
void pz_transfer_release(pz_transfer *transfer);

/* The callbacks that every handle of transfers has; they find its transfer of the time. */
CURLcode pz_transfer_set_callbacks(pz_handle *handle);

/* The engine's side. `prepare` copies what is needed of the request and sets up the handle. */
bool pz_transfer_prepare(pz_transfer *transfer, const pz_request *request, pz_handle *handle,
                         pz_pulse *pulse, uint64_t now, pz_failure *failure);
/* The time at which the first limit that the engine watches is over, as things stand. */
uint64_t pz_transfer_limit(const pz_transfer *transfer);
/* libcurl has it no more, so the engine watches its time to connect. */
void pz_transfer_put_aside(pz_transfer *transfer);
/* libcurl gets it again at `now`, and watches what is left of that time. */
void pz_transfer_resume(pz_transfer *transfer, uint64_t now);
/* Extends the time to connect by the time in which the engine was not driven. */
void pz_transfer_forgive(pz_transfer *transfer, uint64_t late_ns);
/* Ends it: as libcurl said, because a limit is over, or because the engine gave it up. The handle
 * is still there. */
void pz_transfer_finish(pz_transfer *transfer, CURLcode code, uint64_t now);
void pz_transfer_expire(pz_transfer *transfer, uint64_t now);
void pz_transfer_abort(pz_transfer *transfer, const pz_failure *failure, uint64_t now);
void pz_transfer_drop_request(pz_transfer *transfer); /* once the handle uses it no more */

#endif
