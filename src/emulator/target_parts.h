/* What a test call consists of, and the headers that it sends. */
#ifndef PZ_EMULATOR_TARGET_PARTS_H
#define PZ_EMULATOR_TARGET_PARTS_H

#include <stdbool.h>

#include "buffer.h"
#include "libcurl.h"
#include "json/document.h"

enum { PZ_TARGET_URL_MAX_BYTES = 64 << 10, PZ_TARGET_HEADER_MAX_BYTES = 16 << 10 };

enum pz_target_auth {
    PZ_TARGET_NO_AUTH,
    PZ_TARGET_OAUTH,
    PZ_TARGET_BASIC,
    PZ_TARGET_MEMBERS, /* members of auth as headers or parameters */
};

/* The parts that inputs are filled into. */
enum pz_target_part { PZ_TARGET_URL, PZ_TARGET_HEADERS, PZ_TARGET_BODY, PZ_TARGET_PARTS };

typedef struct pz_target {
    const pz_json_value *connection; /* the texts below are its document's */
    const pz_json_value *inputs;     /* example values by key */
    bool has_freemarker[PZ_TARGET_PARTS];
    enum pz_target_auth auth;
    const char *auth_type;
    const char *method;
    bool mutual_tls;
    const char *user;        /* OAuth's client id, or the user's name */
    const char *secret_name; /* of the member of auth that goes with it; NULL: none */
    const char *token_url;
    char *url_with_credentials; /* NULL: none of them is in the URL */
    pz_buffer url;              /* NUL-terminated */
    pz_buffer body;             /* empty: none */
    pz_buffer token_form;       /* the token call's form, without credentials */
    struct curl_slist *headers;
    struct curl_slist *token_headers;
    bool decode; /* a Content-Encoding */
    long connect_ms;
    long socket_ms;
    char problem[256]; /* why it can't be called; empty if it can */
} pz_target;

/* Sets `problem`, for `return`: false. */
bool pz_target_fail(pz_target *target, const char *problem, const char *what);

/* A member's text; empty when it is not there. */
const char *pz_target_text(const pz_json_value *object, const char *name);
/* The value of the first of these headers that has the name, in whatever case; or NULL. */
const char *pz_target_find_header(const struct curl_slist *headers, const char *name);

/* Appends "name: value". False: no memory. */
bool pz_target_add_header(struct curl_slist **headers, const char *name, const char *value);
/* These append what the connection says. False: `problem` says why. */
bool pz_target_add_pair(pz_target *target, struct curl_slist **headers, const char *name,
                        const char *value);
bool pz_target_add_pairs(pz_target *target, struct curl_slist **headers,
                         const pz_json_value *pairs);
/* Appends the emulator's own headers, but for those that are there. */
bool pz_target_add_own_headers(pz_target *target, struct curl_slist **headers,
                               const char *content_type);

#endif
