/* Looks at the headers that tell where a request ends. */
#include "emulator/framing.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "emulator/libmicrohttpd.h"

static const char *const single[] = {
    MHD_HTTP_HEADER_AUTHORIZATION,
    MHD_HTTP_HEADER_CONTENT_LENGTH,
    MHD_HTTP_HEADER_CONTENT_TYPE,
    MHD_HTTP_HEADER_HOST,
};

enum { SINGLE = sizeof single / sizeof *single };

struct seen {
    unsigned count[SINGLE];
    const char *doubled;
};

static enum MHD_Result see(void *context, enum MHD_ValueKind kind, const char *name,
                           const char *value)
{
    struct seen *seen = context;
    (void)kind;
    (void)value;
    for (int i = 0; i < SINGLE; i++)
        if (strcasecmp(name, single[i]) == 0 && ++seen->count[i] > 1)
            seen->doubled = single[i];
    return MHD_YES;
}

/* A header that must stand alone and does not; or NULL. */
static const char *doubled_header(pz_call *call)
{
    struct seen seen = {{0}, NULL};
    MHD_get_connection_values(call->connection, MHD_HEADER_KIND, see, &seen);
    return seen.doubled;
}

static int has_unknown_encoding(pz_call *call)
{
    const char *encoding = pz_call_header(call, MHD_HTTP_HEADER_TRANSFER_ENCODING);
    return encoding != NULL && strcasecmp(encoding, "chunked") != 0;
}

static int has_two_lengths(pz_call *call)
{
    return pz_call_header(call, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL &&
           pz_call_header(call, MHD_HTTP_HEADER_CONTENT_LENGTH) != NULL;
}

static int lacks_host(pz_call *call)
{
    return strcmp(call->version, MHD_HTTP_VERSION_1_1) == 0 &&
           pz_call_header(call, MHD_HTTP_HEADER_HOST) == NULL;
}

int pz_framing_has_no_end(pz_call *call)
{
    return has_unknown_encoding(call) || has_two_lengths(call);
}

int pz_framing_refuses(pz_call *call)
{
    const char *doubled = doubled_header(call);
    if (doubled != NULL) {
        char text[96];
        snprintf(text, sizeof text, "The header %s must not be there twice", doubled);
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
        return 0;
    }
    call->reply.closes = 1;
    return 1;
}
