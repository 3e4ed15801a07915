/* Gives tokens out, looks them up and forgets them. */
#include "emulator/tokens.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

enum { SECRET_BYTES = 32, SLOT_DIGITS = 3 };

struct slot {
    double expires; /* 0: never given out */
    char token[PZ_TOKEN_SIZE];
};

/* A token begins with the number of its slot, so that looking one up is one comparison. */
struct pz_tokens {
    pthread_mutex_t lock;
    unsigned next;
    struct slot slots[PZ_TOKENS_MAX];
};

pz_tokens *pz_tokens_new(void)
{
    pz_tokens *tokens = calloc(1, sizeof *tokens);
    if (tokens != NULL)
        pthread_mutex_init(&tokens->lock, NULL);
    return tokens;
}

void pz_tokens_free(pz_tokens *tokens)
{
    if (tokens == NULL)
        return;
    pthread_mutex_destroy(&tokens->lock);
    free(tokens);
}

bool pz_tokens_issue(pz_tokens *tokens, double now, double ttl, char token[PZ_TOKEN_SIZE])
{
    unsigned char secret[SECRET_BYTES];
    if (!pz_random_bytes(secret, sizeof secret))
        return false;
    pthread_mutex_lock(&tokens->lock);
    unsigned index = tokens->next++ % PZ_TOKENS_MAX;
    struct slot *slot = &tokens->slots[index];
    snprintf(slot->token, sizeof slot->token, "%0*x", SLOT_DIGITS, index);
    for (size_t i = 0; i < SECRET_BYTES; i++)
        snprintf(slot->token + SLOT_DIGITS + 2 * i, 3, "%02x", secret[i]);
    slot->expires = now + ttl;
    memcpy(token, slot->token, PZ_TOKEN_SIZE);
    pthread_mutex_unlock(&tokens->lock);
    return true;
}

/* Takes as long for a guess that begins well as for any other. */
static bool same(const char *a, const char *b, size_t length)
{
    unsigned char difference = 0;
    for (size_t i = 0; i < length; i++)
        difference |= (unsigned char)(a[i] ^ b[i]);
    return difference == 0;
}

bool pz_tokens_live(pz_tokens *tokens, double now, const char *token, size_t length)
{
    if (length != PZ_TOKEN_SIZE - 1)
        return false;
    char digits[SLOT_DIGITS + 1] = {0};
    memcpy(digits, token, SLOT_DIGITS);
    unsigned index = (unsigned)strtoul(digits, NULL, 16) % PZ_TOKENS_MAX;
    pthread_mutex_lock(&tokens->lock);
    const struct slot *slot = &tokens->slots[index];
    bool live = now < slot->expires && same(slot->token, token, length);
    pthread_mutex_unlock(&tokens->lock);
    return live;
}

void pz_tokens_clear(pz_tokens *tokens)
{
    pthread_mutex_lock(&tokens->lock);
    memset(tokens->slots, 0, sizeof tokens->slots);
    pthread_mutex_unlock(&tokens->lock);
}
