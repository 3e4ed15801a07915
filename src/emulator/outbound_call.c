/* From a call to the handle that makes it: libcurl's options, and where the answer gathers. */
#include <string.h>

#include "emulator/outbound.h"

enum {
    HEADERS_MAX_BYTES = 64 << 10,
    ANSWER_MAX_BYTES = 1 << 20,
};

/* Each answer on the way (100 Continue, for one) begins anew; the last one's headers are kept. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    pz_outbound_call *call = context;
    (void)size;
    if (count >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        call->answer_headers.length = 0;
    pz_buffer_append(&call->answer_headers, bytes, count);
    return call->answer_headers.failure == PZ_BUFFER_OK ? count : 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    pz_outbound_call *call = context;
    (void)size;
    size_t room = call->answer.bound - call->answer.length;
    pz_buffer_append(&call->answer, bytes, count < room ? count : room);
    return call->answer.failure == PZ_BUFFER_OK && count <= room ? count : 0;
}

/* Of options the first that fails: without one of them the call would not be the one described. */
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (curl_easy_setopt(call->handle, option, value) != CURLE_OK)                             \
            return 0;                                                                              \
    } while (0)

static int set_callbacks(pz_outbound_call *call)
{
    SET(CURLOPT_PRIVATE, call);
    SET(CURLOPT_ERRORBUFFER, call->error);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, call);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, call);
    return 1;
}

static int set_limits(pz_outbound_call *call)
{
    SET(CURLOPT_NOSIGNAL, 1L);
    if (pz_libcurl_set_easy(call->handle) != CURLE_OK)
        return 0;
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_CONNECTTIMEOUT_MS, call->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, call->connect_ms + call->answer_ms);
    return 1;
}

static int set_credentials(pz_outbound_call *call)
{
    if (call->user != NULL) {
        SET(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        SET(CURLOPT_USERNAME, call->user);
        SET(CURLOPT_PASSWORD, call->password);
    }
    if (call->ca_file != NULL)
        SET(CURLOPT_CAINFO, call->ca_file);
    if (call->cert != NULL) {
        SET(CURLOPT_SSLCERT, call->cert);
        SET(CURLOPT_SSLKEY, call->cert_key);
    }
    return 1;
}

static int set_request(pz_outbound_call *call)
{
    SET(CURLOPT_URL, call->url);
    SET(CURLOPT_HTTPHEADER, call->headers);
    if (call->body != NULL) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_length);
        SET(CURLOPT_POSTFIELDS, call->body);
    }
    if (call->decode)
        SET(CURLOPT_ACCEPT_ENCODING, "");
    if (strcmp(call->method, "HEAD") == 0)
        SET(CURLOPT_NOBODY, 1L);
    SET(CURLOPT_CUSTOMREQUEST, call->method);
    return 1;
}

int pz_outbound_prepare(pz_outbound_call *call)
{
    call->status = 0;
    call->connected = call->elapsed = 0;
    call->error[0] = '\0';
    pz_buffer_init(&call->answer_headers, HEADERS_MAX_BYTES);
    pz_buffer_init(&call->answer, ANSWER_MAX_BYTES);
    call->handle = curl_easy_init();
    return call->handle != NULL && set_callbacks(call) && set_limits(call) &&
           set_credentials(call) && set_request(call);
}
