/* The callbacks of libcurl during a transfer. They feed the response, and note when the last byte
 * moved: a stall is judged by that and not by libcurl's LOW_SPEED options, whose unit is a second.
 * No Lua here, and no call back into libcurl. */
#include <string.h>

#include "http/transfer.h"
#include "http/try.h"

static pz_transfer *transfer_of(void *data)
{
    return ((pz_handle *)data)->transfer;
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    pz_transfer *transfer = transfer_of(data);
    transfer->last_byte = transfer->pulse->now;
    return pz_response_line(&transfer->response, line, size * count) ? size * count : 0;
}

/* With some versions the lines of the head come here too: see pz_libcurl_set_head_first. */
static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    pz_transfer *transfer = transfer_of(data);
    if (transfer->response.part != PZ_RESPONSE_BODY)
        return pz_response_before_line(&transfer->response, bytes) ? size * count : 0;
    transfer->last_byte = transfer->pulse->now;
    return pz_response_bytes(&transfer->response, bytes, size * count) ? size * count : 0;
}

static size_t on_read(char *bytes, size_t size, size_t count, void *data)
{
    pz_transfer *transfer = transfer_of(data);
    size_t room = size * count, left = transfer->body_length - transfer->body_read;
    size_t length = left < room ? left : room;
    memcpy(bytes, transfer->body + transfer->body_read, length);
    transfer->body_read += length;
    return length;
}

/* A body must not be sent twice, so it cannot be rewound: libcurl then ends with
 * CURLE_SEND_FAIL_REWIND. */
static int on_seek(void *data, curl_off_t offset, int origin)
{
    (void)data, (void)offset, (void)origin;
    return CURL_SEEKFUNC_FAIL;
}

static void begin_request(pz_transfer *transfer)
{
    transfer->issued = true;
    transfer->last_byte = transfer->pulse->now;
    uint64_t limit = pz_transfer_limit(transfer);
    if (limit < transfer->pulse->limit_at)
        transfer->pulse->limit_at = limit;
}

/* The connection is there and the request about to be written. */
static int on_issue(void *data, char *their_ip, char *our_ip, int their_port, int our_port)
{
    (void)their_ip, (void)our_ip, (void)their_port, (void)our_port;
    begin_request(transfer_of(data));
    return 0;
}

/* Counts only bytes of bodies; the pieces of a header line show as a run that the transfer's
 * socket caused. Of a connection that others share too that says nothing. */
static int on_progress(void *data, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    (void)down_total, (void)up_total;
    pz_transfer *transfer = transfer_of(data);
    if (!transfer->issued && pz_libcurl_has_begun_request(transfer->handle->easy))
        begin_request(transfer);
    bool alone = !transfer->may_be_http2 || transfer->response.http1;
    if (down + up != transfer->progress || (alone && transfer->pulse->socket_is_ready)) {
        transfer->progress = down + up;
        transfer->last_byte = transfer->pulse->now;
    }
    return 0;
}

CURLcode pz_transfer_set_callbacks(pz_handle *handle)
{
    CURL *easy = handle->easy;
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_PRIVATE, handle));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, handle->detail));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_HEADERDATA, handle));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_WRITEDATA, handle));
    PZ_TRY(pz_libcurl_set_before_request(easy, on_issue, handle));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_XFERINFODATA, handle));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_READDATA, handle));
    PZ_TRY(curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_seek));
    return curl_easy_setopt(easy, CURLOPT_SEEKDATA, handle);
}
