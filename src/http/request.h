/* A request as the caller describes it, and the way it becomes options of a libcurl handle. */
#ifndef PZ_HTTP_REQUEST_H
#define PZ_HTTP_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "http/failure.h"
#include "http/handles.h"

#define PZ_REQUEST_HEADERS_MAX 256
#define PZ_REQUEST_HEADER_BYTES_MAX (64 * 1024)
#define PZ_TIMEOUT_MS_MAX 0x7fffffff

/* Texts are borrowed: they need to live only until the transfer was started. NULL: not given. */
typedef struct pz_request {
    uint64_t profile; /* what tells the profile from others; 0: none, or other options besides */
    const char *method;
    const char *url;
    const char *body;
    size_t body_length;
    const char *ca_file;
    const char *ca_path;
    const char *client_cert;
    const char *client_cert_key;
    const char *proxy;
    const char *user_agent;
    long timeout_ms; /* of the whole transfer */
    long connect_timeout_ms;
    long stall_timeout_ms;
    size_t max_response_bytes;
    size_t max_response_headers;
    size_t max_header_bytes;
    int http2;
    int replayable; /* libcurl may send it a second time when a kept-alive connection was dead */
} pz_request;

/* The header lines to send, in libcurl's form. They stay alive as long as the handle uses them. */
typedef struct pz_headers {
    struct curl_slist *lines;
    struct curl_slist *last;
    size_t count;
    size_t bytes;
    int has_content_type;
    int has_expect;
    int has_user_agent;
    int has_accept_encoding;
} pz_headers;

/* false: refused, and why. The value is never quoted: it may be a token. */
int pz_headers_add(pz_headers *headers, const char *name, size_t name_length, const char *value,
                   size_t value_length, pz_failure *failure);
/* Adds what every request has, and suppresses what libcurl would add to a body on its own. false:
 * no memory. */
int pz_headers_finish(pz_headers *headers, const char *user_agent, int has_body);
void pz_headers_free(pz_headers *headers);

/* `headers` are completed by what has to be suppressed. */
int pz_request_apply(const pz_request *request, pz_headers *headers, pz_handle *handle,
                     pz_failure *failure);
/* Whether it leaves a handle as the next one of its profile may find it. */
int pz_request_is_plain(const pz_request *request);
int pz_request_may_be_http2(const pz_request *request);

#endif
