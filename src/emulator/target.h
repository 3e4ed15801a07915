/* The HTTP call that a connection describes: from its members to what goes out. */
#ifndef PZ_EMULATOR_TARGET_H
#define PZ_EMULATOR_TARGET_H

#include <stdbool.h>

#include "buffer.h"
#include "emulator/emulator.h"
#include "libcurl.h"
#include "json/document.h"

enum pz_target_auth { PZ_TARGET_NO_AUTH, PZ_TARGET_OAUTH, PZ_TARGET_BASIC };

/* The parts that inputs are filled into. */
enum pz_target_part { PZ_TARGET_URL, PZ_TARGET_HEADERS, PZ_TARGET_BODY, PZ_TARGET_PARTS };

typedef struct pz_target {
    const pz_json_value *connection; /* the texts below are its document's */
    const pz_json_value *inputs;     /* example values by key */
    bool has_freemarker[PZ_TARGET_PARTS];
    enum pz_target_auth auth;
    const char *method;
    bool mutual_tls;
    const char *user;        /* OAuth's client id, or the user's name */
    const char *secret_name; /* of the member of auth that goes with it; NULL: none */
    const char *token_url;
    pz_buffer url;        /* NUL-terminated */
    pz_buffer body;       /* empty: none */
    pz_buffer token_form; /* the token call's form, without credentials */
    struct curl_slist *headers;
    struct curl_slist *token_headers;
    bool decode; /* a Content-Encoding */
    long connect_ms;
    long socket_ms;
    char problem[256]; /* why it can't be called; empty if it can */
} pz_target;

/* Free it afterwards in any case. False: `problem` says why. */
bool pz_target_read(pz_target *target, const pz_emulator *emulator, pz_json_document *document,
                    const pz_json_value *connection);
void pz_target_free(pz_target *target);

/* Appends "name: value". False: no memory. */
bool pz_target_add_header(struct curl_slist **headers, const char *name, const char *value);

#endif
