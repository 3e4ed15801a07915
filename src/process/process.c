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

static bool is_caught;
static struct sigaction terminate_before, pipe_before; /* while it is */

void pz_process_default_interrupt(void)
{
    handle(SIGINT, SIG_DFL, 0);
    if (!is_caught)
        return;
    sigaction(SIGTERM, &terminate_before, NULL);
    sigaction(SIGPIPE, &pipe_before, NULL);
    is_caught = false;
}

static void note(int number)
{
    interrupted_by = number;
}

static void disregard(int number)
{
    (void)number;
}

void pz_process_catch_interrupt(void)
{
    interrupted_by = 0;
    if (!is_caught) {
        sigaction(SIGTERM, NULL, &terminate_before);
        sigaction(SIGPIPE, NULL, &pipe_before);
        is_caught = true;
    }
    handle(SIGINT, note, (int)SA_RESETHAND);
    handle(SIGTERM, note, (int)SA_RESETHAND);
    /* a handler, because other programs would inherit that it is ignored */
    if (pipe_before.sa_handler == SIG_DFL)
        handle(SIGPIPE, disregard, (int)SA_RESTART);
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
