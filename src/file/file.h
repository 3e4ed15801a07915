/* Reads and writes the files of a folder, through the folder's descriptor and by plain names. Does
 * not follow symbolic links unless a function says so: nothing outside of the folder is read or
 * written. */
#ifndef PZ_FILE_H
#define PZ_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "buffer.h"

typedef struct pz_file_failure {
    int error;         /* an errno; 0: none, see the message */
    char message[128]; /* without the file's name */
} pz_file_failure;

/* Appends the file's bytes. The bound of `out` must leave room for one byte more, because that
 * finds the end. */
bool pz_file_read(const char *folder, const char *name, pz_buffer *out, pz_file_failure *failure);

/* Same for a file at a path, absolute or relative to the folder. Follows links; a file that is not
 * below the folder fails with EXDEV. */
bool pz_file_read_below(const char *folder, const char *path, pz_buffer *out,
                        pz_file_failure *failure);

/* Writes a file atomically, and flushes it to the disk before renaming it. An existing file keeps
 * its mode, but a private mode such as 0600 takes others' permissions away. Replaces nothing but
 * regular files. */
bool pz_file_write(const char *folder, const char *name, const void *bytes, size_t length,
                   mode_t mode, pz_file_failure *failure);

bool pz_file_remove(const char *folder, const char *name, pz_file_failure *failure);

/* Gets the permissions of the regular file at `path`, and whether this user owns it. Follows links.
 */
bool pz_file_mode(const char *path, mode_t *mode, bool *is_own, pz_file_failure *failure);

/* Appends for each entry except `.` and `..` one byte for its kind (`f`ile, `d`irectory, `l`ink,
 * `o`ther), its name, and a zero byte. The entries are in no order. */
bool pz_file_list(const char *folder, pz_buffer *out, pz_file_failure *failure);

/* Makes the folder and its missing parents. An existing folder is no failure. */
bool pz_file_make_folder(const char *path, pz_file_failure *failure);

/* Removes temporary files of killed writers. A writer locks its temporary file until it is renamed,
 * so an unlocked one is abandoned. Without flock(2) none is removed. */
bool pz_file_clear_temporaries(const char *folder, pz_file_failure *failure);

/* A folder's lock: a file in it, which is locked by flock(2) and removed at the release. */
typedef struct pz_file_lock {
    int within, fd; /* -1: not held */
    pid_t process;
    char name[256];
} pz_file_lock;

typedef enum pz_file_lock_result {
    PZ_FILE_LOCK_HELD,
    PZ_FILE_LOCK_BUSY,        /* the message is the holder's text, or empty */
    PZ_FILE_LOCK_UNSUPPORTED, /* no locks in the file system, or a read-only folder */
    PZ_FILE_LOCK_FAILED,
} pz_file_lock_result;

/* Does not wait for another holder. Processes that do not get the lock see `purpose`. */
pz_file_lock_result pz_file_lock_acquire(pz_file_lock *lock, const char *folder, const char *name,
                                         const char *purpose, pz_file_failure *failure);
void pz_file_lock_release(pz_file_lock *lock); /* may be called again */

/* For the files of this module. */
int pz_file_open_folder(const char *folder, pz_file_failure *failure); /* -1: failed */
bool pz_file_is_name(const char *name, pz_file_failure *failure);
bool pz_file_fail(pz_file_failure *failure, int error);                /* false */
bool pz_file_fail_with(pz_file_failure *failure, const char *message); /* false */

#endif
