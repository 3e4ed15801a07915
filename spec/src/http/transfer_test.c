/* A transfer without a network: its limits, its callbacks, and what comes of each end. libcurl's
 * options are recorded, and what libcurl tells afterwards is set here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http/clock.h"
#include "http/global.h"
#include "http/transfer.h"
#include "support/recorded_options.h"

#define START (1000 * PZ_NS_PER_S)
#define MS PZ_NS_PER_MS

/* ------------------------------------------------------------------ what libcurl tells */

#undef curl_easy_getinfo

static struct {
    CURLINFO info;
    long value;
} told[16];
static size_t told_count;

static void tell(CURLINFO info, long value)
{
    assert_true(told_count < sizeof told / sizeof *told);
    told[told_count].info = info;
    told[told_count++].value = value;
}

CURLcode curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
    (void)easy;
    long value = 0;
    for (size_t i = 0; i < told_count; i++) {
        if (told[i].info == info)
            value = told[i].value;
    }
    va_list values;
    va_start(values, info);
    switch ((int)info & CURLINFO_TYPEMASK) {
    case CURLINFO_LONG:
        *va_arg(values, long *) = value;
        break;
    case CURLINFO_OFF_T:
        *va_arg(values, curl_off_t *) = value;
        break;
    default:
        fail_msg("%d is asked for", (int)info);
    }
    va_end(values);
    return CURLE_OK;
}

/* ------------------------------------------------------------------ a transfer */

struct scene {
    pz_handles handles;
    pz_pulse pulse;
    pz_request request;
    pz_transfer *transfer;
    pz_failure failure;
};

static CURLcode set_up(pz_handle *handle, void *data)
{
    (void)data;
    return pz_transfer_set_callbacks(handle);
}

static void open_scene(struct scene *scene)
{
    assert_int_equal(pz_http_global_init(), CURLE_OK);
    assert_true(pz_handles_open(&scene->handles, set_up, NULL));
    told_count = 0;
    scene->transfer = NULL;
    scene->pulse = (pz_pulse){.limit_at = PZ_NEVER};
    scene->request = (pz_request){.method = "GET",
                                  .url = "http://127.0.0.1:1/",
                                  .timeout_ms = 1000,
                                  .max_response_bytes = 100000,
                                  .max_response_headers = 10,
                                  .max_header_bytes = 1000,
                                  .replayable = true};
}

/* Ends the transfer before, and prepares one for the scene's request. */
static pz_transfer *prepare(struct scene *scene)
{
    if (scene->transfer != NULL) {
        pz_handle_discard(scene->transfer->handle);
        pz_transfer_release(scene->transfer);
    }
    forget_options();
    pz_handle *handle = pz_handles_take(&scene->handles, 0, &scene->failure);
    scene->transfer = pz_transfer_new();
    assert_true(pz_transfer_prepare(scene->transfer, &scene->request, handle, &scene->pulse, START,
                                    &scene->failure));
    scene->transfer->was_given = true; /* as the engine notes */
    return scene->transfer;
}

static void close_scene(struct scene *scene)
{
    pz_handle_discard(scene->transfer->handle);
    pz_transfer_release(scene->transfer);
    pz_handles_close(&scene->handles);
}

static void test_a_request_is_copied(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    char body[] = "body";
    scene.request.body = body;
    scene.request.body_length = 4;
    scene.request.stall_timeout_ms = 7;
    pz_transfer *transfer = prepare(&scene);
    memset(body, 'x', 4);
    assert_int_equal(transfer->body_length, 4);
    assert_memory_equal(transfer->body, "body", 4);
    assert_ptr_equal(pointer_set(CURLOPT_POSTFIELDS), transfer->body);
    assert_ptr_equal(transfer->handle->transfer, transfer);
    assert_true(transfer->started == START && transfer->given == START);
    assert_true(transfer->last_byte == START);
    assert_true(transfer->stall_ns == 7 * MS);
    assert_int_equal(transfer->response.body.bound, 100000);
    assert_int_equal(transfer->response.max_header_count, 10);
    assert_int_equal(transfer->response.max_header_bytes, 1000);
    scene.request.body = "";
    scene.request.body_length = 0;
    transfer = prepare(&scene);
    assert_null(transfer->body);
    assert_int_equal(number_set(CURLOPT_POST), 1);
    scene.request.body = NULL;
    prepare(&scene);
    assert_int_equal(times_set(CURLOPT_POST), 0);
    close_scene(&scene);
}

