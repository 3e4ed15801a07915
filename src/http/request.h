/* A request as the caller describes it, and what it means in libcurl's options. Which of them a
 * handle still has is handles.c's to know. */
#ifndef PZ_HTTP_REQUEST_H
#define PZ_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/failure.h"
#include "http/headers.h"

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
    const char *client_cert_passphrase;
    const char *proxy;
    const char *user_agent;
    long timeout_ms; /* of the whole transfer */
    long connect_timeout_ms;
    long stall_timeout_ms;
    size_t max_response_bytes;
    size_t max_response_headers;
    size_t max_header_bytes;
    bool http2;
    bool replayable; /* libcurl may send it a second time when a kept-alive connection was dead */
} pz_request;

/* True if the method, the URL and the proxy are such; false: `failure` says which is not. */
bool pz_request_check_method(const pz_request *request, pz_failure *failure);
bool pz_request_check_url(const pz_request *request, pz_failure *failure);
bool pz_request_check_proxy(const pz_request *request, pz_failure *failure);

/* The options that all requests of one profile have in common. */
CURLcode pz_request_set_profile(const pz_request *request, CURL *easy);
/* Of those, what is trusted and shown: again, when a file has changed. */
CURLcode pz_request_set_tls(const pz_request *request, CURL *easy);
/* Method and body. A plain request, a GET, leaves a handle as the next plain one may find it. */
CURLcode pz_request_set_method(const pz_request *request, CURL *easy);
bool pz_request_is_plain(const pz_request *request);
/* The version of HTTP, which depends on the URL. */
CURLcode pz_request_set_version(const pz_request *request, CURL *easy);
bool pz_request_may_be_http2(const pz_request *request);
/* Whether a connection needs the address of a name: of the host's, the proxy's, or both. */
bool pz_request_has_name(const pz_request *request);
/* The options of this request alone. Headers that libcurl would add are suppressed in `headers`. */
CURLcode pz_request_set_own(const pz_request *request, pz_headers *headers, CURL *easy);

#endif
