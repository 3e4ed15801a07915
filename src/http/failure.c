/* libcurl's codes, sorted into the kinds that callers act on. */
#include "http/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "masking/redact.h"

static const char *const kind_names[] = {
    [PZ_KIND_NONE] = "none",
    [PZ_KIND_PENDING] = "pending",
    [PZ_KIND_CONNECT] = "connect",
    [PZ_KIND_TLS] = "tls",
    [PZ_KIND_TIMEOUT] = "timeout",
    [PZ_KIND_NETWORK] = "network",
    [PZ_KIND_PROTOCOL] = "protocol",
    [PZ_KIND_TOO_LARGE] = "too_large",
    [PZ_KIND_CANCELLED] = "cancelled",
    [PZ_KIND_CONFIG] = "config",
    [PZ_KIND_VALIDATION] = "validation",
    [PZ_KIND_CLOSED] = "closed",
    [PZ_KIND_MEMORY] = "memory",
};

static const char *const phase_names[] = {
    [PZ_PHASE_NONE] = "",
    [PZ_PHASE_TOTAL] = "total",
    [PZ_PHASE_CONNECT] = "connect",
    [PZ_PHASE_STALL] = "stall",
};

static const char *const refusal_names[] = {
    [PZ_REFUSAL_NONE] = "",     [PZ_REFUSAL_AUTH] = "auth",   [PZ_REFUSAL_FORBIDDEN] = "forbidden",
    [PZ_REFUSAL_BUSY] = "busy", [PZ_REFUSAL_OTHER] = "other",
};

static const struct {
    int code; /* a CURLcode, perhaps a newer one than the headers know */
    enum pz_kind kind;
} kinds[] = {
    {CURLE_FAILED_INIT, PZ_KIND_CONFIG},
    {CURLE_URL_MALFORMAT, PZ_KIND_CONFIG},
    {CURLE_NOT_BUILT_IN, PZ_KIND_CONFIG},
    {CURLE_BAD_FUNCTION_ARGUMENT, PZ_KIND_CONFIG},
    {CURLE_UNKNOWN_OPTION, PZ_KIND_CONFIG},
    {PZ_CURLE_OPTION_SYNTAX, PZ_KIND_CONFIG},
    {CURLE_SSL_ENGINE_NOTFOUND, PZ_KIND_CONFIG},
    {CURLE_SSL_ENGINE_SETFAILED, PZ_KIND_CONFIG},
    {CURLE_SSL_ENGINE_INITFAILED, PZ_KIND_CONFIG},
    {CURLE_COULDNT_RESOLVE_PROXY, PZ_KIND_CONNECT},
    {CURLE_COULDNT_RESOLVE_HOST, PZ_KIND_CONNECT},
    {CURLE_COULDNT_CONNECT, PZ_KIND_CONNECT},
    {CURLE_INTERFACE_FAILED, PZ_KIND_CONNECT},
    {CURLE_NO_CONNECTION_AVAILABLE, PZ_KIND_CONNECT},
    {CURLE_PROXY, PZ_KIND_CONNECT},
    {CURLE_SSL_CONNECT_ERROR, PZ_KIND_TLS},
    {CURLE_SSL_CIPHER, PZ_KIND_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, PZ_KIND_TLS},
    {CURLE_USE_SSL_FAILED, PZ_KIND_TLS},
    {CURLE_SSL_SHUTDOWN_FAILED, PZ_KIND_TLS},
    {CURLE_SSL_ISSUER_ERROR, PZ_KIND_TLS},
    {CURLE_SSL_INVALIDCERTSTATUS, PZ_KIND_TLS},
    {PZ_CURLE_SSL_CLIENTCERT, PZ_KIND_TLS},
    {CURLE_UNSUPPORTED_PROTOCOL, PZ_KIND_PROTOCOL},
    {CURLE_WEIRD_SERVER_REPLY, PZ_KIND_PROTOCOL},
    {CURLE_HTTP2_STREAM, PZ_KIND_PROTOCOL}, /* the server reset the one stream */
    {CURLE_BAD_CONTENT_ENCODING, PZ_KIND_PROTOCOL},
    {CURLE_WRITE_ERROR, PZ_KIND_PROTOCOL}, /* what the response refused was looked at before */
    {CURLE_FILESIZE_EXCEEDED, PZ_KIND_TOO_LARGE},
};