static void test_what_was_asked_is_dropped_and_the_last_holder_frees(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request.body = "body";
    scene.request.body_length = 4;
    pz_transfer *transfer = prepare(&scene);
    pz_handle *handle = transfer->handle;
    pz_transfer_hold(transfer);
    assert_int_equal(transfer->references, 2);
    pz_transfer_release(transfer);
    assert_int_equal(transfer->references, 1);
    assert_non_null(transfer->body);
    pz_transfer_drop_request(transfer);
    assert_null(transfer->body);
    assert_int_equal(transfer->body_length, 0);
    assert_null(transfer->headers.lines);
    assert_null(transfer->handle);
    transfer->handle = handle;
    close_scene(&scene);
}

/* ------------------------------------------------------------------ limits */

static void test_the_earliest_limit_that_the_engine_watches(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request.connect_timeout_ms = 100;
    scene.request.stall_timeout_ms = 50;
    pz_transfer *transfer = prepare(&scene);
    assert_true(pz_transfer_limit(transfer) == START + 1000 * MS); /* libcurl watches the others */
    transfer->connect_limit = START + 100 * MS;
    assert_true(pz_transfer_limit(transfer) == START + 100 * MS);
    transfer->issued = true;
    transfer->last_byte = START + 70 * MS;
    assert_true(pz_transfer_limit(transfer) == START + 120 * MS);
    transfer->last_byte = START + 970 * MS;
    assert_true(pz_transfer_limit(transfer) == START + 1000 * MS);
    transfer->stall_ns = 0;
    transfer->last_byte = START;
    assert_true(pz_transfer_limit(transfer) == START + 1000 * MS);
    close_scene(&scene);
}

static void test_while_aside_the_engine_watches_the_time_to_connect(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *transfer = prepare(&scene);
    pz_transfer_put_aside(transfer);
    assert_true(transfer->connect_limit == PZ_NEVER);
    pz_transfer_resume(transfer, START + 40 * MS);
    assert_int_equal(times_set(CURLOPT_CONNECTTIMEOUT_MS), 0);

    scene.request.connect_timeout_ms = 100;
    transfer = prepare(&scene);
    transfer->lookup_refused = true;
    strcpy(transfer->handle->detail, "left");
    pz_transfer_put_aside(transfer);
    assert_true(transfer->is_aside);
    assert_false(transfer->lookup_refused);
    assert_string_equal(transfer->handle->detail, "");
    assert_true(transfer->connect_limit == START + 100 * MS);
    pz_transfer_resume(transfer, START + 40 * MS);
    assert_false(transfer->is_aside);
    assert_int_equal(number_set(CURLOPT_CONNECTTIMEOUT_MS), 60);
    assert_true(transfer->connect_limit == START + 100 * MS);
    pz_transfer_resume(transfer, START + 100 * MS);
    assert_int_equal(number_set(CURLOPT_CONNECTTIMEOUT_MS), 1); /* 0 would be libcurl's default */

    transfer->may_be_http2 = true;
    pz_transfer_resume(transfer, START + 40 * MS);
    assert_true(transfer->connect_limit == PZ_NEVER);
    close_scene(&scene);
}

static void test_time_in_which_nobody_drove_is_no_time_to_connect(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *transfer = prepare(&scene);
    pz_transfer_forgive(transfer, 80 * MS);
    assert_int_equal(transfer->connect_timeout_ms, 0);
    assert_true(transfer->connect_limit == PZ_NEVER);

    scene.request.connect_timeout_ms = 100;
    transfer = prepare(&scene);
    transfer->given = START + 30 * MS;
    pz_transfer_forgive(transfer, 80 * MS);
    assert_int_equal(transfer->connect_timeout_ms, 201); /* a quarter more, and one */
    assert_int_equal(number_set(CURLOPT_CONNECTTIMEOUT_MS), 171);
    assert_true(transfer->connect_limit == START + 201 * MS);
    transfer->issued = true;
    pz_transfer_forgive(transfer, 80 * MS);
    assert_int_equal(transfer->connect_timeout_ms, 201);

    /* one that may wait for another one's connection */
    transfer = prepare(&scene);
    transfer->may_be_http2 = true;
    pz_transfer_forgive(transfer, 80 * MS);
    assert_int_equal(number_set(CURLOPT_CONNECTTIMEOUT_MS), 201);
    assert_true(transfer->connect_limit == PZ_NEVER);
    transfer->is_aside = true;
    pz_transfer_forgive(transfer, 80 * MS);
    assert_true(transfer->connect_limit == START + 302 * MS);

    scene.request.connect_timeout_ms = PZ_TIMEOUT_MS_MAX - 50;
    transfer = prepare(&scene);
    pz_transfer_forgive(transfer, 80 * MS);
    assert_int_equal(transfer->connect_timeout_ms, PZ_TIMEOUT_MS_MAX);
    close_scene(&scene);
}

