/* This file knows no libcurl and no socket, so that it can be tested (and fuzzed) with plain text.
 * Lines that are no HTTP are refused here, since versions of libcurl differ in what they let pass.
 */
#include "http/response.h"

#include <string.h>

/* Offsets, since the text moves when it grows. */
struct span {
    size_t name_at;
    size_t name_length;
    size_t value_at;
    size_t value_length;
};

void pz_response_init(pz_response *response, size_t max_bytes, size_t max_header_bytes,
                      size_t max_header_count)
{
    memset(response, 0, sizeof *response);
    response->max_header_bytes = max_header_bytes;
    response->max_header_count = max_header_count;
    pz_buffer_init(&response->body, max_bytes);
    pz_buffer_init(&response->text, max_header_bytes);
    pz_buffer_init(&response->fields, SIZE_MAX);
}

void pz_response_free(pz_response *response)
{
    pz_buffer_free(&response->body);
    pz_buffer_free(&response->text);
    pz_buffer_free(&response->fields);
}

/* These three say what is wrong, and that libcurl is to stop. */
static bool malformed(pz_response *response)
{
    pz_failure_set(&response->failure, PZ_KIND_PROTOCOL, "the answer's headers are malformed");
    return false;
}

static bool too_large(pz_response *response, const char *what, size_t bound, const char *unit)
{
    pz_failure_set(&response->failure, PZ_KIND_TOO_LARGE, "%s more than %zu %s", what, bound, unit);
    return false;
}

/* The server has done nothing wrong, but its answer cannot be had. */
static bool out_of_memory(pz_response *response)
{
    pz_failure_set(&response->failure, PZ_KIND_NETWORK, "out of memory while the answer arrived");
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void trim(const char **text, size_t *length)
{
    while (*length > 0 && is_blank((*text)[0]))
        (*text)++, (*length)--;
    while (*length > 0 && is_blank((*text)[*length - 1]))
        (*length)--;
}

/* The three digits of "HTTP/1.1 200 OK" or "HTTP/2 200 "; 0: they are not there. */
static int status_of(const char *line, size_t length)
{
    const char *digits = memchr(line, ' ', length);
    size_t left = digits == NULL ? 0 : length - (size_t)(++digits - line);
    if (left < 3 || (left > 3 && digits[3] != ' '))
        return 0;
    int status = 0;
    for (int i = 0; i < 3; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return 0;
        status = status * 10 + (digits[i] - '0');
    }
    return status >= 100 ? status : 0;
}

/* Drops the interim answer that came before. */
static bool take_status_line(pz_response *response, const char *line, size_t length)
{
    response->status = status_of(line, length);
    response->http1 = length > 6 && memcmp(line, "HTTP/1", 6) == 0;
    response->text.length = response->fields.length = 0;
    response->part = PZ_RESPONSE_HEADERS;
    return response->status != 0 || malformed(response);
}

static void lower_case(char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] + ('a' - 'A'));
    }
}

/* A carriage return within a line, or a NUL: servers and proxies disagree on where such a line
 * ends. Not every version of libcurl refuses it. */
static bool has_control(const char *line, size_t length)
{
    return memchr(line, '\r', length) != NULL || memchr(line, '\0', length) != NULL;
}

static bool add_field(pz_response *response, const char *line, size_t length)
{
    const char *colon = memchr(line, ':', length);
    if (colon == NULL)
        return malformed(response);
    if (colon == line)
        return true;
    const char *name = line, *value = colon + 1;
    size_t name_length = (size_t)(colon - line);
    size_t value_length = length - name_length - 1;
    trim(&name, &name_length);
    trim(&value, &value_length);
    struct span span = {response->text.length, name_length, response->text.length + name_length,
                        value_length};
    pz_buffer_append(&response->text, name, name_length);
    pz_buffer_append(&response->text, value, value_length);
    if (response->text.failure == PZ_BUFFER_OK) /* a span is of text that is there */
        pz_buffer_append(&response->fields, &span, sizeof span);
    if (response->text.failure != PZ_BUFFER_OK || response->fields.failure != PZ_BUFFER_OK)
        return out_of_memory(response);
    lower_case(response->text.bytes + span.name_at, name_length);
    return true;
}

/* A line that begins with a blank continues the value before it (an obsolete form; some servers
 * still fold): that value is the last thing in the text. */
static bool continue_field(pz_response *response, const char *line, size_t length)
{
    size_t count = pz_response_field_count(response);
    if (count == 0)
        return malformed(response);
    trim(&line, &length);
    struct span *last = (struct span *)(void *)response->fields.bytes + count - 1;
    pz_buffer_append_byte(&response->text, ' ');
    pz_buffer_append(&response->text, line, length);
    if (response->text.failure != PZ_BUFFER_OK)
        return out_of_memory(response);
    last->value_length += 1 + length;
    return true;
}

bool pz_response_before_line(pz_response *response, const char *line)
{
    bool is_first = response->part == PZ_RESPONSE_HEADERS && pz_response_field_count(response) == 0;
    return !(is_first && is_blank(line[0])) || malformed(response);
}

bool pz_response_line(pz_response *response, const char *line, size_t length)
{
    response->header_bytes += length;
    if (response->header_bytes > response->max_header_bytes)
        return too_large(response, "the answer's headers have", response->max_header_bytes,
                         "bytes");
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        length--;
    if (has_control(line, length))
        return malformed(response);
    if (response->part == PZ_RESPONSE_STATUS)
        return take_status_line(response, line, length);
    if (length == 0) {
        bool interim = response->status >= 100 && response->status < 200;
        response->part = interim ? PZ_RESPONSE_STATUS : PZ_RESPONSE_BODY;
        return true;
    }
    if (++response->header_count > response->max_header_count)
        return too_large(response, "the answer has", response->max_header_count, "headers");
    if (response->part == PZ_RESPONSE_BODY)
        return true;
    return is_blank(line[0]) ? continue_field(response, line, length)
                             : add_field(response, line, length);
}

bool pz_response_bytes(pz_response *response, const char *bytes, size_t length)
{
    pz_buffer_append(&response->body, bytes, length);
    switch (response->body.failure) {
    case PZ_BUFFER_OK:
        return true;
    case PZ_BUFFER_TOO_LARGE:
        return too_large(response, "the answer has", response->body.bound, "bytes");
    default:
        return out_of_memory(response);
    }
}

size_t pz_response_field_count(const pz_response *response)
{
    return response->fields.length / sizeof(struct span);
}

pz_field pz_response_field(const pz_response *response, size_t index)
{
    struct span span;
    memcpy(&span, response->fields.bytes + index * sizeof span, sizeof span);
    const char *text = response->text.bytes;
    return (pz_field){text + span.name_at, span.name_length, text + span.value_at,
                      span.value_length};
}
