/* HTTP calls to others' servers, on a thread of their own: as slow as they are, nobody else waits.
 */
#ifndef PZ_EMULATOR_OUTBOUND_H
#define PZ_EMULATOR_OUTBOUND_H

#include "buffer.h"
#include "libcurl.h"

/* One call. It belongs to who submits it and must stay until `done` is called. */
typedef struct pz_outbound_call {
    struct pz_outbound_call *next;

    const char *method;
    const char *url;
    const char *body; /* NULL: none */
    size_t body_length;
    struct curl_slist *headers;
    const char *user; /* for HTTP Basic; NULL: none */
    const char *password;
    const char *ca_file; /* NULL: the system's authorities */
    const char *cert;    /* PEM files for mutual TLS; NULL: none */
    const char *cert_key;
    int decode;      /* undo a Content-Encoding: the headers ask for one */
    long connect_ms; /* to have a connection */
    long answer_ms;  /* from there to the end of the answer */
    /* On the outbound thread; may submit the next call. */
    void (*done)(struct pz_outbound_call *call);
    void *context;

    CURL *handle;
    CURLcode code;
    char error[CURL_ERROR_SIZE];
    long status;
    double connected; /* seconds until there was a connection; 0: there was none */
    double elapsed;
    pz_buffer answer_headers; /* as they came, of the last answer */
    pz_buffer answer;         /* cut off where its bound is */
} pz_outbound_call;

typedef struct pz_outbound pz_outbound;

pz_outbound *pz_outbound_start(void); /* NULL: no memory or no thread */
/* Ends what is under way (with CURLE_ABORTED_BY_CALLBACK), then the thread. */
void pz_outbound_stop(pz_outbound *outbound);
void pz_outbound_free(pz_outbound *outbound);

/* False: it has been stopped; `done` is not called. */
int pz_outbound_submit(pz_outbound *outbound, pz_outbound_call *call);

/* For outbound.c alone: makes the handle. False: no memory; there may be a handle all the same. */
int pz_outbound_prepare(pz_outbound_call *call);

#endif