/* As many milliseconds as a long of 32 bits does not hold. */
static void test_neither_is_a_month(void **state)
{
    (void)state;
    const uint64_t month = 30ULL * 24 * 60 * 60 * PZ_NS_PER_S;
    struct scene scene;
    open_scene(&scene);
    scene.request.connect_timeout_ms = 100;
    pz_transfer *transfer = prepare(&scene);
    pz_transfer_forgive(transfer, month);
    assert_int_equal(transfer->connect_timeout_ms, PZ_TIMEOUT_MS_MAX);
    assert_int_equal(number_set(CURLOPT_CONNECTTIMEOUT_MS), PZ_TIMEOUT_MS_MAX);
    transfer = prepare(&scene);
    pz_transfer_resume(transfer, START + month);
    assert_int_equal(number_set(CURLOPT_CONNECTTIMEOUT_MS), 1);
    close_scene(&scene);
}

/* ------------------------------------------------------------------ ends */

static void assert_failed(const pz_transfer *transfer, enum pz_kind kind, enum pz_phase phase,
                          const char *message)
{
    assert_true(transfer->done);
    assert_int_equal(transfer->failure.kind, kind);
    assert_int_equal(transfer->failure.phase, phase);
    assert_string_equal(transfer->failure.message, message);
}

static void test_a_timeout_names_its_limit(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *transfer = prepare(&scene);
    pz_transfer_expire(transfer, START + 200 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_CONNECT,
                  "no connection within 200 ms: the host's name had not been looked up");
    assert_int_equal(transfer->failure.code, CURLE_OPERATION_TIMEDOUT);
    transfer = prepare(&scene);
    transfer->is_aside = true;
    pz_transfer_expire(transfer, START + 200 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_CONNECT,
                  "no connection within 200 ms: the host's name had not been looked up, for 20 "
                  "other look-ups had not ended");
    transfer = prepare(&scene);
    transfer->is_aside = true;
    transfer->abandoned_lookups = 19;
    pz_transfer_expire(transfer, START + 200 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_CONNECT,
                  "no connection within 200 ms: the host's name had not been looked up, for 20 "
                  "other look-ups had not ended or were given up less than 30 s ago");
    transfer = prepare(&scene);
    transfer->is_aside = true;
    transfer->abandoned_lookups = 20;
    pz_transfer_expire(transfer, START + 200 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_CONNECT,
                  "no connection within 200 ms: the host's name had not been looked up, for 20 "
                  "other look-ups were given up less than 30 s ago");
    tell(CURLINFO_NAMELOOKUP_TIME_T, 1);
    transfer = prepare(&scene);
    pz_transfer_finish(transfer, CURLE_OPERATION_TIMEDOUT, START + 999 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_CONNECT, "no connection within 999 ms");
    transfer = prepare(&scene);
    pz_transfer_finish(transfer, CURLE_OPERATION_TIMEDOUT, START + 1000 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_TOTAL, "no complete answer within 1000 ms");
    assert_int_equal(transfer->failure.code, CURLE_OPERATION_TIMEDOUT);
    transfer = prepare(&scene);
    transfer->issued = true; /* so there was a connection */
    pz_transfer_finish(transfer, CURLE_OPERATION_TIMEDOUT, START + 200 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_TOTAL, "no complete answer within 1000 ms");
    close_scene(&scene);
}

static void test_a_stall_is_one_only_once_the_request_was_issued(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request.stall_timeout_ms = 50;
    pz_transfer *transfer = prepare(&scene);
    transfer->issued = true;
    pz_transfer_expire(transfer, START + 50 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_STALL,
                  "no byte in either direction for 50 ms");
    assert_int_equal(transfer->failure.code, CURLE_OPERATION_TIMEDOUT);
    transfer = prepare(&scene);
    transfer->issued = true;
    transfer->last_byte = START + 960 * MS;
    pz_transfer_expire(transfer, START + 1000 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_TOTAL, "no complete answer within 1000 ms");
    transfer = prepare(&scene);
    pz_transfer_expire(transfer, START + 1000 * MS);
    assert_failed(transfer, PZ_KIND_TIMEOUT, PZ_PHASE_TOTAL, "no complete answer within 1000 ms");
    close_scene(&scene);
}

