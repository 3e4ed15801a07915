/* Compares what a request names with what is remembered, and files with how they were. */
#include "http/identity.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wipe.h"

enum { CA_FILE, CA_PATH, CERT, KEY, FILES, PASSPHRASE = FILES, TEXTS };

/* Zeros where there is no such file. */
typedef struct signature {
    dev_t device;
    ino_t inode;
    off_t size;
    int64_t modified, modified_ns, changed, changed_ns;
} signature;

struct pz_identity {
    struct pz_identity *next;
    char *texts[TEXTS]; /* paths and texts of the request; NULL: not given */
    signature files[FILES];
    unsigned number;
    char *spelled[CERT + 1];
};

void pz_identities_init(pz_identities *identities)
{
    memset(identities, 0, sizeof *identities);
}

static void free_identity(pz_identity *identity)
{
    if (identity->texts[PASSPHRASE] != NULL)
        pz_wipe(identity->texts[PASSPHRASE], strlen(identity->texts[PASSPHRASE]));
    for (int i = 0; i < TEXTS; i++)
        free(identity->texts[i]);
    for (int i = 0; i <= CERT; i++)
        free(identity->spelled[i]);
    free(identity);
}

void pz_identities_free(pz_identities *identities)
{
    while (identities->first != NULL) {
        pz_identity *identity = identities->first;
        identities->first = identity->next;
        free_identity(identity);
    }
    identities->count = 0;
}

/* A request that names no authorities trusts those that libcurl was built with. Where there is a
 * file, that alone: see pz_request_set_tls. */
static void texts_of(const pz_request *request, const char *texts[TEXTS])
{
    texts[CA_FILE] = request->ca_file;
    texts[CA_PATH] = request->ca_path;
    texts[CERT] = request->client_cert;
    texts[KEY] = request->client_cert_key;
    texts[PASSPHRASE] = request->client_cert_passphrase;
    if (texts[CA_FILE] != NULL || texts[CA_PATH] != NULL)
        return;
    texts[CA_FILE] = pz_libcurl_ca_file();
    if (texts[CA_FILE] == NULL)
        texts[CA_PATH] = pz_libcurl_ca_path();
}

static bool is_same(const char *left, const char *right)
{
    return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

static bool is_of(const pz_identity *identity, const char *texts[TEXTS])
{
    for (int i = 0; i < TEXTS; i++) {
        if (!is_same(identity->texts[i], texts[i]))
            return false;
    }
    return true;
}

static signature look(const char *path)
{
    signature seen;
    struct stat found;
    memset(&seen, 0, sizeof seen);
    if (path == NULL || stat(path, &found) != 0)
        return seen;
    seen.device = found.st_dev;
    seen.inode = found.st_ino;
    seen.size = found.st_size;
#ifdef __APPLE__
    seen.modified = found.st_mtimespec.tv_sec, seen.modified_ns = found.st_mtimespec.tv_nsec;
    seen.changed = found.st_ctimespec.tv_sec, seen.changed_ns = found.st_ctimespec.tv_nsec;
#else
    seen.modified = found.st_mtim.tv_sec, seen.modified_ns = found.st_mtim.tv_nsec;
    seen.changed = found.st_ctim.tv_sec, seen.changed_ns = found.st_ctim.tv_nsec;
#endif
    return seen;
}

static bool is_same_file(const signature *left, const signature *right)
{
    return left->device == right->device && left->inode == right->inode &&
           left->size == right->size && left->modified == right->modified &&
           left->modified_ns == right->modified_ns && left->changed == right->changed &&
           left->changed_ns == right->changed_ns;
}

/* True if a file is not what it was; notes how it is. */
static bool has_changed(pz_identity *identity)
{
    bool changed = false;
    for (int i = 0; i < FILES; i++) {
        if (identity->texts[i] == NULL)
            continue;
        signature now = look(identity->texts[i]);
        changed = changed || !is_same_file(&now, &identity->files[i]);
        identity->files[i] = now;
    }
    return changed;
}

/* The number in binary, from its lowest digit: "/" for 0 and "/." for 1, before a path or, where it
 * is relative, behind "./". The digit above the highest one keeps numbers of other lengths apart.
 */
static char *spell(const char *path, unsigned number)
{
    while (path[0] == '/' && (path[1] == '/' || strncmp(path, "/./", 3) == 0))
        path += path[1] == '/' ? 1 : 2; /* so that no two paths become the same */
    size_t length = strlen(path) + 1;
    char *spelled = malloc(length + 2 * 8 * sizeof number + 2), *at = spelled;
    if (spelled == NULL)
        return NULL;
    bool is_absolute = path[0] == '/';
    if (!is_absolute)
        *at++ = '.';
    for (; number > 1; number >>= 1) {
        *at++ = '/';
        if (number & 1)
            *at++ = '.';
    }
    if (!is_absolute)
        *at++ = '/';
    memcpy(at, path, length);
    return spelled;
}

static bool respell(pz_identity *identity, unsigned number)
{
    identity->number = 0; /* until all is done */
    for (int i = 0; i <= CERT; i++) {
        free(identity->spelled[i]);
        identity->spelled[i] = NULL;
        if (identity->texts[i] == NULL)
            continue;
        identity->spelled[i] = spell(identity->texts[i], number);
        if (identity->spelled[i] == NULL)
            return false;
    }
    identity->number = number;
    return true;
}

static pz_identity *new_identity(const char *texts[TEXTS])
{
    pz_identity *identity = calloc(1, sizeof *identity);
    if (identity == NULL)
        return NULL;
    for (int i = 0; i < TEXTS; i++) {
        if (texts[i] == NULL)
            continue;
        identity->texts[i] = strdup(texts[i]);
        if (identity->texts[i] == NULL) {
            free_identity(identity);
            return NULL;
        }
    }
    return identity;
}

static void forget_oldest(pz_identities *identities)
{
    pz_identity **place = &identities->first;
    if (*place == NULL)
        return;
    while ((*place)->next != NULL)
        place = &(*place)->next;
    free_identity(*place);
    *place = NULL;
    identities->count--;
}

/* Finds the one of these texts, or makes it, and moves it to the front. */
static pz_identity *find(pz_identities *identities, const char *texts[TEXTS])
{
    pz_identity **place = &identities->first;
    while (*place != NULL && !is_of(*place, texts))
        place = &(*place)->next;
    pz_identity *identity = *place;
    if (identity != NULL) {
        *place = identity->next;
    } else {
        identity = new_identity(texts);
        if (identity == NULL)
            return NULL;
        if (identities->count == PZ_IDENTITIES_MAX)
            forget_oldest(identities);
        identities->count++;
    }
    identity->next = identities->first;
    identities->first = identity;
    return identity;
}

bool pz_identities_apply(pz_identities *identities, pz_request *request, unsigned *number)
{
    const char *texts[TEXTS];
    texts_of(request, texts);
    pz_identity *identity = find(identities, texts);
    if (identity == NULL)
        return false;
    bool changed = has_changed(identity);
    if ((changed || identity->number == 0) && !respell(identity, ++identities->last_number))
        return false;
    request->ca_file = identity->spelled[CA_FILE];
    request->ca_path = identity->spelled[CA_PATH];
    request->client_cert = identity->spelled[CERT];
    *number = identity->number;
    return true;
}