const char *pz_kind_name(enum pz_kind kind)
{
    return kind_names[kind];
}

const char *pz_phase_name(enum pz_phase phase)
{
    return phase_names[phase];
}

const char *pz_refusal_name(enum pz_refusal refusal)
{
    return refusal_names[refusal];
}

/* Some proxies say 401 where 407 is meant. */
enum pz_refusal pz_refusal_of_status(long status)
{
    if (status < 300)
        return PZ_REFUSAL_NONE;
    if (status == 401 || status == 407)
        return PZ_REFUSAL_AUTH;
    if (status == 403)
        return PZ_REFUSAL_FORBIDDEN;
    return status == 408 || status == 429 || status >= 500 ? PZ_REFUSAL_BUSY : PZ_REFUSAL_OTHER;
}

/* libcurl quotes URLs and bytes of the server: no credentials, no line breaks. */
static void set_message(pz_failure *failure, const char *text)
{
    pz_redact(text, strlen(text), failure->message, sizeof failure->message);
    for (char *c = failure->message; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    }
}

void pz_failure_set(pz_failure *failure, enum pz_kind kind, const char *format, ...)
{
    char text[sizeof failure->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    failure->kind = kind;
    failure->phase = PZ_PHASE_NONE;
    failure->code = CURLE_OK;
    failure->is_local = false;
    set_message(failure, text);
}

static bool is_line_too_long(CURLcode code, const pz_evidence *evidence)
{
    return evidence->issued &&
           pz_libcurl_is_line_too_long(code, evidence->in_headers, evidence->detail);
}

/* What ends a connection of HTTP/2 (GOAWAY, garbage, a frame against the rules, the mere end of it)
 * has other codes in each version of libcurl, among them CURLE_HTTP2. They all mean that the
 * connection broke, so the failure says that. */
static enum pz_kind judge(CURLcode code, const pz_evidence *evidence)
{
    /* a scheme libcurl won't speak, as opposed to an answer that isn't HTTP/1 */
    if (!evidence->issued && (code == CURLE_UNSUPPORTED_PROTOCOL ||
                              pz_libcurl_is_bad_certificate_file(code, evidence->detail)))
        return PZ_KIND_CONFIG;
    if (is_line_too_long(code, evidence))
        return PZ_KIND_TOO_LARGE;
    if (pz_libcurl_is_bad_chunk(code, evidence->detail))
        return PZ_KIND_PROTOCOL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].code != (int)code)
            continue;
        /* of a request under way it is the answer that libcurl finds fault with */
        if (evidence->issued && kinds[i].kind == PZ_KIND_CONFIG)
            return PZ_KIND_PROTOCOL;
        return kinds[i].kind;
    }
    /* what broke before there was a connection to send on, a proxy's refusal for one */
    return evidence->issued ? PZ_KIND_NETWORK : PZ_KIND_CONNECT;
}

void pz_failure_from_curl(pz_failure *failure, CURLcode code, const pz_evidence *evidence)
{
    failure->kind = judge(code, evidence);
    failure->phase = PZ_PHASE_NONE;
    failure->code = code;
    failure->is_local = false;
    if (is_line_too_long(code, evidence))
        set_message(failure, "a header of the answer is too long");
    else if (code == CURLE_BAD_FUNCTION_ARGUMENT && evidence->issued && evidence->in_headers)
        set_message(failure,
                    "the answer's headers are malformed"); /* libcurl's own store of them */
    else if (code == CURLE_SEND_FAIL_REWIND) /* libcurl blames our callback that refuses it */
        set_message(failure, "the connection or the server dropped the request, which must not be "
                             "sent again unasked");
    else
        set_message(failure,
                    evidence->detail[0] != '\0' ? evidence->detail : curl_easy_strerror(code));
}