static void feed(pz_transfer *transfer, const char *status_line)
{
    assert_true(pz_response_line(&transfer->response, status_line, strlen(status_line)));
    assert_true(pz_response_line(&transfer->response, "\r\n", 2));
}

static void test_an_answer_is_one_when_it_is_complete(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *transfer = prepare(&scene);
    feed(transfer, "HTTP/1.1 200 OK\r\n");
    assert_true(pz_response_bytes(&transfer->response, "body", 4));
    pz_transfer_finish(transfer, CURLE_OK, START);
    assert_true(transfer->done);
    assert_int_equal(transfer->failure.kind, PZ_KIND_NONE);
    assert_int_equal(transfer->response.body.length, 4);

    transfer = prepare(&scene);
    feed(transfer, "HTTP/1.1 100 Continue\r\n");
    pz_transfer_finish(transfer, CURLE_OK, START);
    assert_failed(transfer, PZ_KIND_NETWORK, PZ_PHASE_NONE, "the answer ended within its headers");

    /* what the response refused is why libcurl stopped */
    transfer = prepare(&scene);
    assert_false(pz_response_line(&transfer->response, "none", 4));
    pz_transfer_finish(transfer, CURLE_WRITE_ERROR, START);
    assert_failed(transfer, PZ_KIND_PROTOCOL, PZ_PHASE_NONE, "the answer's headers are malformed");
    assert_int_equal(transfer->failure.code, CURLE_WRITE_ERROR);

    transfer = prepare(&scene);
    transfer->issued = true;
    strcpy(transfer->handle->detail, "libcurl's words");
    pz_transfer_finish(transfer, CURLE_RECV_ERROR, START);
    assert_failed(transfer, PZ_KIND_NETWORK, PZ_PHASE_NONE, "libcurl's words");
    transfer = prepare(&scene);
    pz_transfer_finish(transfer, CURLE_COULDNT_CONNECT, START);
    assert_int_equal(transfer->failure.kind, PZ_KIND_CONNECT);

    /* a line of the head that is too long is told from a lack of memory */
    transfer = prepare(&scene);
    transfer->issued = true;
    pz_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, START);
    assert_int_equal(transfer->failure.kind, PZ_KIND_TOO_LARGE);
    transfer = prepare(&scene);
    transfer->issued = true;
    feed(transfer, "HTTP/1.1 200 OK\r\n");
    pz_transfer_finish(transfer, CURLE_OUT_OF_MEMORY, START);
    assert_int_equal(transfer->failure.kind, PZ_KIND_NETWORK);
    close_scene(&scene);
}

static size_t kept_of(struct scene *scene, const char *status_line, CURLcode code)
{
    static char bytes[20000];
    pz_transfer *transfer = prepare(scene);
    feed(transfer, status_line);
    assert_true(pz_response_bytes(&transfer->response, bytes, sizeof bytes));
    pz_transfer_finish(transfer, code, START);
    return transfer->response.body.length;
}

static void test_of_a_broken_body_a_refusals_beginning_is_kept(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    assert_int_equal(kept_of(&scene, "HTTP/1.1 500 No\r\n", CURLE_OK), 20000);
    assert_int_equal(kept_of(&scene, "HTTP/1.1 300 No\r\n", CURLE_PARTIAL_FILE), 16 * 1024);
    assert_int_equal(kept_of(&scene, "HTTP/1.1 299 OK\r\n", CURLE_PARTIAL_FILE), 0);
    pz_failure cancelled = {.kind = PZ_KIND_CANCELLED, .message = "cancelled"};
    pz_transfer *transfer = prepare(&scene);
    feed(transfer, "HTTP/1.1 200 OK\r\n");
    assert_true(pz_response_bytes(&transfer->response, "body", 4));
    pz_transfer_abort(transfer, &cancelled, START + 1500 * MS);
    assert_failed(transfer, PZ_KIND_CANCELLED, PZ_PHASE_NONE, "cancelled");
    assert_int_equal(transfer->response.body.length, 0);
    assert_true(transfer->elapsed == 1.5);
    close_scene(&scene);
}

