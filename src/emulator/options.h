/* The options of an emulator. The texts are the caller's, and are copied by the start. Only those
 * whose comment says so may be NULL. */
#ifndef PZ_EMULATOR_OPTIONS_H
#define PZ_EMULATOR_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct pz_emulator_options {
    const char *address;    /* an IP address to listen on, or "localhost" */
    unsigned port;          /* 0: a free one */
    const char *public_url; /* under which others reach it; NULL: made of address and port */
    const char *database;   /* a file, or ":memory:" */
    bool seed;              /* start with the published example connections */
    bool strict;            /* refuse unknown members and query parameters */
    unsigned page_limit;    /* most items in a list, without saying so; 0: no such limit */
    bool honour_offset;
    bool update_revision;     /* the answer to an update has the revision */
    bool put_creates;         /* an update of an unknown ref creates it */
    bool unique_names;        /* no two connections may have one name */
    bool mask_unknown_auth;   /* members of an auth of an unpublished type never come out */
    bool journal_secrets;     /* the journal has headers and bodies as they came */
    const char *outbound;     /* where test calls may go: "loopback" (or NULL), "any", or
                               * hosts with commas */
    bool keep_missing_secret; /* an update without a secret keeps the stored one */
    double token_ttl;         /* seconds */
    double request_timeout;   /* seconds until a request must have arrived; 0: the default */
    size_t journal_limit;     /* requests remembered */
    bool remote_control;      /* take calls below /_emulator/ from other machines */
    const char *access_log;   /* a file, or "stderr"; NULL: none */
    const char *client_id;
    const char *client_secret;
    const char *client_key;
    const char *api_token;
    const char *tls_cert; /* PEM files to serve https with; NULL: http */
    const char *tls_key;
    const char *ca_file;     /* authorities that testConnection trusts; NULL: the system's */
    const char *client_cert; /* PEM files for testConnection's mutual TLS; NULL: none */
    const char *client_cert_key;
} pz_emulator_options;

#endif
