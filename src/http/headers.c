/* Request headers: checked, then put into the form that libcurl wants. A line break in a header
 * would let data become further headers or another request. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/request.h"

/* RFC 9110, 5.6.2 */
static int is_token(const char *text, size_t length)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        int alphanumeric =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alphanumeric && (c == '\0' || strchr(others, c) == NULL))
            return 0;
    }
    return length != 0;
}

static int has_line_break(const char *text, size_t length)
{
    return memchr(text, '\r', length) != NULL || memchr(text, '\n', length) != NULL ||
           memchr(text, '\0', length) != NULL;
}

static int is_named(const char *name, size_t length, const char *other)
{
    return strlen(other) == length && strncasecmp(name, other, length) == 0;
}

/* `line` is copied. Kept as a tail pointer because curl_slist_append walks the whole list. */
static int append(pz_headers *headers, const char *line)
{
    struct curl_slist *last = curl_slist_append(headers->last, line);
    if (last == NULL)
        return 0;
    if (headers->lines == NULL)
        headers->lines = headers->last = last;
    else if (headers->last->next != NULL)
        headers->last = headers->last->next;
    return 1;
}

static int refuse(pz_failure *failure, const char *why)
{
    pz_failure_set(failure, PZ_KIND_VALIDATION, "%s", why);
    return 0;
}

static int check(const pz_headers *headers, const char *name, size_t name_length, const char *value,
                 size_t value_length, pz_failure *failure)
{
    if (!is_token(name, name_length))
        return refuse(failure, "a header's name is empty or has a character that names can't have");
    if (has_line_break(value, value_length)) {
        pz_failure_set(failure, PZ_KIND_VALIDATION, "header %.*s: a line break or NUL in its value",
                       (int)(name_length < 100 ? name_length : 100), name);
        return 0;
    }
    /* how a body is framed is the engine's business: two opinions would be request smuggling */
    if (is_named(name, name_length, "content-length") ||
        is_named(name, name_length, "transfer-encoding"))
        return refuse(failure, "the engine sets Content-Length and Transfer-Encoding itself");
    if (headers->count >= PZ_REQUEST_HEADERS_MAX || name_length > PZ_REQUEST_HEADER_BYTES_MAX ||
        value_length > PZ_REQUEST_HEADER_BYTES_MAX - name_length ||
        headers->bytes > PZ_REQUEST_HEADER_BYTES_MAX - name_length - value_length)
        return refuse(failure, "too many request headers, or too long ones");
    return 1;
}

int pz_headers_add(pz_headers *headers, const char *name, size_t name_length, const char *value,
                   size_t value_length, pz_failure *failure)
{
    if (!check(headers, name, name_length, value, value_length, failure))
        return 0;
    char *line = malloc(name_length + value_length + 3);
    if (line == NULL) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return 0;
    }
    memcpy(line, name, name_length);
    /* "Name:" would take the header away, "Name;" sends it empty */
    memcpy(line + name_length, value_length == 0 ? ";" : ": ", 2);
    memcpy(line + name_length + (value_length == 0 ? 1 : 2), value, value_length);
    line[name_length + value_length + (value_length == 0 ? 1 : 2)] = '\0';
    int appended = append(headers, line);
    explicit_bzero(line, name_length + value_length);
    free(line);
    if (!appended) {
        pz_failure_set(failure, PZ_KIND_MEMORY, "out of memory");
        return 0;
    }
    headers->count++;
    headers->bytes += name_length + value_length;
    headers->has_content_type |= is_named(name, name_length, "content-type");
    headers->has_expect |= is_named(name, name_length, "expect");
    return 1;
}

int pz_headers_finish(pz_headers *headers, int has_body)
{
    if (!has_body)
        return 1;
    /* a server that does not know Expect costs a second; and libcurl would call a body a form */
    if (!headers->has_expect && !append(headers, "Expect:"))
        return 0;
    return headers->has_content_type || append(headers, "Content-Type:");
}

void pz_headers_free(pz_headers *headers)
{
    for (struct curl_slist *line = headers->lines; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data)); /* one has the token */
    curl_slist_free_all(headers->lines);
    memset(headers, 0, sizeof *headers);
}
