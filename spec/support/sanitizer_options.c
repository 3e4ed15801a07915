/* Loaded before AddressSanitizer into all that specs start, for whoever starts them has it loaded:
 * says what it looks for there. Interpreters are what is tested. Editors, shells and formatters
 * have leaks of their own, and so has lua-readline, which an interpreter has in a terminal.
 *
 * The sanitizer asks before the functions that it replaces can be called, so nothing is called here
 * but the system. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

const char *__asan_default_options(void);

static bool begins_with(const char *text, const char *start)
{
    while (*start != '\0' && *text == *start) {
        text++;
        start++;
    }
    return *start == '\0';
}

static bool is_interpreter(void)
{
    char path[4096] = "";
    const char *name = path;
    syscall(SYS_readlinkat, -1, "/proc/self/exe", path, sizeof path - 1);
    for (const char *at = path; *at != '\0'; at++)
        if (*at == '/')
            name = at + 1;
    return begins_with(name, "lua");
}

static bool is_in_terminal(void)
{
    struct termios settings;
    return syscall(SYS_ioctl, 0, TCGETS, &settings) == 0;
}

const char *__asan_default_options(void)
{
    return is_interpreter() && !is_in_terminal() ? "detect_leaks=1"
                                                 : "detect_leaks=0:alloc_dealloc_mismatch=0";
}
