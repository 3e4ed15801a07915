/* What an emulator is started with. The texts belong to whoever starts it until start returns. */
#ifndef PZ_EMULATOR_OPTIONS_H
#define PZ_EMULATOR_OPTIONS_H

#include <stddef.h>

typedef struct pz_emulator_options {
    const char *address;  /* an IP address to listen on */
    unsigned port;        /* 0: a free one */
    const char *database; /* a file, or ":memory:" */
    int seed;             /* start with the published example connections */
    int strict;           /* refuse unknown members and query parameters */
    unsigned page_limit;  /* most items in a list, without saying so; 0: no such limit */
    int honour_offset;
    int keep_missing_secret; /* an update without a secret keeps the stored one */
    double token_ttl;        /* seconds */
    size_t journal_limit;    /* requests remembered */
    const char *client_id;
    const char *client_secret;
    const char *client_key;
    const char *api_token;
} pz_emulator_options;

#endif
