/* The certificate and the key that https is served with. */
#ifndef PZ_EMULATOR_CREDENTIALS_H
#define PZ_EMULATOR_CREDENTIALS_H

#include <stddef.h>

typedef struct pz_credentials {
    char *certificate; /* PEM; NULL: plain http */
    char *key;
} pz_credentials;

/* Free it in any case. False: `message` says why. */
int pz_credentials_read(pz_credentials *credentials, const char *certificate_file,
                        const char *key_file, char *message, size_t size);
void pz_credentials_free(pz_credentials *credentials);

#endif
