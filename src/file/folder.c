/* Opens, lists and makes folders; sets the failures of this module. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

/* GNU's strerror_r() returns a text, which may be static; that of POSIX fills the buffer. */
#ifdef __GLIBC__
static void text_of_error(int error, char *text, size_t size)
{
    char own[128];
    snprintf(text, size, "%s", strerror_r(error, own, sizeof own));
}
#else
static void text_of_error(int error, char *text, size_t size)
{
    if (strerror_r(error, text, size) != 0)
        snprintf(text, size, "error %d", error);
}
#endif

bool pz_file_fail(pz_file_failure *failure, int error)
{
    failure->error = error;
    text_of_error(error, failure->message, sizeof failure->message);
    return false;
}

bool pz_file_fail_with(pz_file_failure *failure, const char *message)
{
    failure->error = 0;
    snprintf(failure->message, sizeof failure->message, "%s", message);
    return false;
}

bool pz_file_is_name(const char *name, pz_file_failure *failure)
{
    if (*name == '\0' || strchr(name, '/') != NULL || strcmp(name, ".") == 0 ||
        strcmp(name, "..") == 0)
        return pz_file_fail_with(failure, "is no name of a file");
    return true;
}

int pz_file_open_folder(const char *folder, pz_file_failure *failure)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        pz_file_fail(failure, errno);
    return fd;
}

static char kind_of(DIR *directory, const struct dirent *entry)
{
    struct stat status;
    switch (entry->d_type) {
    case DT_REG:
        return 'f';
    case DT_DIR:
        return 'd';
    case DT_LNK:
        return 'l';
    case DT_UNKNOWN:
        break;
    default:
        return 'o';
    }
    /* some file systems do not report the type */
    if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return 'o';
    return S_ISREG(status.st_mode)   ? 'f'
           : S_ISDIR(status.st_mode) ? 'd'
           : S_ISLNK(status.st_mode) ? 'l'
                                     : 'o';
}

bool pz_file_list(const char *folder, pz_buffer *out, pz_file_failure *failure)
{
    int fd = pz_file_open_folder(folder, failure);
    if (fd < 0)
        return false;
    DIR *directory = fdopendir(fd);
    if (directory == NULL) {
        int error = errno;
        close(fd);
        return pz_file_fail(failure, error);
    }
    const struct dirent *entry;
    while (errno = 0, (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        pz_buffer_append_byte(out, kind_of(directory, entry));
        pz_buffer_append(out, entry->d_name, strlen(entry->d_name) + 1);
    }
    int error = errno;
    closedir(directory);
    if (error != 0)
        return pz_file_fail(failure, error);
    if (out->failure == PZ_BUFFER_TOO_LARGE)
        return pz_file_fail_with(failure, "holds too many files");
    return out->failure == PZ_BUFFER_OK || pz_file_fail(failure, ENOMEM);
}

static bool make_one(const char *path, pz_file_failure *failure)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    if (errno != EEXIST || stat(path, &status) != 0)
        return pz_file_fail(failure, errno);
    return S_ISDIR(status.st_mode) || pz_file_fail(failure, ENOTDIR);
}

bool pz_file_make_folder(const char *path, pz_file_failure *failure)
{
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return pz_file_fail(failure, length == 0 ? ENOENT : ENAMETOOLONG);
    for (size_t i = 1; i < length; i++) {
        if (path[i] != '/' || path[i - 1] == '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (!make_one(part, failure))
            return false;
    }
    return make_one(path, failure);
}