static void tell_measurements(void)
{
    tell(CURLINFO_CONNECT_TIME_T, 3000000);
    tell(CURLINFO_STARTTRANSFER_TIME_T, 500000);
    tell(CURLINFO_SIZE_UPLOAD_T, 10);
    tell(CURLINFO_SIZE_DOWNLOAD_T, 20);
    tell(CURLINFO_HEADER_SIZE, 300);
    tell(CURLINFO_REQUEST_SIZE, 4000);
    tell(CURLINFO_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
}

static void test_measurements_are_those_of_libcurl(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    tell_measurements();
    pz_transfer *transfer = prepare(&scene);
    transfer->issued = true;
    pz_transfer_finish(transfer, CURLE_OK, START + 2500 * MS);
    assert_true(transfer->elapsed == 2.5);
    assert_false(transfer->looked_up);
    assert_true(transfer->time_connect == 3);
    assert_true(transfer->time_first_byte == 0.5);
    assert_int_equal(transfer->bytes_sent, 4010);
    assert_int_equal(transfer->bytes_received, 320);
    assert_int_equal(transfer->body_bytes, 20);
    assert_int_equal(transfer->http_version, CURL_HTTP_VERSION_1_1);
    assert_true(transfer->reused);
    tell(CURLINFO_NAMELOOKUP_TIME_T, 1);
    tell(CURLINFO_APPCONNECT_TIME_T, 4000000);
    tell(CURLINFO_NUM_CONNECTS, 1);
    transfer = prepare(&scene);
    transfer->issued = true;
    pz_transfer_finish(transfer, CURLE_OK, START);
    assert_true(transfer->looked_up);
    assert_true(transfer->time_connect == 4); /* TLS is part of it */
    assert_false(transfer->reused);
    tell(CURLINFO_NUM_CONNECTS, 0);
    transfer = prepare(&scene);
    pz_transfer_finish(transfer, CURLE_OPERATION_TIMEDOUT, START);
    assert_false(transfer->reused); /* it had no connection */
    close_scene(&scene);
}

/* Of a handle that is used again libcurl would tell what was of the transfer before. */
static void test_nothing_is_measured_of_what_libcurl_never_had(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    tell(CURLINFO_NAMELOOKUP_TIME_T, 1);
    tell(CURLINFO_PRETRANSFER_TIME_T, 3000001);
    tell(CURLINFO_HTTP_CONNECTCODE, 403);
    tell_measurements();
    pz_failure cancelled = {.kind = PZ_KIND_CANCELLED, .message = "cancelled"};
    for (int expires = 0; expires < 2; expires++) {
        pz_transfer *transfer = prepare(&scene);
        transfer->was_given = false;
        if (expires)
            pz_transfer_expire(transfer, START + 1500 * MS);
        else
            pz_transfer_abort(transfer, &cancelled, START + 1500 * MS);
        assert_true(transfer->done);
        assert_true(transfer->elapsed == 1.5);
        assert_false(transfer->issued);
        assert_false(transfer->looked_up);
        assert_true(transfer->time_connect == 0);
        assert_true(transfer->time_first_byte == 0);
        assert_int_equal(transfer->bytes_sent, 0);
        assert_int_equal(transfer->bytes_received, 0);
        assert_int_equal(transfer->body_bytes, 0);
        assert_int_equal(transfer->http_version, 0);
        assert_int_equal(transfer->proxy_status, 0);
        assert_int_equal(transfer->refusal, PZ_REFUSAL_NONE);
    }
    close_scene(&scene);
}

static void test_a_proxys_refusal_is_told(void **state)
{
    (void)state;
    static const struct {
        long error;
        enum pz_refusal refusal;
    } of_socks[] = {
        {CURLPX_OK, PZ_REFUSAL_NONE},
        {CURLPX_NO_AUTH, PZ_REFUSAL_AUTH},
        {CURLPX_USER_REJECTED, PZ_REFUSAL_AUTH},
        {CURLPX_REPLY_NOT_ALLOWED, PZ_REFUSAL_FORBIDDEN},
        {CURLPX_REPLY_HOST_UNREACHABLE, PZ_REFUSAL_NONE},
    };
    struct scene scene;
    open_scene(&scene);
    for (size_t i = 0; i < sizeof of_socks / sizeof *of_socks; i++) {
        told_count = 0;
        tell(CURLINFO_PROXY_ERROR, of_socks[i].error);
        pz_transfer *transfer = prepare(&scene);
        pz_transfer_finish(transfer, CURLE_PROXY, START);
        assert_int_equal(transfer->refusal, of_socks[i].refusal);
        assert_int_equal(transfer->proxy_status, 0);
    }
    told_count = 0;
    tell(CURLINFO_HTTP_CONNECTCODE, 403);
    pz_transfer *transfer = prepare(&scene);
    pz_transfer_finish(transfer, CURLE_COULDNT_CONNECT, START);
    assert_int_equal(transfer->refusal, PZ_REFUSAL_FORBIDDEN);
    assert_int_equal(transfer->proxy_status, 403);
    transfer = prepare(&scene);
    transfer->issued = true; /* so the proxy let it through */
    pz_transfer_finish(transfer, CURLE_RECV_ERROR, START);
    assert_int_equal(transfer->refusal, PZ_REFUSAL_NONE);
    assert_int_equal(transfer->proxy_status, 0);
    tell(CURLINFO_HTTP_CONNECTCODE, 299);
    transfer = prepare(&scene);
    pz_transfer_finish(transfer, CURLE_SSL_CONNECT_ERROR, START);
    assert_int_equal(transfer->refusal, PZ_REFUSAL_NONE);
    assert_int_equal(transfer->proxy_status, 0);
    tell(CURLINFO_HTTP_CONNECTCODE, 300);
    transfer = prepare(&scene);
    pz_transfer_finish(transfer, CURLE_COULDNT_CONNECT, START);
    assert_int_equal(transfer->proxy_status, 300);
    close_scene(&scene);
}

/* ------------------------------------------------------------------ callbacks */

typedef size_t piece_function(char *bytes, size_t size, size_t count, void *data);

static size_t hand_over(CURLoption option, pz_transfer *transfer, const char *text)
{
    char bytes[100];
    piece_function *function;
    *(const void **)&function = pointer_set(option);
    strcpy(bytes, text);
    return function(bytes, 1, strlen(text), transfer->handle);
}

static void assert_lack(const pz_transfer *transfer, const char *words, int reason)
{
    char expected[200];
    snprintf(expected, sizeof expected, "%s: %s", words, strerror(reason));
    assert_failed(transfer, PZ_KIND_CONNECT, PZ_PHASE_NONE, expected);
    assert_true(transfer->failure.is_local);
}

static void test_without_a_socket_the_system_says_why(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    static const int reasons[] = {EMFILE, ENFILE, ENOBUFS, EACCES};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        pz_transfer *transfer = prepare(&scene);
        transfer->socket_errno = reasons[i];
        pz_transfer_finish(transfer, CURLE_COULDNT_CONNECT, START);
        assert_lack(transfer, "no socket could be opened", reasons[i]);
        assert_int_equal(transfer->failure.code, CURLE_COULDNT_CONNECT);
    }
    pz_transfer *transfer = prepare(&scene);
    transfer->socket_errno = EAFNOSUPPORT; /* of one address; that of another refused */
    transfer->had_socket = true;
    strcpy(transfer->handle->detail, "refused");
    pz_transfer_finish(transfer, CURLE_COULDNT_CONNECT, START);
    assert_failed(transfer, PZ_KIND_CONNECT, PZ_PHASE_NONE, "refused");
    assert_false(transfer->failure.is_local);
    close_scene(&scene);
}

