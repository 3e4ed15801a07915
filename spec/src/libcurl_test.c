/* Which libcurl will do, and what is said of one that will not. What the loaded one says of itself
 * can be changed here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <string.h>

#include "libcurl.h"

static const char *version_text; /* NULL: what is true */
static unsigned version_number;
static int lacking; /* features */

curl_version_info_data *curl_version_info(CURLversion which)
{
    static curl_version_info_data changed;
    curl_version_info_data *(*own)(CURLversion);
    *(void **)&own = dlsym(RTLD_NEXT, "curl_version_info");
    changed = *own(which);
    if (version_text != NULL) {
        changed.version = version_text;
        changed.version_num = version_number;
    }
    changed.features &= ~lacking;
    return &changed;
}

static bool will_do(const char *text, unsigned number, int without, char *why, size_t size)
{
    version_text = text;
    version_number = number;
    lacking = without;
    bool does = pz_libcurl_will_do(why, size);
    version_text = NULL;
    lacking = 0;
    return does;
}

static void test_one_that_is_too_old_or_lacks_something_is_named(void **state)
{
    (void)state;
    char why[300] = "left";
    assert_true(will_do(NULL, 0, 0, why, sizeof why));
    assert_true(will_do("7.74.0", 0x074a00, 0, why, sizeof why));
    assert_string_equal(why, "left");
    assert_false(will_do("7.73.9", 0x0749ff, 0, why, sizeof why));
    assert_string_equal(why,
                        "personalize: the libcurl that was loaded is 7.73.9, and 7.74.0 or newer "
                        "is needed: see which one the dynamic loader finds (LD_LIBRARY_PATH, "
                        "ldconfig -p)");
    assert_false(will_do("8.1.0", 0x080100, CURL_VERSION_SSL, why, sizeof why));
    assert_string_equal(why,
                        "personalize: the libcurl that was loaded, 8.1.0, was built without TLS, "
                        "and one with TLS is needed: see which one the dynamic loader finds "
                        "(LD_LIBRARY_PATH, ldconfig -p)");
    assert_false(will_do("8.1.0", 0x080100, CURL_VERSION_HTTP2, why, sizeof why));
    assert_string_equal(why, "personalize: the libcurl that was loaded, 8.1.0, was built without "
                             "HTTP/2, and one with HTTP/2 (nghttp2) is needed: see which one the "
                             "dynamic loader finds (LD_LIBRARY_PATH, ldconfig -p)");
    assert_false(will_do("7.73.9", 0x0749ff, 0, why, 10));
    assert_string_equal(why, "personali");
}

static void test_encodings_are_those_that_it_decodes(void **state)
{
    (void)state;
    bool has_zlib = curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_LIBZ;
    assert_string_equal(pz_libcurl_encodings(), has_zlib ? "gzip" : "identity");
    lacking = CURL_VERSION_LIBZ; /* it is asked once */
    assert_string_equal(pz_libcurl_encodings(), has_zlib ? "gzip" : "identity");
    lacking = 0;
}

static void test_its_words_for_what_is_wrong_with_an_answer(void **state)
{
    (void)state;
    assert_true(pz_libcurl_is_line_too_long((CURLcode)100, false, ""));
    assert_true(pz_libcurl_is_line_too_long(CURLE_OUT_OF_MEMORY, true, ""));
    assert_false(pz_libcurl_is_line_too_long(CURLE_OUT_OF_MEMORY, false, ""));
    assert_true(pz_libcurl_is_line_too_long(CURLE_RECV_ERROR, false, "Out of memory"));
    assert_false(pz_libcurl_is_line_too_long(CURLE_RECV_ERROR, true, "Out of memor"));
    assert_false(pz_libcurl_is_line_too_long(CURLE_SEND_ERROR, false, "Out of memory"));
    assert_true(
        pz_libcurl_is_bad_chunk(CURLE_RECV_ERROR, "Illegal or missing hexadecimal in chunk"));
    assert_false(pz_libcurl_is_bad_chunk(CURLE_RECV_ERROR, "other"));
    assert_false(pz_libcurl_is_bad_chunk(CURLE_SEND_ERROR, "chunk"));
    assert_true(pz_libcurl_is_bad_certificate_file(CURLE_SSL_CERTPROBLEM, ""));
    assert_true(pz_libcurl_is_bad_certificate_file(CURLE_SSL_CACERT_BADFILE, ""));
    assert_true(
        pz_libcurl_is_bad_certificate_file(CURLE_SSL_CONNECT_ERROR, "error reading X.509 a"));
    assert_false(pz_libcurl_is_bad_certificate_file(CURLE_SSL_CONNECT_ERROR, "error reading X.50"));
    assert_false(pz_libcurl_is_bad_certificate_file(CURLE_SSL_CIPHER, "error reading X.509"));
}

static bool copies(const char *url)
{
    CURLU *parsed = curl_url();
    assert_int_equal(curl_url_set(parsed, CURLUPART_URL, url, 0), CURLUE_OK);
    bool does = pz_libcurl_copies_url(parsed);
    curl_url_cleanup(parsed);
    return does;
}

static void test_a_url_with_a_zone_is_not_copied(void **state)
{
    (void)state;
    assert_true(copies("https://h/"));
    assert_true(copies("https://[::1]/"));
    assert_false(copies("https://[fe80::1%25eth0]/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_that_is_too_old_or_lacks_something_is_named),
        cmocka_unit_test(test_encodings_are_those_that_it_decodes),
        cmocka_unit_test(test_its_words_for_what_is_wrong_with_an_answer),
        cmocka_unit_test(test_a_url_with_a_zone_is_not_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
