/* Locks a folder for one process at a time, by flock(2) on a file in it. The system releases the
 * lock however the holder ends, so it is never stale. The file only names the holder, and is
 * removed at the release. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file/file.h"

enum { TRIES_MAX = 20, HOST_MAX = 64 };

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* False: the name leads to another file, or to none. */
static bool is_named(int within, const char *name, int fd)
{
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && fstatat(within, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           is_same_file(&opened, &named);
}

static bool is_unsupported(int error)
{
    return error == ENOLCK || error == ENOSYS || error == EOPNOTSUPP || error == EINVAL ||
           error == EBADF;
}

static pz_file_lock_result fail(pz_file_failure *failure, int error)
{
    pz_file_fail(failure, error);
    return PZ_FILE_LOCK_FAILED;
}

/* If no file can be made in the folder, nothing can be written there, so it needs no lock. */
static pz_file_lock_result fail_to_open(int within, const char *name, pz_file_failure *failure)
{
    struct stat status;
    int error = errno;
    if (error == ELOOP || error == EMLINK) {
        pz_file_fail_with(failure, "is a symbolic link, which is not followed");
        return PZ_FILE_LOCK_FAILED;
    }
    fail(failure, error);
    bool is_refused = error == EROFS || error == EACCES || error == EPERM;
    bool is_there = fstatat(within, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
    return is_refused && !is_there ? PZ_FILE_LOCK_UNSUPPORTED : PZ_FILE_LOCK_FAILED;
}

/* Reads the holder's text into the message; empty if it is not written yet. */
static void read_holder(int fd, pz_file_failure *failure)
{
    ssize_t length = pread(fd, failure->message, sizeof failure->message - 1, 0);
    failure->message[length > 0 ? length : 0] = '\0';
    failure->message[strcspn(failure->message, "\r\n")] = '\0';
    failure->error = 0;
}

static void write_holder(int fd, const char *purpose)
{
    char host[HOST_MAX] = "", text[sizeof((pz_file_failure *)0)->message];
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    int length =
        snprintf(text, sizeof text, "process %ld on %s, %s\n", (long)getpid(), host, purpose);
    if (length >= (int)sizeof text)
        length = (int)sizeof text - 1;
    /* only other processes' messages show it, so a failure is harmless */
    if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)length, 0) < 0)
        return;
}

/* Locks an open file. Returns HELD only if the name still leads to this file. */
static pz_file_lock_result lock_file(int within, const char *name, int fd, pz_file_failure *failure)
{
    struct stat opened;
    if (fstat(fd, &opened) != 0)
        return fail(failure, errno);
    if (!S_ISREG(opened.st_mode)) {
        pz_file_fail_with(failure, "is not a regular file");
        return PZ_FILE_LOCK_FAILED;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int error = errno;
        if (error == EWOULDBLOCK || error == EINTR) {
            read_holder(fd, failure);
            return PZ_FILE_LOCK_BUSY;
        }
        fail(failure, error);
        if (!is_unsupported(error))
            return PZ_FILE_LOCK_FAILED;
        if (is_named(within, name, fd))
            unlinkat(within, name, 0); /* the file cannot be locked */
        return PZ_FILE_LOCK_UNSUPPORTED;
    }
    /* its last holder may have removed it after it was opened here */
    if (is_named(within, name, fd))
        return PZ_FILE_LOCK_HELD;
    pz_file_fail_with(failure, "");
    return PZ_FILE_LOCK_BUSY;
}

static pz_file_lock_result lock_within(int within, const char *name, int *fd,
                                       pz_file_failure *failure)
{
    const struct timespec pause = {0, 1000000};
    for (int tries = 1;; tries++) {
        *fd = openat(within, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
        if (*fd < 0)
            return fail_to_open(within, name, failure);
        pz_file_lock_result result = lock_file(within, name, *fd, failure);
        if (result == PZ_FILE_LOCK_HELD)
            return result;
        close(*fd);
        /* a holder without a text is just starting or ending: try again */
        if (result != PZ_FILE_LOCK_BUSY || failure->message[0] != '\0' || tries == TRIES_MAX)
            return result;
        nanosleep(&pause, NULL);
    }
}

pz_file_lock_result pz_file_lock_acquire(pz_file_lock *lock, const char *folder, const char *name,
                                         const char *purpose, pz_file_failure *failure)
{
    lock->within = lock->fd = -1;
    if (!pz_file_is_name(name, failure))
        return PZ_FILE_LOCK_FAILED;
    if (strlen(name) >= sizeof lock->name)
        return fail(failure, ENAMETOOLONG);
    int within = pz_file_open_folder(folder, failure), fd = -1;
    if (within < 0)
        return PZ_FILE_LOCK_FAILED;
    pz_file_lock_result result = lock_within(within, name, &fd, failure);
    if (result != PZ_FILE_LOCK_HELD) {
        close(within);
        return result;
    }
    write_holder(fd, purpose);
    lock->within = within;
    lock->fd = fd;
    lock->process = getpid();
    memcpy(lock->name, name, strlen(name) + 1);
    return result;
}

void pz_file_lock_release(pz_file_lock *lock)
{
    if (lock->fd < 0)
        return;
    /* in a forked child the lock belongs to the parent; and somebody may have removed the file, and
     * another process made it anew */
    if (lock->process == getpid() && is_named(lock->within, lock->name, lock->fd))
        unlinkat(lock->within, lock->name, 0);
    close(lock->fd);
    close(lock->within);
    lock->within = lock->fd = -1;
}
