/* A transfer's life: made, prepared, ended by libcurl or by the engine, freed by its last holder.
 */
#include "http/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "http/lookups.h"
#include "http/process.h"
#include "wipe.h"

#define TEXT(number) #number
#define TEXT_OF(number) TEXT(number)

pz_transfer *pz_transfer_new(void)
{
    pz_transfer *transfer = malloc(sizeof *transfer); /* calloc passes glibc's cache by */
    if (transfer == NULL)
        return NULL;
    memset(transfer, 0, sizeof *transfer);
    transfer->references = 1;
    return transfer;
}

void pz_transfer_hold(pz_transfer *transfer)
{
    transfer->references++;
}

void pz_transfer_release(pz_transfer *transfer)
{
    if (--transfer->references > 0)
        return;
    pz_transfer_drop_request(transfer);
    pz_response_free(&transfer->response);
    free(transfer);
}

void pz_transfer_drop_request(pz_transfer *transfer)
{
    pz_headers_free(&transfer->headers);
    if (transfer->body != NULL)
        pz_wipe(transfer->body, transfer->body_length); /* may hold a client secret */
    free(transfer->body);
    transfer->body = NULL;
    transfer->body_length = 0;
    transfer->handle = NULL;
}

static bool copy_body(pz_transfer *transfer, const pz_request *request, pz_failure *failure)
{
    if (request->body == NULL || request->body_length == 0)
        return true;
    transfer->body = malloc(request->body_length);
    if (transfer->body == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return false;
    }
    memcpy(transfer->body, request->body, request->body_length);
    transfer->body_length = request->body_length;
    return true;
}

bool pz_transfer_prepare(pz_transfer *transfer, const pz_request *request, pz_handle *handle,
                         pz_pulse *pulse, uint64_t now, pz_failure *failure)
{
    if (!copy_body(transfer, request, failure))
        return false;
    transfer->handle = handle;
    handle->transfer = transfer;
    transfer->pulse = pulse;
    transfer->started = transfer->given = transfer->last_byte = now;
    transfer->timeout_ms = request->timeout_ms;
    transfer->connect_timeout_ms = request->connect_timeout_ms;
    transfer->connect_limit = PZ_NEVER;
    transfer->stall_ns = (uint64_t)request->stall_timeout_ms * PZ_NS_PER_MS;
    transfer->may_be_http2 = pz_request_may_be_http2(request);
    pz_response_init(&transfer->response, request->max_response_bytes, request->max_header_bytes,
                     request->max_response_headers);
    pz_request own = *request;
    own.body = transfer->body;
    if (own.body == NULL && request->body != NULL)
        own.body = "";
    return pz_handle_prepare(handle, &own, &transfer->headers, failure);
}

static uint64_t connects_until(const pz_transfer *transfer)
{
    return transfer->started + (uint64_t)transfer->connect_timeout_ms * PZ_NS_PER_MS;
}

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

void pz_transfer_put_aside(pz_transfer *transfer)
{
    transfer->lookup_refused = false;
    transfer->is_aside = true;
    transfer->handle->detail[0] = '\0';
    if (transfer->connect_timeout_ms > 0)
        transfer->connect_limit = connects_until(transfer);
}

/* Tells libcurl what is left of the time to connect. It reads the option whenever it compares, but
 * sets no other timer. */
static void set_connect_timeout(pz_transfer *transfer)
{
    uint64_t used = (transfer->given - transfer->started) / PZ_NS_PER_MS;
    uint64_t all = (uint64_t)transfer->connect_timeout_ms;
    pz_handle_set_connect_timeout(transfer->handle, used < all ? (long)(all - used) : 1);
}

void pz_transfer_resume(pz_transfer *transfer, uint64_t now)
{
    transfer->is_aside = false;
    transfer->given = now;
    if (transfer->connect_timeout_ms > 0)
        set_connect_timeout(transfer);
    if (transfer->may_be_http2)
        transfer->connect_limit = PZ_NEVER; /* see pz_transfer_forgive */
}

static uint64_t stalls_at(const pz_transfer *transfer)
{
    if (transfer->stall_ns == 0 || !transfer->issued)
        return PZ_NEVER; /* until then the connect and the total limit watch */
    return transfer->last_byte + transfer->stall_ns;
}

