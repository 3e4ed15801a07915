/* The process of a command: its terminal, Ctrl-C, and exec. */
#ifndef PZ_PROCESS_H
#define PZ_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

bool pz_process_is_terminal(int fd);
int pz_process_terminal_width(int fd);  /* columns; 0: not known */
int pz_process_terminal_height(int fd); /* lines; 0: not known */

/* Restores the default of Ctrl-C: it ends the process without a message. SIGTERM and SIGPIPE are as
 * they were before the function below. */
void pz_process_default_interrupt(void);

/* Records the first Ctrl-C (or SIGTERM), so that work in progress can finish; the second one ends
 * the process. SIGPIPE does nothing, except to programs that are started meanwhile. */
void pz_process_catch_interrupt(void);
bool pz_process_is_interrupted(void);

/* Ends the process by the signal that it received, so that a shell also ends its loop. */
void pz_process_end_interrupted(void);

/* Returns the name of the environment variable at `index`, and its length; NULL after the last. */
const char *pz_process_variable(size_t index, size_t *length);

/* Replaces the process by another program. Returns only if that fails, with the errno. */
int pz_process_become(const char *program, char *const arguments[]);

#endif
