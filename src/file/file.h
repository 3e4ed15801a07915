/* Files of one folder, reached through the folder's descriptor and by a plain name: nothing is ever
 * read or written outside of it, for no symbolic link is followed. */
#ifndef PZ_FILE_H
#define PZ_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "buffer.h"

typedef struct pz_file_failure {
    int error;         /* of errno; 0: the message says all */
    char message[128]; /* in words, without the file's name */
} pz_file_failure;

/* Appends the file's bytes: fewer than `out` may hold, for the end has to be seen. */
bool pz_file_read(const char *folder, const char *name, pz_buffer *out, pz_file_failure *failure);

/* The same of a file at a path, from the folder on or absolute. Links are followed as far as they
 * stay below the folder; what lies elsewhere is refused with EXDEV. */
bool pz_file_read_below(const char *folder, const char *path, pz_buffer *out,
                        pz_file_failure *failure);

/* Puts a file in place whole or not at all, and on the disk before it is named. A file that is
 * there already keeps its mode, but for what the given mode denies to others: with 0600 it is its
 * owner's alone afterwards. What is no regular file is left alone. */
bool pz_file_write(const char *folder, const char *name, const void *bytes, size_t length,
                   mode_t mode, pz_file_failure *failure);

bool pz_file_remove(const char *folder, const char *name, pz_file_failure *failure);

/* The permissions of the regular file that a path leads to, and whether it is this user's. */
bool pz_file_mode(const char *path, mode_t *mode, bool *is_own, pz_file_failure *failure);

/* Appends for each entry but `.` and `..` one byte for its kind (`f`ile, `d`irectory, `l`ink,
 * `o`ther), its name, and a zero byte; in no order. */
bool pz_file_list(const char *folder, pz_buffer *out, pz_file_failure *failure);

/* Makes the folder, and those that it lies in; one that is there is fine. */
bool pz_file_make_folder(const char *path, pz_file_failure *failure);

/* Removes what writers that were killed left in a folder. A writer locks its temporary file until
 * it is in place, so one that nobody has locked is nobody's; without flock(2) none is removed. */
bool pz_file_clear_temporaries(const char *folder, pz_file_failure *failure);

/* A folder's lock: a file in it that is locked by flock(2), and removed when it is released. */
typedef struct pz_file_lock {
    int within, fd; /* -1: not held */
    pid_t process;
    char name[256];
} pz_file_lock;

typedef enum pz_file_lock_result {
    PZ_FILE_LOCK_HELD,
    PZ_FILE_LOCK_BUSY,        /* the message is what its holder wrote, or empty */
    PZ_FILE_LOCK_UNSUPPORTED, /* by the file system, or the folder is read-only */
    PZ_FILE_LOCK_FAILED,
} pz_file_lock_result;

/* Never waits. `purpose` is told to others that ask for the lock. */
pz_file_lock_result pz_file_lock_acquire(pz_file_lock *lock, const char *folder, const char *name,
                                         const char *purpose, pz_file_failure *failure);
void pz_file_lock_release(pz_file_lock *lock); /* may be called again */

/* For the parts of this module. */
int pz_file_open_folder(const char *folder, pz_file_failure *failure); /* -1: failed */
bool pz_file_is_name(const char *name, pz_file_failure *failure);
bool pz_file_fail(pz_file_failure *failure, int error);                /* false */
bool pz_file_fail_with(pz_file_failure *failure, const char *message); /* false */

#endif
