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

static bool lies_below(const char *real, const char *root)
{
    size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
    return strncmp(real, root, length) == 0 && real[length] == '/';
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
    bool is_there = resolve(joined, real, failure);
    if (is_there && !lies_below(real, root)) {
        pz_file_fail_with(failure, "is not below that folder");
        failure->error = EXDEV;
        return false;
    }
    if (!is_there)
        return false;
    /* resolve followed the links: a new link is refused, and a pipe does not block */
    int fd = open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
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
