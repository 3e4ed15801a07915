/* Request headers: checked, then put into the form that libcurl wants. A line break in a header
 * would let data become further headers or another request. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/headers.h"
#include "wipe.h"

/* RFC 9110, 5.6.2 */
static bool is_token(const char *text, size_t length)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool alphanumeric =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alphanumeric && (c == '\0' || strchr(others, c) == NULL))
            return false;
    }
    return length != 0;
}

static bool has_line_break(const char *text, size_t length)
{
    return memchr(text, '\r', length) != NULL || memchr(text, '\n', length) != NULL ||
           memchr(text, '\0', length) != NULL;
}

static bool is_named(const char *name, size_t length, const char *other)
{
    return strlen(other) == length && strncasecmp(name, other, length) == 0;
}

/* libcurl reads the list and leaves its memory to its owner: so a line and its link are one piece
 * of memory here, instead of three on the way through curl_slist_append. */
static bool append(pz_headers *headers, const char *name, size_t name_length, const char *mark,
                   const char *value, size_t value_length)
{
    size_t mark_length = strlen(mark);
    struct curl_slist *line = malloc(sizeof *line + name_length + mark_length + value_length + 1);
    if (line == NULL)
        return false;
    char *at = line->data = (char *)(line + 1);
    line->next = NULL;
    memcpy(at, name, name_length);
    memcpy(at + name_length, mark, mark_length);
    memcpy(at + name_length + mark_length, value, value_length);
    at[name_length + mark_length + value_length] = '\0';
    if (headers->lines == NULL)
        headers->lines = line;
    else
        headers->last->next = line;
    headers->last = line;
    return true;
}

/* "Name:" would take the header away, "Name;" sends it empty. */
static bool append_pair(pz_headers *headers, const char *name, size_t name_length,
                        const char *value, size_t value_length)
{
    return append(headers, name, name_length, value_length == 0 ? ";" : ": ", value, value_length);
}

static bool append_text(pz_headers *headers, const char *name, const char *value)
{
    return append_pair(headers, name, strlen(name), value, strlen(value));
}

static bool suppress(pz_headers *headers, const char *name)
{
    return append(headers, name, strlen(name), ":", "", 0);
}

static bool refuse(pz_failure *failure, const char *why)
{
    pz_failure_set(failure, PZ_KIND_VALIDATION, "%s", why);
    return false;
}

static bool check(const pz_headers *headers, const char *name, size_t name_length,
                  const char *value, size_t value_length, pz_failure *failure)
{
    if (!is_token(name, name_length))
        return refuse(failure, "a header's name is empty or has a character that names can't have");
    if (has_line_break(value, value_length)) {
        pz_failure_set(failure, PZ_KIND_VALIDATION, "header %.*s: a line break or NUL in its value",
                       (int)(name_length < 100 ? name_length : 100), name);
        return false;
    }
    /* how a body is framed is the engine's business: two opinions would be request smuggling */
    if (is_named(name, name_length, "content-length") ||
        is_named(name, name_length, "transfer-encoding"))
        return refuse(failure, "the engine sets Content-Length and Transfer-Encoding itself");
    if (headers->count >= PZ_REQUEST_HEADERS_MAX || name_length > PZ_REQUEST_HEADER_BYTES_MAX ||
        value_length > PZ_REQUEST_HEADER_BYTES_MAX - name_length ||
        headers->bytes > PZ_REQUEST_HEADER_BYTES_MAX - name_length - value_length)
        return refuse(failure, "too many request headers, or too long ones");
    return true;
}

bool pz_headers_add(pz_headers *headers, const char *name, size_t name_length, const char *value,
                    size_t value_length, pz_failure *failure)
{
    if (!check(headers, name, name_length, value, value_length, failure))
        return false;
    if (!append_pair(headers, name, name_length, value, value_length)) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return false;
    }
    headers->count++;
    headers->bytes += name_length + value_length;
    headers->has_content_type |= is_named(name, name_length, "content-type");
    headers->has_expect |= is_named(name, name_length, "expect");
    headers->has_user_agent |= is_named(name, name_length, "user-agent");
    headers->has_accept_encoding |= is_named(name, name_length, "accept-encoding");
    return true;
}

bool pz_headers_finish(pz_headers *headers, const char *user_agent, bool has_body)
{
    /* from options libcurl would put these two together anew for every request, byte by byte */
    if (user_agent != NULL && !headers->has_user_agent &&
        !append_text(headers, "User-Agent", user_agent))
        return false;
    if (!headers->has_accept_encoding &&
        !append_text(headers, "Accept-Encoding", pz_libcurl_encodings()))
        return false;
    if (!has_body)
        return true;
    /* a server that does not know Expect costs a second; and libcurl would call a body a form */
    if (!headers->has_expect && !suppress(headers, "Expect"))
        return false;
    return headers->has_content_type || suppress(headers, "Content-Type");
}

void pz_headers_free(pz_headers *headers)
{
    for (struct curl_slist *line = headers->lines, *next; line != NULL; line = next) {
        next = line->next;
        pz_wipe(line->data, strlen(line->data)); /* one has the token */
        free(line);
    }
    memset(headers, 0, sizeof *headers);
}
