/* The process of a command: terminal, signals, environment, exec. */
#include "process/process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

extern char **environ; /* POSIX declares it in no header */

static volatile sig_atomic_t interrupted_by;

bool pz_process_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

int pz_process_terminal_width(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int pz_process_terminal_height(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void pz_process_default_interrupt(void)
{
    handle(SIGINT, SIG_DFL, 0);
}

static void note(int number)
{
    interrupted_by = number;
}

void pz_process_catch_interrupt(void)
{
    interrupted_by = 0;
    handle(SIGINT, note, (int)SA_RESETHAND);
    handle(SIGTERM, note, (int)SA_RESETHAND);
    handle(SIGPIPE, SIG_IGN, 0);
}

bool pz_process_is_interrupted(void)
{
    return interrupted_by != 0;
}

void pz_process_end_interrupted(void)
{
    int number = interrupted_by != 0 ? interrupted_by : SIGINT;
    handle(number, SIG_DFL, 0);
    raise(number);
}

const char *pz_process_variable(size_t index, size_t *length)
{
    if (environ == NULL || environ[index] == NULL)
        return NULL;
    *length = strcspn(environ[index], "=");
    return environ[index];
}

int pz_process_become(const char *program, char *const arguments[])
{
    execvp(program, arguments);
    return errno;
}
