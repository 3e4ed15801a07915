/* The certificate and the key that https is served with. */
#ifndef PZ_EMULATOR_CERTIFICATE_H
#define PZ_EMULATOR_CERTIFICATE_H

#include <stdbool.h>

#include "http/failure.h"

typedef struct pz_certificate {
    char *certificate; /* PEM; NULL: plain http */
    char *key;
} pz_certificate;

/* Free it in any case. False: `failure` says why. */
bool pz_certificate_read(pz_certificate *certificate, const char *certificate_file,
                         const char *key_file, pz_failure *failure);
void pz_certificate_free(pz_certificate *certificate);

#endif
