/* Memory that runs out at the nth allocation, for the C tests of the bindings.
 *
 * Both kinds of memory fail: Lua's by its allocator, and what our own objects ask malloc for, which
 * the linker's --wrap diverts to the functions below (see the Makefile). libcurl's and SQLite's own
 * memory is their business. Only the thread under test ever finds none; blocks are counted
 * whichever thread they belong to. */
#ifndef PZ_SPEC_FAILING_MEMORY_H
#define PZ_SPEC_FAILING_MEMORY_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static struct {
    long countdown; /* allocations until the first that fails; -1: none fails */
    int once;       /* that one alone; otherwise all that follow fail too */
    int has_failed;
} memory = {.countdown = -1};

static __thread int is_under_test; /* this thread's allocations fail */
static atomic_long live;           /* blocks of our own objects */

static void (*before_free)(const void *block); /* NULL, or a test's own look */

static inline void memory_fails_at(long n, int once)
{
    is_under_test = 1;
    memory.has_failed = 0;
    memory.once = once;
    memory.countdown = n;
}

static inline void memory_suffices(void)
{
    memory.countdown = -1;
}

static int fails(void)
{
    if (!is_under_test || memory.countdown < 0)
        return 0;
    if (memory.countdown > 0) {
        memory.countdown--;
        return 0;
    }
    memory.has_failed = 1;
    if (memory.once)
        memory_suffices();
    return 1;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
void __real_free(void *block);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *block);

static void *counted(void *block)
{
    live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size)
{
    void *block = fails() ? NULL : counted(__real_malloc(size));
    if (block != NULL)
        memset(block, 0xa5, size); /* nobody may count on zeros */
    return block;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    if (fails())
        return NULL;
    if (block == NULL)
        return counted(__real_malloc(size));
    return __real_realloc(block, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : counted(__real_strdup(text));
}

void __wrap_free(void *block)
{
    live -= block != NULL;
    if (before_free != NULL && block != NULL)
        before_free(block);
    __real_free(block);
}

/* A lua_Alloc. */
static inline void *lua_memory(void *data, void *block, size_t old_size, size_t size)
{
    (void)data;
    if (size == 0) {
        __real_free(block);
        return NULL;
    }
    if ((block == NULL || size > old_size) && fails())
        return NULL;
    return __real_realloc(block, size);
}

#endif
