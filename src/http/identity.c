/* Compares what a request names with what is remembered, and files with how they were. */
#include "http/identity.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "http/clock.h"
#include "wipe.h"

enum { CA_FILE, CA_PATH, CERT, KEY, FILES, PASSPHRASE = FILES, TEXTS };

/* Device, inode, size, and when it was modified and changed, each in seconds and nanoseconds. Zeros
 * where there is no such file. */
enum { SEEN = 7 };

typedef struct signature {
    int64_t seen[SEEN];
} signature;

struct pz_identity {
    struct pz_identity *next;
    char *texts[TEXTS]; /* paths and texts of the request; NULL: not given */
    signature files[FILES];
    uint64_t entries; /* the sum of the authorities in the folder */
    unsigned entry_count;
    uint64_t listed_at;
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

static signature signature_of(const struct stat *found)
{
#ifdef __APPLE__
    const struct timespec modified = found->st_mtimespec, changed = found->st_ctimespec;
#else
    const struct timespec modified = found->st_mtim, changed = found->st_ctim;
#endif
    return (signature){{(int64_t)found->st_dev, (int64_t)found->st_ino, found->st_size,
                        modified.tv_sec, modified.tv_nsec, changed.tv_sec, changed.tv_nsec}};
}

static signature look(const char *path)
{
    struct stat found;
    if (path == NULL || stat(path, &found) != 0)
        return (signature){{0}};
    return signature_of(&found);
}

static bool is_same_file(const signature *left, const signature *right)
{
    return memcmp(left, right, sizeof *left) == 0;
}

/* ------------------------------------------------------------------ a folder of authorities */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* True for the names by which OpenSSL finds authorities, such as "0a1b2c3d.0". */
static bool is_hash(const char *name)
{
    for (int i = 0; i < 8; i++) {
        if (!is_hex(name[i]))
            return false;
    }
    return name[8] == '.' && name[9] >= '0' && name[9] <= '9';
}

static uint64_t mix(uint64_t sum, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return sum;
}

/* Sums up the authorities in a folder, in whatever order they are read. TLS libraries other than
 * OpenSSL read all files. */
static uint64_t list_entries(const char *path, unsigned *count)
{
    uint64_t sum = 0;
    *count = 0;
    DIR *folder = opendir(path);
    if (folder == NULL)
        return 0;
    bool has_hashes = pz_libcurl_finds_by_hash();
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct stat found;
        if (has_hashes && !is_hash(entry->d_name))
            continue;
        signature seen = {{0}};
        if (fstatat(dirfd(folder), entry->d_name, &found, 0) == 0) {
            if (!has_hashes && !S_ISREG(found.st_mode))
                continue;
            seen = signature_of(&found);
        }
        uint64_t named = mix(0xcbf29ce484222325, entry->d_name, strlen(entry->d_name));
        sum += mix(named, &seen, sizeof seen);
        ++*count;
    }
    closedir(folder);
    return sum;
}

/* True if an authority in the folder is not what it was: a file that is rewritten, or what a link
 * leads to, leaves the folder itself as it is. */
static bool has_changed_within(pz_identity *identity, bool is_other_folder)
{
    uint64_t now = pz_clock_now();
    if (!is_other_folder && identity->entry_count > PZ_IDENTITY_FEW_ENTRIES &&
        now - identity->listed_at < PZ_IDENTITY_LIST_NS)
        return false;
    uint64_t before = identity->entries;
    identity->listed_at = now;
    identity->entries = list_entries(identity->texts[CA_PATH], &identity->entry_count);
    return identity->entries != before;
}

/* True if a file is not what it was; notes how it is. */
static bool has_changed(pz_identity *identity, bool lists_folder)
{
    bool changed[FILES] = {false};
    for (int i = 0; i < FILES; i++) {
        if (identity->texts[i] == NULL)
            continue;
        signature now = look(identity->texts[i]);
        changed[i] = !is_same_file(&now, &identity->files[i]);
        identity->files[i] = now;
    }
    bool has_other = lists_folder && has_changed_within(identity, changed[CA_PATH]);
    return has_other || changed[CA_FILE] || changed[CA_PATH] || changed[CERT] || changed[KEY];
}

/* ------------------------------------------------------------------ numbers and spellings */

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
    /* libcurl's own folder has hundreds of entries, which are replaced and not rewritten */
    bool changed = has_changed(identity, request->ca_path != NULL);
    if ((changed || identity->number == 0) && !respell(identity, ++identities->last_number))
        return false;
    request->ca_file = identity->spelled[CA_FILE];
    request->ca_path = identity->spelled[CA_PATH];
    request->client_cert = identity->spelled[CERT];
    *number = identity->number;
    return true;
}