uint64_t pz_transfer_limit(const pz_transfer *transfer)
{
    uint64_t total = transfer->started + (uint64_t)transfer->timeout_ms * PZ_NS_PER_MS;
    return earlier(total, transfer->issued ? stalls_at(transfer) : transfer->connect_limit);
}

/* Where a transfer may wait for another one's connection, which takes nothing of the time to
 * connect, the total limit has to do. */
void pz_transfer_forgive(pz_transfer *transfer, uint64_t late_ns)
{
    if (transfer->issued || transfer->connect_timeout_ms == 0)
        return;
    /* and some more, in which what has come meanwhile is read */
    uint64_t late_ms = (late_ns + late_ns / 4) / PZ_NS_PER_MS + 1;
    uint64_t most = (uint64_t)(PZ_TIMEOUT_MS_MAX - transfer->connect_timeout_ms);
    transfer->connect_timeout_ms += (long)(late_ms < most ? late_ms : most);
    set_connect_timeout(transfer);
    if (!transfer->may_be_http2 || transfer->is_aside)
        transfer->connect_limit = connects_until(transfer);
}

#define BEHIND                                                                                     \
    ": the host's name had not been looked up, for " TEXT_OF(PZ_LOOKUPS_MOST) " other look-ups "
#define GIVEN_UP "were given up less than " TEXT_OF(PZ_LOOKUPS_ABANDONED_SECONDS) " s ago"

static const char *unconnected_because(const pz_transfer *transfer)
{
    if (transfer->is_aside && transfer->abandoned_lookups == PZ_LOOKUPS_MOST)
        return BEHIND GIVEN_UP;
    if (transfer->is_aside && transfer->abandoned_lookups > 0)
        return BEHIND "had not ended or " GIVEN_UP;
    if (transfer->is_aside)
        return BEHIND "had not ended";
    return transfer->looked_up ? "" : ": the host's name had not been looked up";
}

/* libcurl watches the time to connect, the engine all others. */
static void judge_timeout(pz_transfer *transfer)
{
    pz_failure *failure = &transfer->failure;
    bool total = transfer->issued || transfer->elapsed * 1e3 >= (double)transfer->timeout_ms;
    if (total)
        pz_failure_set(failure, PZ_KIND_TIMEOUT, "no complete answer within %ld ms",
                       transfer->timeout_ms);
    else
        pz_failure_set(failure, PZ_KIND_TIMEOUT, "no connection within %.0f ms%s",
                       transfer->elapsed * 1e3, unconnected_because(transfer));
    failure->phase = total ? PZ_PHASE_TOTAL : PZ_PHASE_CONNECT;
    failure->code = CURLE_OPERATION_TIMEDOUT;
}

static double seconds(curl_off_t microseconds)
{
    return (double)microseconds / 1e6;
}

static void take_measurements(pz_transfer *transfer, CURLcode code, uint64_t now)
{
    CURL *easy = transfer->handle->easy;
    transfer->elapsed = (double)(now - transfer->started) / (double)PZ_NS_PER_S;
    if (!transfer->was_given)
        return;
    if (!transfer->issued)
        transfer->issued = pz_libcurl_may_have_sent(easy, code);
    curl_off_t lookup = 0, connect = 0, tls = 0, first = 0, up = 0, down = 0;
    long headers = 0, request = 0, connects = 0;
    curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
    curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connect);
    curl_easy_getinfo(easy, CURLINFO_APPCONNECT_TIME_T, &tls);
    curl_easy_getinfo(easy, CURLINFO_STARTTRANSFER_TIME_T, &first);
    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &up);
    curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &headers);
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request);
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &transfer->http_version);
    transfer->looked_up = lookup > 0;
    transfer->time_connect = seconds(tls > connect ? tls : connect);
    transfer->time_first_byte = seconds(first);
    transfer->bytes_sent = request + up;
    transfer->bytes_received = headers + down;
    transfer->body_bytes = down;
    transfer->reused = transfer->issued && connects == 0;
}

static enum pz_refusal refusal_of_socks(CURL *easy)
{
    long error = CURLPX_OK;
    curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &error);
    switch (error) {
    case CURLPX_NO_AUTH:
    case CURLPX_USER_REJECTED:
        return PZ_REFUSAL_AUTH;
    case CURLPX_REPLY_NOT_ALLOWED:
        return PZ_REFUSAL_FORBIDDEN;
    default:
        return PZ_REFUSAL_NONE;
    }
}

