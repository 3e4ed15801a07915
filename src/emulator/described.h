/* The HTTP call that a connection describes: from its members to what goes out. */
#ifndef PZ_EMULATOR_DESCRIBED_H
#define PZ_EMULATOR_DESCRIBED_H

#include "buffer.h"
#include "emulator/emulator.h"
#include "libcurl.h"
#include "json/document.h"

enum pz_described_auth { PZ_DESCRIBED_NO_AUTH, PZ_DESCRIBED_OAUTH, PZ_DESCRIBED_BASIC };

typedef struct pz_described {
    const pz_json_value *connection; /* the texts below are its document's */
    enum pz_described_auth auth;
    const char *method;
    int mutual_tls;
    const char *user;        /* OAuth's client id, or the user's name */
    const char *secret_name; /* of the member of auth that goes with it; NULL: none */
    const char *token_url;
    pz_buffer url;        /* NUL-terminated */
    pz_buffer body;       /* empty: none */
    pz_buffer token_form; /* the token call's form, without credentials */
    struct curl_slist *headers;
    struct curl_slist *token_headers;
    int decode; /* a Content-Encoding */
    long connect_ms;
    long socket_ms;
    char problem[256]; /* why it can't be called; empty if it can */
} pz_described;

/* Free it afterwards in any case. False: `problem` says why. */
int pz_described_read(pz_described *described, const pz_emulator *emulator,
                      const pz_json_value *connection);
void pz_described_free(pz_described *described);

/* Appends "name: value". False: no memory. */
int pz_described_add_header(struct curl_slist **headers, const char *name, const char *value);

#endif