/* Ends a transfer while only so many descriptors can be opened; below 0: as many as one likes. */
static const pz_transfer *end_with_descriptors(struct scene *scene, CURLcode code, bool issued,
                                               int left)
{
    struct rlimit before, few;
    pz_transfer *transfer = prepare(scene);
    transfer->issued = issued;
    strcpy(transfer->handle->detail, "as libcurl says");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int opened[8], lowest = 0;
    for (int i = 0; i < left + 1; i++)
        lowest = opened[i] = dup(0); /* there may be gaps */
    for (int i = 0; i < left + 1; i++)
        close(opened[i]);
    few = before;
    few.rlim_cur = (rlim_t)lowest;
    if (left >= 0)
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    pz_transfer_finish(transfer, code, START);
    setrlimit(RLIMIT_NOFILE, &before);
    return transfer;
}

static void test_a_lack_of_descriptors_is_told(void **state)
{
    (void)state;
    static const struct {
        CURLcode code;
        int needed;
        const char *words;
    } cases[] = {
        {CURLE_COULDNT_RESOLVE_HOST, 4, "as libcurl says; hardly a descriptor is left"},
        {CURLE_COULDNT_RESOLVE_PROXY, 4, "as libcurl says; hardly a descriptor is left"},
        {CURLE_SSL_CACERT_BADFILE, 2, "as libcurl says; hardly a descriptor is left"},
        {CURLE_SSL_CERTPROBLEM, 2, "as libcurl says; hardly a descriptor is left"},
    };
    struct scene scene;
    open_scene(&scene);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int left = 0; left < cases[i].needed; left++)
            assert_lack(end_with_descriptors(&scene, cases[i].code, false, left), cases[i].words,
                        EMFILE);
        static const int enough[] = {4, -1};
        for (int j = 0; j < 2; j++) {
            const pz_transfer *transfer =
                end_with_descriptors(&scene, cases[i].code, false, enough[j]);
            assert_string_equal(transfer->failure.message, "as libcurl says");
            assert_int_equal(transfer->failure.code, cases[i].code);
            assert_false(transfer->failure.is_local);
        }
    }
    const pz_transfer *transfer = end_with_descriptors(&scene, CURLE_SSL_CACERT_BADFILE, false, 0);
    assert_int_equal(transfer->failure.code, CURLE_COULDNT_CONNECT); /* the file is not at fault */
    transfer = end_with_descriptors(&scene, CURLE_SSL_CERTPROBLEM, true, 0);
    assert_string_equal(transfer->failure.message, "as libcurl says");
    transfer = end_with_descriptors(&scene, CURLE_COULDNT_CONNECT, false, 0);
    assert_string_equal(transfer->failure.message, "as libcurl says"); /* it had its socket */
    close_scene(&scene);
}