static void judge_proxy(pz_transfer *transfer, CURLcode code)
{
    CURL *easy = transfer->handle->easy;
    if (transfer->issued || !transfer->was_given)
        return;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &transfer->proxy_status);
    if (transfer->proxy_status < 300)
        transfer->proxy_status = 0;
    transfer->refusal =
        code == CURLE_PROXY ? refusal_of_socks(easy) : pz_refusal_of_status(transfer->proxy_status);
}

/* Descriptors without which a step fails: a look-up has a pair of libcurl's and one or two of the C
 * library's; beside a file of certificates there was the connection, which is closed by now. */
enum { FOR_LOOKUP = 4, FOR_FILE = 2 };

/* libcurl does not say that this process could open no more. Other calls end and close what they
 * have, so the kind is one that a repetition may help. */
static void judge_lack(pz_transfer *transfer, CURLcode code)
{
    pz_failure *failure = &transfer->failure;
    if (transfer->socket_errno != 0 && !transfer->had_socket) {
        pz_failure_set(failure, failure->kind, "no socket could be opened: %s",
                       strerror(transfer->socket_errno));
        failure->code = code;
        failure->is_local = true;
        return;
    }
    bool is_lookup = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;
    bool is_file =
        !transfer->issued && pz_libcurl_is_bad_certificate_file(code, transfer->handle->detail);
    int reason = is_lookup || is_file ? pz_process_lack(is_lookup ? FOR_LOOKUP : FOR_FILE) : 0;
    if (reason == 0)
        return;
    char said[sizeof failure->message];
    memcpy(said, failure->message, sizeof said);
    pz_failure_set(failure, PZ_KIND_CONNECT, "%s; hardly a descriptor is left: %s", said,
                   strerror(reason));
    failure->code = is_lookup ? code : CURLE_COULDNT_CONNECT; /* the file is not at fault */
    failure->is_local = true;
}

static void judge(pz_transfer *transfer, CURLcode code)
{
    judge_proxy(transfer, code);
    if (code == CURLE_OPERATION_TIMEDOUT) {
        judge_timeout(transfer);
        return;
    }
    pz_evidence evidence = {transfer->issued, transfer->response.part != PZ_RESPONSE_BODY,
                            transfer->handle->detail};
    pz_failure_from_curl(&transfer->failure, code, &evidence);
    judge_lack(transfer, code);
}

/* Bytes of a broken body to keep: the body of a refusal tells its reason. */
static size_t worth_keeping(const pz_response *response)
{
    return response->status >= 300 ? PZ_BROKEN_BODY_MAX : 0;
}

static void end(pz_transfer *transfer)
{
    if (transfer->failure.kind != PZ_KIND_NONE)
        pz_buffer_cut(&transfer->response.body, worth_keeping(&transfer->response));
    transfer->done = true;
}

void pz_transfer_finish(pz_transfer *transfer, CURLcode code, uint64_t now)
{
    take_measurements(transfer, code, now);
    if (transfer->response.failure.kind != PZ_KIND_NONE) {
        transfer->failure = transfer->response.failure;
        transfer->failure.code = code;
    } else if (code != CURLE_OK)
        judge(transfer, code);
    else if (transfer->response.part != PZ_RESPONSE_BODY)
        pz_failure_set(&transfer->failure, PZ_KIND_NETWORK, "the answer ended within its headers");
    end(transfer);
}

void pz_transfer_expire(pz_transfer *transfer, uint64_t now)
{
    if (now < stalls_at(transfer)) {
        pz_transfer_finish(transfer, CURLE_OPERATION_TIMEDOUT, now);
        return;
    }
    pz_failure failure;
    pz_failure_set(&failure, PZ_KIND_TIMEOUT, "no byte in either direction for %llu ms",
                   (unsigned long long)(transfer->stall_ns / PZ_NS_PER_MS));
    failure.phase = PZ_PHASE_STALL;
    failure.code = CURLE_OPERATION_TIMEDOUT;
    pz_transfer_abort(transfer, &failure, now);
}

void pz_transfer_abort(pz_transfer *transfer, const pz_failure *failure, uint64_t now)
{
    take_measurements(transfer, failure->code, now);
    transfer->failure = *failure;
    end(transfer);
}
