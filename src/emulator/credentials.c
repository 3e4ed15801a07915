/* Reads the certificate and the key from their files. */
#include "emulator/credentials.h"
#include "wipe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 1 << 20 };

static char *read_file(const char *path, char *message, size_t size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(message, size, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    setvbuf(file, NULL, _IONBF, 0); /* no second copy of a key */
    char *text = calloc(1, FILE_MAX_BYTES + 1);
    size_t length = text == NULL ? 0 : fread(text, 1, FILE_MAX_BYTES, file);
    if (length == 0) {
        snprintf(message, size, "cannot read %s: %s", path,
                 text == NULL ? "no memory" : "it is empty or not a file");
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

int pz_credentials_read(pz_credentials *credentials, const char *certificate_file,
                        const char *key_file, char *message, size_t size)
{
    *credentials = (pz_credentials){NULL, NULL};
    if (certificate_file == NULL)
        return 1;
    credentials->certificate = read_file(certificate_file, message, size);
    if (credentials->certificate != NULL)
        credentials->key = read_file(key_file, message, size);
    return credentials->key != NULL;
}

void pz_credentials_free(pz_credentials *credentials)
{
    if (credentials->key != NULL)
        pz_wipe(credentials->key, strlen(credentials->key));
    free(credentials->key);
    free(credentials->certificate);
    *credentials = (pz_credentials){NULL, NULL};
}
