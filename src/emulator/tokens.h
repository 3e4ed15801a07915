/* The access tokens that the emulator has given out: a ring of fixed size, in which the newest
 * token takes the place of the oldest. */
#ifndef PZ_EMULATOR_TOKENS_H
#define PZ_EMULATOR_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PZ_TOKENS_MAX = 4096, /* tokens that can be alive at once; a power of two, slots are in hex */
    PZ_TOKEN_SIZE = 3 + 64 + 1,
};

typedef struct pz_tokens pz_tokens;

pz_tokens *pz_tokens_new(void);
void pz_tokens_free(pz_tokens *tokens);

/* Writes a new token that lives `ttl` seconds from `now`. False: the system gave no randomness. */
bool pz_tokens_issue(pz_tokens *tokens, double now, double ttl, char token[PZ_TOKEN_SIZE]);
bool pz_tokens_live(pz_tokens *tokens, double now, const char *token, size_t length);
void pz_tokens_clear(pz_tokens *tokens);

#endif