static void test_an_answer_goes_to_the_response_and_shows_life(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request.max_response_bytes = 4;
    pz_transfer *transfer = prepare(&scene);
    assert_ptr_equal(pointer_set(CURLOPT_HEADERDATA), transfer->handle);
    assert_ptr_equal(pointer_set(CURLOPT_WRITEDATA), transfer->handle);
    assert_ptr_equal(pointer_set(CURLOPT_ERRORBUFFER), transfer->handle->detail);
    assert_ptr_equal(pointer_set(CURLOPT_PRIVATE), transfer->handle);
    scene.pulse.now = START + 1;
    assert_int_equal(hand_over(CURLOPT_HEADERFUNCTION, transfer, "HTTP/1.1 200 OK\r\n"), 17);
    assert_true(transfer->last_byte == START + 1);
    /* lines of the head come here too with some versions of libcurl */
    assert_int_equal(hand_over(CURLOPT_WRITEFUNCTION, transfer, "A: b\r\n"), 6);
    assert_int_equal(hand_over(CURLOPT_WRITEFUNCTION, transfer, " folded\r\n"), 0);
    assert_int_equal(transfer->response.body.length, 0);
    assert_int_equal(hand_over(CURLOPT_HEADERFUNCTION, transfer, "no colon\r\n"), 0);
    assert_int_equal(hand_over(CURLOPT_HEADERFUNCTION, transfer, "\r\n"), 2);
    scene.pulse.now = START + 2;
    assert_int_equal(hand_over(CURLOPT_WRITEFUNCTION, transfer, " bod"), 4);
    assert_true(transfer->last_byte == START + 2);
    assert_memory_equal(transfer->response.body.bytes, " bod", 4);
    assert_int_equal(hand_over(CURLOPT_WRITEFUNCTION, transfer, "y"), 0);
    close_scene(&scene);
}

static void test_a_body_is_read_once(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request = (pz_request){.method = "POST",
                                 .url = "http://127.0.0.1:1/",
                                 .body = "a body",
                                 .body_length = 6,
                                 .timeout_ms = 1000};
    pz_transfer *transfer = prepare(&scene);
    char bytes[10] = "";
    piece_function *read;
    *(const void **)&read = pointer_set(CURLOPT_READFUNCTION);
    int (*seek)(void *, curl_off_t, int);
    *(const void **)&seek = pointer_set(CURLOPT_SEEKFUNCTION);
    assert_int_equal(read(bytes, 2, 2, transfer->handle), 4);
    assert_string_equal(bytes, "a bo");
    assert_int_equal(read(bytes, 1, 4, transfer->handle), 2);
    assert_string_equal(bytes, "dybo");
    assert_int_equal(read(bytes, 1, 4, transfer->handle), 0);
    assert_int_equal(seek(transfer->handle, 0, SEEK_SET), CURL_SEEKFUNC_FAIL);
    close_scene(&scene);
}

