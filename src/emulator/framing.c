/* Checks the headers that tell where a request ends. */
#include "emulator/framing.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "emulator/libmicrohttpd.h"

static const char *const single[] = {
    MHD_HTTP_HEADER_AUTHORIZATION, MHD_HTTP_HEADER_CONTENT_LENGTH,    MHD_HTTP_HEADER_CONTENT_TYPE,
    MHD_HTTP_HEADER_HOST,          MHD_HTTP_HEADER_TRANSFER_ENCODING,
};

enum { SINGLE = sizeof single / sizeof *single };

struct seen {
    unsigned count[SINGLE];
    const char *doubled;
    bool is_folded;    /* a header goes on in a further line */
    bool has_bad_name; /* a blank or a control character is in a name */
};

/* Before 1.0 libmicrohttpd joins the lines of a folded header, and takes the end of the first for
 * the end of the name or of the value; the name has moved then, behind the value. Where a header is
 * in one line, only blanks stand between its name and its value. 1.0 puts blanks in the place of
 * the fold, as RFC 9112 allows. */
static bool is_in_one_line(const char *name, const char *value)
{
    if (value == NULL || atoi(MHD_get_version()) >= 1)
        return true;
    uintptr_t end = (uintptr_t)name + strlen(name), start = (uintptr_t)value;
    return start > end && strspn(name + strlen(name) + 1, " \t") >= start - end - 1;
}

/* Libmicrohttpd takes "Transfer-Encoding : chunked" for a header of a name of its own, where others
 * see the end of the body in it. */
static bool is_name(const char *name)
{
    for (; *name != '\0'; name++)
        if ((unsigned char)*name <= ' ' || *name == 0x7f)
            return false;
    return true;
}

static enum MHD_Result see(void *context, enum MHD_ValueKind kind, const char *name,
                           const char *value)
{
    struct seen *seen = context;
    (void)kind;
    seen->is_folded |= !is_in_one_line(name, value);
    seen->has_bad_name |= !is_name(name);
    for (int i = 0; i < SINGLE; i++)
        if (strcasecmp(name, single[i]) == 0 && ++seen->count[i] > 1)
            seen->doubled = single[i];
    return MHD_YES;
}

static struct seen see_headers(pz_call *call)
{
    struct seen seen = {{0}, NULL, false, false};
    MHD_get_connection_values(call->connection, MHD_HEADER_KIND, see, &seen);
    return seen;
}

static bool has_unknown_encoding(pz_call *call)
{
    const char *encoding = pz_call_header(call, MHD_HTTP_HEADER_TRANSFER_ENCODING);
    return encoding != NULL && strcasecmp(encoding, "chunked") != 0;
}

static bool has_two_lengths(pz_call *call)
{
    return pz_call_header(call, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL &&
           pz_call_header(call, MHD_HTTP_HEADER_CONTENT_LENGTH) != NULL;
}

static bool lacks_host(pz_call *call)
{
    return strcmp(call->version, MHD_HTTP_VERSION_1_1) == 0 &&
           pz_call_header(call, MHD_HTTP_HEADER_HOST) == NULL;
}

bool pz_framing_has_no_end(pz_call *call)
{
    struct seen seen = see_headers(call);
    return seen.is_folded || seen.has_bad_name || seen.doubled != NULL ||
           has_unknown_encoding(call) || has_two_lengths(call);
}

bool pz_framing_refuses(pz_call *call)
{
    struct seen seen = see_headers(call);
    if (seen.is_folded) {
        pz_reply_error(&call->reply, PZ_REFUSES_FOLDED,
                       "A header must not go on in a further line");
    } else if (seen.has_bad_name) {
        pz_reply_error(&call->reply, PZ_REFUSES_HEADER_NAME,
                       "The name of a header must not hold a blank");
    } else if (seen.doubled != NULL) {
        char text[96];
        snprintf(text, sizeof text, "The header %s must not be there twice", seen.doubled);
        pz_reply_error(&call->reply, PZ_REFUSES_DOUBLED, text);
    } else if (has_unknown_encoding(call)) {
        pz_reply_error(&call->reply, PZ_REFUSES_ENCODING,
                       "Transfer-Encoding must be chunked or not be there");
    } else if (has_two_lengths(call)) {
        pz_reply_error(&call->reply, PZ_REFUSES_TWO_LENGTHS,
                       "Content-Length and Transfer-Encoding must not be there both");
    } else if (lacks_host(call)) {
        pz_reply_error(&call->reply, PZ_REFUSES_NO_HOST, "The header Host is missing");
    } else {
        return false;
    }
    call->reply.closes = true;
    return true;
}
