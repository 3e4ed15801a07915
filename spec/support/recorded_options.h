/* What is set of libcurl's handles: this curl_easy_setopt stands before the library's, keeps a
 * record and hands on. Pointers are kept as they are, so texts have to live as long. */
#ifndef PZ_SPEC_RECORDED_OPTIONS_H
#define PZ_SPEC_RECORDED_OPTIONS_H

#include <dlfcn.h>
#include <stdarg.h>

#include <curl/curl.h>

#undef curl_easy_setopt

static struct {
    CURLoption option;
    const void *pointer;
    curl_off_t number;
} recorded[400];
static unsigned recorded_count;

static inline void forget_options(void)
{
    recorded_count = 0;
}

/* How often an option was set. */
static inline int times_set(CURLoption option)
{
    int times = 0;
    for (unsigned i = 0; i < recorded_count; i++)
        times += recorded[i].option == option;
    return times;
}

static inline unsigned last_of(CURLoption option)
{
    for (unsigned i = recorded_count; i > 0; i--) {
        if (recorded[i - 1].option == option)
            return i - 1;
    }
    fail_msg("option %d was not set", (int)option);
    return 0;
}

/* The last value of an option. */
static inline curl_off_t number_set(CURLoption option)
{
    return recorded[last_of(option)].number;
}

static inline const void *pointer_set(CURLoption option)
{
    return recorded[last_of(option)].pointer;
}

CURLcode curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    static CURLcode (*own)(CURL *, CURLoption, ...);
    if (own == NULL)
        *(void **)&own = dlsym(RTLD_NEXT, "curl_easy_setopt");
    assert_true(recorded_count < sizeof recorded / sizeof *recorded);
    va_list values;
    va_start(values, option);
    CURLcode code;
    curl_off_t number = 0;
    const void *pointer = NULL;
    if (option < CURLOPTTYPE_OBJECTPOINT) {
        number = va_arg(values, long);
        code = own(easy, option, (long)number);
    } else if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_OFF_T + 10000) {
        number = va_arg(values, curl_off_t);
        code = own(easy, option, number);
    } else {
        pointer = va_arg(values, void *);
        code = own(easy, option, pointer);
    }
    va_end(values);
    recorded[recorded_count].option = option;
    recorded[recorded_count].number = number;
    recorded[recorded_count++].pointer = pointer;
    return code;
}

#endif
