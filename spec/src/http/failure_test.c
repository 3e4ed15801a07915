/* What libcurl's codes and a proxy's answers mean, and what is said of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "http/failure.h"

static pz_failure judged(int code, bool issued, bool in_headers, const char *detail)
{
    pz_failure failure;
    pz_evidence evidence = {issued, in_headers, detail};
    memset(&failure, 0xff, sizeof failure);
    pz_failure_from_curl(&failure, (CURLcode)code, &evidence);
    assert_int_equal(failure.code, code);
    assert_int_equal(failure.phase, PZ_PHASE_NONE);
    return failure;
}

static void test_kinds_by_code(void **state)
{
    (void)state;
    static const struct {
        int code;
        enum pz_kind before, after; /* the request was given to a connection */
    } kinds[] = {
        {CURLE_FAILED_INIT, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_URL_MALFORMAT, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_NOT_BUILT_IN, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_BAD_FUNCTION_ARGUMENT, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_UNKNOWN_OPTION, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {PZ_CURLE_OPTION_SYNTAX, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_SSL_ENGINE_NOTFOUND, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_SSL_ENGINE_SETFAILED, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_SSL_ENGINE_INITFAILED, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_COULDNT_RESOLVE_PROXY, PZ_KIND_CONNECT, PZ_KIND_CONNECT},
        {CURLE_COULDNT_RESOLVE_HOST, PZ_KIND_CONNECT, PZ_KIND_CONNECT},
        {CURLE_COULDNT_CONNECT, PZ_KIND_CONNECT, PZ_KIND_CONNECT},
        {CURLE_INTERFACE_FAILED, PZ_KIND_CONNECT, PZ_KIND_CONNECT},
        {CURLE_NO_CONNECTION_AVAILABLE, PZ_KIND_CONNECT, PZ_KIND_CONNECT},
        {CURLE_PROXY, PZ_KIND_CONNECT, PZ_KIND_CONNECT},
        {CURLE_SSL_CONNECT_ERROR, PZ_KIND_TLS, PZ_KIND_TLS},
        {CURLE_SSL_CIPHER, PZ_KIND_TLS, PZ_KIND_TLS},
        {CURLE_PEER_FAILED_VERIFICATION, PZ_KIND_TLS, PZ_KIND_TLS},
        {CURLE_USE_SSL_FAILED, PZ_KIND_TLS, PZ_KIND_TLS},
        {CURLE_SSL_SHUTDOWN_FAILED, PZ_KIND_TLS, PZ_KIND_TLS},
        {CURLE_SSL_ISSUER_ERROR, PZ_KIND_TLS, PZ_KIND_TLS},
        {CURLE_SSL_INVALIDCERTSTATUS, PZ_KIND_TLS, PZ_KIND_TLS},
        {PZ_CURLE_SSL_CLIENTCERT, PZ_KIND_TLS, PZ_KIND_TLS},
        {CURLE_SSL_CERTPROBLEM, PZ_KIND_CONFIG, PZ_KIND_NETWORK},
        {CURLE_SSL_CACERT_BADFILE, PZ_KIND_CONFIG, PZ_KIND_NETWORK},
        {CURLE_UNSUPPORTED_PROTOCOL, PZ_KIND_CONFIG, PZ_KIND_PROTOCOL},
        {CURLE_WEIRD_SERVER_REPLY, PZ_KIND_PROTOCOL, PZ_KIND_PROTOCOL},
        {CURLE_HTTP2_STREAM, PZ_KIND_PROTOCOL, PZ_KIND_PROTOCOL},
        {CURLE_BAD_CONTENT_ENCODING, PZ_KIND_PROTOCOL, PZ_KIND_PROTOCOL},
        {CURLE_WRITE_ERROR, PZ_KIND_PROTOCOL, PZ_KIND_PROTOCOL},
        {CURLE_FILESIZE_EXCEEDED, PZ_KIND_TOO_LARGE, PZ_KIND_TOO_LARGE},
        {CURLE_RECV_ERROR, PZ_KIND_CONNECT, PZ_KIND_NETWORK},
        {CURLE_HTTP2, PZ_KIND_CONNECT, PZ_KIND_NETWORK},
        {CURLE_GOT_NOTHING, PZ_KIND_CONNECT, PZ_KIND_NETWORK},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_int_equal(judged(kinds[i].code, false, true, "").kind, kinds[i].before);
        assert_int_equal(judged(kinds[i].code, true, false, "").kind, kinds[i].after);
    }
}

