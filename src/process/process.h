/* The process of a command: its terminal, Ctrl-C, and exec. */
#ifndef PZ_PROCESS_H
#define PZ_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

bool pz_process_is_terminal(int fd);
int pz_process_terminal_width(int fd);  /* columns; 0: not known */
int pz_process_terminal_height(int fd); /* lines; 0: not known */

/* Ctrl-C ends the process, quietly, as it does a program that knows nothing of it. */
void pz_process_default_interrupt(void);

/* The first Ctrl-C (or SIGTERM) is noted only, so that what is under way can end well; the second
 * ends the process. Neither does a reader that went away end it. */
void pz_process_catch_interrupt(void);
bool pz_process_is_interrupted(void);

/* Ends as if by Ctrl-C: a shell that runs the command in a loop has to see it. */
void pz_process_end_interrupted(void);

/* The names of the environment's variables: the nth one, with its length; NULL after the last. */
const char *pz_process_variable(size_t index, size_t *length);

/* Becomes another program; returns when that failed, with the error of errno. */
int pz_process_become(const char *program, char *const arguments[]);

#endif
