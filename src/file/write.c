/* Writes whole files: to a temporary file in the same folder, which is flushed and renamed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "random.h"

enum { TEMPORARY_MAX = 48, TRIES_MAX = 16 };

/* Sets the mode of the new file from an existing one; false if that is not a regular file. */
static bool look_at_present(int within, const char *name, mode_t *mode, bool *is_there,
                            pz_file_failure *failure)
{
    struct stat status;
    *is_there = fstatat(within, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!*is_there)
        return errno == ENOENT || pz_file_fail(failure, errno);
    if (S_ISLNK(status.st_mode))
        return pz_file_fail_with(failure, "is a symbolic link, which is not followed");
    if (!S_ISREG(status.st_mode))
        return pz_file_fail_with(failure, "is not a regular file");
    /* a private mode (for secrets) removes the permissions of others */
    mode_t kept = status.st_mode & 07777;
    *mode = *mode & 077 ? kept : kept & 07700;
    return true;
}

/* False: another process, which clears temporaries, has locked or removed the file. */
static bool lock_temporary(int fd)
{
    struct stat status;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno != EWOULDBLOCK;
    return fstat(fd, &status) == 0 && status.st_nlink > 0;
}

static int open_temporary(int within, char *name, mode_t mode, pz_file_failure *failure)
{
    for (int tries = 0; tries < TRIES_MAX; tries++) {
        uint64_t bits;
        if (!pz_random_bytes(&bits, sizeof bits))
            break;
        snprintf(name, TEMPORARY_MAX, ".personalize-%016llx.tmp", (unsigned long long)bits);
        int fd = openat(within, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd >= 0 && lock_temporary(fd))
            return fd;
        if (fd >= 0)
            close(fd);
        else if (errno != EEXIST)
            break;
    }
    pz_file_fail(failure, errno);
    return -1;
}

static bool fill(int fd, const char *bytes, size_t length, pz_file_failure *failure)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return pz_file_fail(failure, errno);
        bytes += put;
        length -= (size_t)put;
    }
    return fsync(fd) == 0 || pz_file_fail(failure, errno);
}

static bool write_within(int within, const char *name, const void *bytes, size_t length,
                         mode_t mode, pz_file_failure *failure)
{
    char temporary[TEMPORARY_MAX];
    bool is_there;
    if (!look_at_present(within, name, &mode, &is_there, failure))
        return false;
    int fd = open_temporary(within, temporary, mode, failure);
    if (fd < 0)
        return false;
    bool done = fill(fd, bytes, length, failure);
    if (done && is_there && fchmod(fd, mode) != 0)
        done = pz_file_fail(failure, errno);
    /* closed before it is named, for closing may fail; the second descriptor keeps the lock */
    int locked = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (locked < 0 && done)
        done = pz_file_fail(failure, errno);
    if (close(fd) != 0 && done)
        done = pz_file_fail(failure, errno);
    if (done && renameat(within, temporary, within, name) != 0)
        done = pz_file_fail(failure, errno);
    if (!done)
        unlinkat(within, temporary, 0);
    /* some file systems cannot flush folders; the file is in place anyway */
    else if (fsync(within) != 0 && errno != EINVAL)
        done = pz_file_fail(failure, errno);
    if (locked >= 0)
        close(locked);
    return done;
}

bool pz_file_write(const char *folder, const char *name, const void *bytes, size_t length,
                   mode_t mode, pz_file_failure *failure)
{
    if (!pz_file_is_name(name, failure))
        return false;
    int within = pz_file_open_folder(folder, failure);
    if (within < 0)
        return false;
    bool done = write_within(within, name, bytes, length, mode, failure);
    close(within);
    return done;
}

static bool is_temporary(const char *name)
{
    static const char prefix[] = ".personalize-", suffix[] = ".tmp";
    const size_t digits = 16, before = sizeof prefix - 1;
    return strncmp(name, prefix, before) == 0 && strlen(name) == before + digits + 4 &&
           strspn(name + before, "0123456789abcdef") == digits &&
           strcmp(name + before + digits, suffix) == 0;
}

static void clear_one(int within, const char *name)
{
    struct stat status;
    int fd = openat(within, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1 &&
        status.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlinkat(within, name, 0);
    close(fd);
}

bool pz_file_clear_temporaries(const char *folder, pz_file_failure *failure)
{
    int within = pz_file_open_folder(folder, failure);
    if (within < 0)
        return false;
    DIR *directory = fdopendir(within);
    if (directory == NULL) {
        int error = errno;
        close(within);
        return pz_file_fail(failure, error);
    }
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        if (is_temporary(entry->d_name))
            clear_one(within, entry->d_name);
    }
    closedir(directory);
    return true;
}

bool pz_file_remove(const char *folder, const char *name, pz_file_failure *failure)
{
    if (!pz_file_is_name(name, failure))
        return false;
    int within = pz_file_open_folder(folder, failure);
    if (within < 0)
        return false;
    bool done = unlinkat(within, name, 0) == 0 || pz_file_fail(failure, errno);
    close(within);
    return done;
}