static void test_kinds_that_libcurls_words_tell(void **state)
{
    (void)state;
    static const char too_long[] = "a header of the answer is too long";
    assert_int_equal(judged(CURLE_RECV_ERROR, true, false, "bad chunk").kind, PZ_KIND_PROTOCOL);
    assert_int_equal(judged(CURLE_GOT_NOTHING, true, false, "bad chunk").kind, PZ_KIND_NETWORK);
    assert_int_equal(judged(CURLE_SSL_CONNECT_ERROR, false, true, "error reading X.509 key").kind,
                     PZ_KIND_CONFIG);
    assert_int_equal(judged(CURLE_SSL_CONNECT_ERROR, true, true, "error reading X.509 key").kind,
                     PZ_KIND_TLS);
    pz_failure failure = judged(100, true, true, "Too large response headers");
    assert_int_equal(failure.kind, PZ_KIND_TOO_LARGE);
    assert_string_equal(failure.message, too_long);
    assert_int_equal(judged(100, false, true, "").kind, PZ_KIND_CONNECT);
    failure = judged(CURLE_OUT_OF_MEMORY, true, true, "");
    assert_int_equal(failure.kind, PZ_KIND_TOO_LARGE);
    assert_string_equal(failure.message, too_long);
    assert_int_equal(judged(CURLE_OUT_OF_MEMORY, true, false, "").kind, PZ_KIND_NETWORK);
    failure = judged(CURLE_RECV_ERROR, true, false, "Out of memory while");
    assert_int_equal(failure.kind, PZ_KIND_TOO_LARGE);
    assert_string_equal(failure.message, too_long);
}

static void test_messages(void **state)
{
    (void)state;
    static const char malformed[] = "the answer's headers are malformed";
    assert_string_equal(judged(CURLE_RECV_ERROR, true, false, "own words").message, "own words");
    assert_string_equal(judged(CURLE_RECV_ERROR, true, false, "").message,
                        curl_easy_strerror(CURLE_RECV_ERROR));
    assert_string_equal(judged(CURLE_BAD_FUNCTION_ARGUMENT, true, true, "x").message, malformed);
    assert_string_equal(judged(CURLE_BAD_FUNCTION_ARGUMENT, true, false, "x").message, "x");
    assert_string_equal(judged(CURLE_BAD_FUNCTION_ARGUMENT, false, true, "x").message, "x");
    assert_string_equal(judged(CURLE_SEND_FAIL_REWIND, true, false, "x").message,
                        "the connection or the server dropped the request, which must not be sent "
                        "again unasked");
    assert_string_equal(judged(CURLE_RECV_ERROR, true, false,
                               "a\nb\x1f"
                               "c\x7f d\xc3\xbc~")
                            .message,
                        "a b c  d\xc3\xbc~");
    assert_string_equal(judged(CURLE_RECV_ERROR, true, false, "at https://u:p@h/?key=1").message,
                        "at https://***@h/?key=***");
}

static void test_what_is_set_is_all_set(void **state)
{
    (void)state;
    pz_failure failure;
    memset(&failure, 0xff, sizeof failure);
    pz_failure_set(&failure, PZ_KIND_TIMEOUT, "%s after %d", "ended", 3);
    assert_int_equal(failure.kind, PZ_KIND_TIMEOUT);
    assert_int_equal(failure.phase, PZ_PHASE_NONE);
    assert_int_equal(failure.code, CURLE_OK);
    assert_string_equal(failure.message, "ended after 3");
}

static void test_refusals_of_a_proxy(void **state)
{
    (void)state;
    static const struct {
        long status;
        enum pz_refusal refusal;
    } refusals[] = {
        {0, PZ_REFUSAL_NONE},    {299, PZ_REFUSAL_NONE},  {300, PZ_REFUSAL_OTHER},
        {400, PZ_REFUSAL_OTHER}, {401, PZ_REFUSAL_AUTH},  {403, PZ_REFUSAL_FORBIDDEN},
        {404, PZ_REFUSAL_OTHER}, {407, PZ_REFUSAL_AUTH},  {408, PZ_REFUSAL_BUSY},
        {429, PZ_REFUSAL_BUSY},  {499, PZ_REFUSAL_OTHER}, {500, PZ_REFUSAL_BUSY},
        {503, PZ_REFUSAL_BUSY},  {200, PZ_REFUSAL_NONE},
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        assert_int_equal(pz_refusal_of_status(refusals[i].status), refusals[i].refusal);
}

static void test_names(void **state)
{
    (void)state;
    static const char *const kinds[] = {
        "none",      "pending",   "connect", "tls",        "timeout", "network", "protocol",
        "too_large", "cancelled", "config",  "validation", "closed",  "memory"};
    static const char *const phases[] = {"", "total", "connect", "stall"};
    static const char *const refusals[] = {"", "auth", "forbidden", "busy", "other"};
    for (int i = 0; i <= PZ_KIND_MEMORY; i++)
        assert_string_equal(pz_kind_name((enum pz_kind)i), kinds[i]);
    for (int i = 0; i <= PZ_PHASE_STALL; i++)
        assert_string_equal(pz_phase_name((enum pz_phase)i), phases[i]);
    for (int i = 0; i <= PZ_REFUSAL_OTHER; i++)
        assert_string_equal(pz_refusal_name((enum pz_refusal)i), refusals[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_by_code),
        cmocka_unit_test(test_kinds_that_libcurls_words_tell),
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_what_is_set_is_all_set),
        cmocka_unit_test(test_refusals_of_a_proxy),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
