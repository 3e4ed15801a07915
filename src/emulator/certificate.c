/* Reads the certificate and the key from their files. */
#include "emulator/certificate.h"
#include "wipe.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 1 << 20 };

static char *read_file(const char *path, pz_failure *failure)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    setvbuf(file, NULL, _IONBF, 0); /* no second copy of a key */
    char *text = calloc(1, FILE_MAX_BYTES + 1);
    size_t length = text == NULL ? 0 : fread(text, 1, FILE_MAX_BYTES, file);
    if (length == 0) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot read %s: %s", path,
                       text == NULL ? "no memory" : "it is empty or not a file");
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

bool pz_certificate_read(pz_certificate *certificate, const char *certificate_file,
                         const char *key_file, pz_failure *failure)
{
    *certificate = (pz_certificate){NULL, NULL};
    if (certificate_file == NULL)
        return true;
    certificate->certificate = read_file(certificate_file, failure);
    if (certificate->certificate != NULL)
        certificate->key = read_file(key_file, failure);
    return certificate->key != NULL;
}

void pz_certificate_free(pz_certificate *certificate)
{
    if (certificate->key != NULL)
        pz_wipe(certificate->key, strlen(certificate->key));
    free(certificate->key);
    free(certificate->certificate);
    *certificate = (pz_certificate){NULL, NULL};
}