static int progress(pz_transfer *transfer, curl_off_t down, curl_off_t up)
{
    curl_xferinfo_callback function;
    *(const void **)&function = pointer_set(CURLOPT_XFERINFOFUNCTION);
    return function(transfer->handle, 9, down, 9, up);
}

/* A run that its socket caused shows that something came, unless others share the connection. */
static void test_bytes_and_a_socket_of_its_own_show_life(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pz_transfer *transfer = prepare(&scene);
    scene.pulse.now = START + 1;
    assert_int_equal(progress(transfer, 0, 0), 0);
    assert_true(transfer->last_byte == START);
    progress(transfer, 1, 0);
    assert_true(transfer->last_byte == START + 1);
    scene.pulse.now = START + 2;
    progress(transfer, 1, 0);
    assert_true(transfer->last_byte == START + 1);
    progress(transfer, 1, 1);
    assert_true(transfer->last_byte == START + 2);
    scene.pulse.now = START + 3;
    scene.pulse.socket_is_ready = true;
    transfer->may_be_http2 = true;
    progress(transfer, 1, 1);
    assert_true(transfer->last_byte == START + 2);
    transfer->response.http1 = true;
    progress(transfer, 1, 1);
    assert_true(transfer->last_byte == START + 3);
    scene.pulse.now = START + 4;
    transfer->may_be_http2 = transfer->response.http1 = false;
    progress(transfer, 1, 1);
    assert_true(transfer->last_byte == START + 4);
    close_scene(&scene);
}

/* From then on a stall can be one. */
static void test_a_request_is_issued_when_there_is_a_connection(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    scene.request.stall_timeout_ms = 50;
    pz_transfer *transfer = prepare(&scene);
    const CURLoption before_request = (CURLoption)(CURLOPTTYPE_FUNCTIONPOINT + 312);
    if (times_set(before_request) == 0) { /* libcurl before 7.80 */
        close_scene(&scene);
        skip();
    }
    pz_libcurl_before_request *issue;
    *(const void **)&issue = pointer_set(before_request);
    scene.pulse.now = START + 10 * MS;
    scene.pulse.limit_at = START + 100 * MS;
    char ip[] = "127.0.0.1";
    assert_int_equal(issue(transfer->handle, ip, ip, 1, 2), 0);
    assert_true(transfer->issued);
    assert_true(transfer->last_byte == START + 10 * MS);
    assert_true(scene.pulse.limit_at == START + 60 * MS);
    scene.pulse.limit_at = START + 20 * MS; /* another one's is earlier */
    issue(transfer->handle, ip, ip, 1, 2);
    assert_true(scene.pulse.limit_at == START + 20 * MS);
    close_scene(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_is_copied),
        cmocka_unit_test(test_what_was_asked_is_dropped_and_the_last_holder_frees),
        cmocka_unit_test(test_the_earliest_limit_that_the_engine_watches),
        cmocka_unit_test(test_while_aside_the_engine_watches_the_time_to_connect),
        cmocka_unit_test(test_time_in_which_nobody_drove_is_no_time_to_connect),
        cmocka_unit_test(test_neither_is_a_month),
        cmocka_unit_test(test_a_timeout_names_its_limit),
        cmocka_unit_test(test_a_stall_is_one_only_once_the_request_was_issued),
        cmocka_unit_test(test_an_answer_is_one_when_it_is_complete),
        cmocka_unit_test(test_of_a_broken_body_a_refusals_beginning_is_kept),
        cmocka_unit_test(test_measurements_are_those_of_libcurl),
        cmocka_unit_test(test_nothing_is_measured_of_what_libcurl_never_had),
        cmocka_unit_test(test_a_proxys_refusal_is_told),
        cmocka_unit_test(test_without_a_socket_the_system_says_why),
        cmocka_unit_test(test_a_lack_of_descriptors_is_told),
        cmocka_unit_test(test_an_answer_goes_to_the_response_and_shows_life),
        cmocka_unit_test(test_a_body_is_read_once),
        cmocka_unit_test(test_bytes_and_a_socket_of_its_own_show_life),
        cmocka_unit_test(test_a_request_is_issued_when_there_is_a_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
