/* The end of a call to a target waits for no name look-up, with a libcurl that would: what the
 * loaded one says of itself is changed here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dlfcn.h>

#include <cmocka.h>

#include "emulator/target_call.h"

enum { QUICK_EXIT = 21 /* CURLMOPT_QUICK_EXIT, since 8.20 */ };

#undef curl_multi_setopt

static long quick_exit;

curl_version_info_data *curl_version_info(CURLversion which)
{
    static curl_version_info_data changed;
    curl_version_info_data *(*own)(CURLversion);
    *(void **)&own = dlsym(RTLD_NEXT, "curl_version_info");
    changed = *own(which);
    changed.version_num = 0x081400;
    return &changed;
}

/* The target's call sets this option alone, which the loaded library may not have. */
CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
    va_list values;
    (void)multi;
    va_start(values, option);
    if ((int)option == QUICK_EXIT)
        quick_exit = va_arg(values, long);
    va_end(values);
    return (int)option == QUICK_EXIT ? CURLM_OK : CURLM_UNKNOWN_OPTION;
}

/* Without the option curl_multi_cleanup waits for it. Whether the call succeeds is another matter:
 * the loaded libcurl may be an old one. */
static void test_the_end_waits_for_no_lookup(void **state)
{
    pz_stopping stopping;
    pz_target_call call = {.method = "GET",
                           .url = "http://127.0.0.1:1/",
                           .outbound = "loopback",
                           .connect_ms = 1000,
                           .answer_ms = 1000};
    (void)state;
    assert_int_equal(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    assert_true(pz_stopping_open(&stopping));
    pz_target_call_run(&call, &stopping);
    assert_int_equal(quick_exit, 1);
    pz_target_call_free(&call);
    pz_stopping_close(&stopping);
    curl_global_cleanup();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_end_waits_for_no_lookup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
