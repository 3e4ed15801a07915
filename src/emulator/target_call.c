/* Sets libcurl's options, gathers the answer, and waits for its end or for the emulator's. */
#include "emulator/target_call.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "emulator/address.h"
#include "url/url.h"

enum {
    HEADERS_MAX_BYTES = 64 << 10,
    ANSWER_MAX_BYTES = 1 << 20,
    POLL_MS = 1000,
};

/* Each answer on the way (100 Continue, for one) begins anew; the last one's headers are kept. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    pz_target_call *call = context;
    (void)size;
    if (count >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
        call->answer_headers.length = 0;
    pz_buffer_append(&call->answer_headers, bytes, count);
    return call->answer_headers.failure == PZ_BUFFER_OK ? count : 0;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    pz_target_call *call = context;
    (void)size;
    size_t room = call->answer.bound - call->answer.length;
    pz_buffer_append(&call->answer, bytes, count < room ? count : room);
    return call->answer.failure == PZ_BUFFER_OK && count <= room ? count : 0;
}

/* Returns at the first option that fails: without it the call would not be the one described. */
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (curl_easy_setopt(easy, option, value) != CURLE_OK)                                     \
            return false;                                                                          \
    } while (0)

static bool set_callbacks(CURL *easy, pz_target_call *call)
{
    SET(CURLOPT_ERRORBUFFER, call->error);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, call);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, call);
    return true;
}

static bool set_limits(CURL *easy, pz_target_call *call)
{
    SET(CURLOPT_NOSIGNAL, 1L);
    if (pz_libcurl_set_easy(easy) != CURLE_OK)
        return false;
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_CONNECTTIMEOUT_MS, call->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, call->connect_ms + call->answer_ms);
    return true;
}

/* ------------------------------------------------------------------ where it may go */

static bool is_listed(const char *outbound, const char *host)
{
    size_t length = strlen(host);
    while (*outbound != '\0') {
        size_t part = strcspn(outbound, ",");
        if (part == length && strncasecmp(outbound, host, length) == 0)
            return true;
        outbound += part + (outbound[part] == ',');
    }
    return false;
}

/* The host as libcurl reads it: there are many spellings of an address. NULL: no URL; to be freed.
 */
static char *host_of(const char *url)
{
    CURLU *parsed = curl_url();
    char *host = NULL, *copy = NULL;
    if (parsed != NULL && curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
        curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        size_t length = strlen(host);
        bool is_bracketed = length > 1 && host[0] == '[' && host[length - 1] == ']';
        copy = is_bracketed ? strndup(host + 1, length - 2) : strdup(host);
    }
    curl_free(host);
    curl_url_cleanup(parsed);
    return copy;
}

/* A name that is not allowed is not even looked up. */
static bool may_go_to(const pz_target_call *call, const char *host)
{
    return host != NULL &&
           (pz_url_is_loopback(host, strlen(host)) || is_listed(call->outbound, host));
}

/* libcurl itself lets programs that the process starts inherit its sockets. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)context;
    (void)purpose;
#ifdef SOCK_CLOEXEC
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    int fd = socket(address->family, address->socktype, address->protocol);
    if (fd >= 0)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
#endif
}

/* The addresses that a host name resolves to are checked too. */
static curl_socket_t open_near_socket(void *context, curlsocktype purpose,
                                      struct curl_sockaddr *address)
{
    pz_target_call *call = context;
    if (pz_address_is_loopback(&address->addr))
        return open_socket(context, purpose, address);
    call->is_refused = true;
    return CURL_SOCKET_BAD;
}

/* False: it leads where it must not, or an option could not be set. */
static bool set_reach(CURL *easy, pz_target_call *call)
{
    SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (strcmp(call->outbound, "any") == 0)
        return true;
    char *host = host_of(call->url);
    call->is_refused = host != NULL && !may_go_to(call, host);
    bool is_near = host == NULL || !is_listed(call->outbound, host);
    free(host);
    if (call->is_refused)
        return false;
    if (is_near) {
        SET(CURLOPT_OPENSOCKETFUNCTION, open_near_socket);
        SET(CURLOPT_OPENSOCKETDATA, call);
    }
    return true;
}

static bool set_credentials(CURL *easy, pz_target_call *call)
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
        SET(CURLOPT_KEYPASSWD, ""); /* without one OpenSSL would ask for it on the terminal */
    }
    return true;
}

static bool set_request(CURL *easy, pz_target_call *call)
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
    return true;
}

/* Uses the multi interface, whose poll takes a further descriptor: curl_easy_perform would notice a
 * stop only once a second. */
static CURLcode perform(CURLM *multi, CURL *easy, const pz_stopping *stopping)
{
    struct curl_waitfd stop = {.fd = stopping->reading, .events = CURL_WAIT_POLLIN};
    int running = 1;
    int left;
    if (curl_multi_add_handle(multi, easy) != CURLM_OK)
        return CURLE_OUT_OF_MEMORY;
    while (running > 0 && stop.revents == 0 && curl_multi_perform(multi, &running) == CURLM_OK &&
           running > 0 && curl_multi_poll(multi, &stop, 1, POLL_MS, NULL) == CURLM_OK)
        ;
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    CURLcode code = message != NULL ? message->data.result : CURLE_ABORTED_BY_CALLBACK;
    curl_multi_remove_handle(multi, easy);
    return code;
}

void pz_target_call_run(pz_target_call *call, const pz_stopping *stopping)
{
    CURLM *multi = pz_libcurl_new_multi();
    CURL *easy = curl_easy_init();
    pz_target_call_free(call);
    pz_buffer_init(&call->answer_headers, HEADERS_MAX_BYTES);
    pz_buffer_init(&call->answer, ANSWER_MAX_BYTES);
    call->status = 0;
    call->connected = 0;
    call->error[0] = '\0';
    call->is_refused = false;
    call->is_cut = false;
    call->code = CURLE_OUT_OF_MEMORY;
    if (multi != NULL && pz_libcurl_set_multi(multi) == CURLM_OK && easy != NULL &&
        set_callbacks(easy, call) && set_limits(easy, call) && set_credentials(easy, call) &&
        set_reach(easy, call) && set_request(easy, call)) {
        call->code = perform(multi, easy, stopping);
        call->is_cut = call->code == CURLE_WRITE_ERROR && call->answer.length == call->answer.bound;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &call->status);
        curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME, &call->connected);
    }
    if (call->is_refused) {
        call->code = CURLE_COULDNT_CONNECT;
        strcpy(call->error, "test calls go to this machine alone; the emulator's option outbound "
                            "names other hosts");
    }
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
}

void pz_target_call_free(pz_target_call *call)
{
    pz_buffer_free(&call->answer);
    pz_buffer_free(&call->answer_headers);
}
