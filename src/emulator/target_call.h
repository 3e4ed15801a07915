/* HTTP calls to a connection's target and to its token endpoint. */
#ifndef PZ_EMULATOR_TARGET_CALL_H
#define PZ_EMULATOR_TARGET_CALL_H

#include <stdbool.h>

#include "buffer.h"
#include "emulator/stopping.h"
#include "libcurl.h"

typedef struct pz_target_call {
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
    const char *outbound; /* where it may go: "loopback", "any", or hosts with commas */
    bool is_refused;      /* it leads elsewhere */
    bool decode;          /* undo a Content-Encoding: the headers ask for one */
    long connect_ms;      /* to have a connection */
    long answer_ms;       /* from there to the end of the answer */

    CURLcode code;
    char error[CURL_ERROR_SIZE];
    long status;
    double connected;         /* seconds until there was a connection; 0: there was none */
    pz_buffer answer_headers; /* as they came, of the last answer */
    pz_buffer answer;
    bool is_cut; /* the answer is longer than what is kept of it */
} pz_target_call;

/* Makes the call and waits for its end; frees the results of an earlier one. A stop of the emulator
 * ends the call at once, with CURLE_ABORTED_BY_CALLBACK. */
void pz_target_call_run(pz_target_call *call, const pz_stopping *stopping);
void pz_target_call_free(pz_target_call *call); /* zeroed, or run */

#endif
