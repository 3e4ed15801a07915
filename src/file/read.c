/* Reads whole files. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

static bool read_all(int fd, pz_buffer *out, pz_file_failure *failure)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return pz_file_fail(failure, errno);
    if (!S_ISREG(status.st_mode))
        return pz_file_fail_with(failure, "is not a regular file");
    if (status.st_size < 0 || (uintmax_t)status.st_size > out->bound - out->length)
        return pz_file_fail(failure, EFBIG);
    /* one byte more than the size, so that the read that finds the end needs no growth */
    size_t room = (size_t)status.st_size + 1;
    for (;;) {
        if (room > out->bound - out->length)
            room = out->bound - out->length;
        if (room == 0) /* the file grew while it was read */
            return pz_file_fail(failure, EFBIG);
        if (!pz_buffer_reserve(out, room))
            return pz_file_fail(failure, ENOMEM);
        ssize_t got = read(fd, out->bytes + out->length, room);
        if (got == 0)
            return true;
        if (got > 0)
            out->length += (size_t)got;
        else if (errno != EINTR)
            return pz_file_fail(failure, errno);
        if (got > 0 && (size_t)got < room)
            room -= (size_t)got;
        else if (got > 0)
            room = 4096;
    }
}

/* Resolves links and dots in a path; false if the path does not exist. */
static bool resolve(const char *path, char real[PATH_MAX], pz_file_failure *failure)
{
    return realpath(path, real) != NULL || pz_file_fail(failure, errno);
}

/* The part of a path that is relative to a folder above it; NULL: that folder is not above. */
static char *part_below(char *real, const char *root)
{
    size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
    return strncmp(real, root, length) == 0 && real[length] == '/' ? real + length + 1 : NULL;
}

/* A folder on the way needs no permission to be read. */
#if defined(O_PATH)
#define PZ_SEARCH O_PATH
#elif defined(O_SEARCH)
#define PZ_SEARCH O_SEARCH
#else
#define PZ_SEARCH O_RDONLY
#endif

/* Opens a path without links or dots, from a folder on, and closes that. One by one, because
 * O_NOFOLLOW is about the last name alone. */
static int open_below(int within, char *path)
{
    for (char *end; within >= 0 && (end = strchr(path, '/')) != NULL; path = end + 1) {
        *end = '\0';
        int next = openat(within, path, PZ_SEARCH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int error = errno;
        close(within);
        errno = error;
        within = next;
    }
    if (within < 0)
        return -1;
    /* O_NONBLOCK, so that a pipe does not block */
    int fd = openat(within, *path != '\0' ? path : ".",
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    int error = errno;
    close(within);
    errno = error;
    return fd;
}

bool pz_file_read_below(const char *folder, const char *path, pz_buffer *out,
                        pz_file_failure *failure)
{
    char joined[PATH_MAX], root[PATH_MAX], real[PATH_MAX];
    int length = *path == '/' ? snprintf(joined, sizeof joined, "%s", path)
                              : snprintf(joined, sizeof joined, "%s/%s", folder, path);
    if (length < 0 || length >= (int)sizeof joined)
        return pz_file_fail(failure, ENAMETOOLONG);
    if (!resolve(folder, root, failure))
        return false;
    if (!resolve(joined, real, failure))
        return false;
    char *below = part_below(real, root);
    if (below == NULL) {
        pz_file_fail_with(failure, "is not below that folder");
        failure->error = EXDEV;
        return false;
    }
    /* resolve followed the links: new ones are refused */
    int fd = open_below(open(root, PZ_SEARCH | O_DIRECTORY | O_CLOEXEC), below);
    if (fd < 0)
        return pz_file_fail(failure, errno);
    bool done = read_all(fd, out, failure);
    close(fd);
    return done;
}

bool pz_file_read(const char *folder, const char *name, pz_buffer *out, pz_file_failure *failure)
{
    if (!pz_file_is_name(name, failure))
        return false;
    int within = pz_file_open_folder(folder, failure);
    if (within < 0)
        return false;
    /* O_NONBLOCK, so that a pipe of that name does not block */
    int fd = openat(within, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int error = errno;
    close(within);
    if (fd < 0 && error == ELOOP)
        return pz_file_fail_with(failure, "is a symbolic link, which is not followed");
    if (fd < 0)
        return pz_file_fail(failure, error);
    bool done = read_all(fd, out, failure);
    close(fd);
    return done;
}

bool pz_file_mode(const char *path, mode_t *mode, bool *is_own, pz_file_failure *failure)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return pz_file_fail(failure, errno);
    if (!S_ISREG(status.st_mode))
        return pz_file_fail_with(failure, "is not a regular file");
    *mode = status.st_mode & 07777;
    *is_own = status.st_uid == geteuid();
    return true;
}
