/* Texts that end where memory ends, so that a look behind one ends the test. In Lua a text has a
 * zero byte there, which hides that. */
#ifndef SPEC_SUPPORT_GUARDED_H
#define SPEC_SUPPORT_GUARDED_H

#include <assert.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Returns a copy of at most a page, which is there until the next call. */
static inline const char *guarded(const char *text, size_t length)
{
    static char *pages;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (pages == NULL) {
        pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert(pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0);
    }
    assert(length <= page);
    return memcpy(pages + page - length, text, length);
}

#endif
