/* Decides whether a host is certainly this machine; only there is plain HTTP allowed by default. */
#include <string.h>
#include <strings.h>

#include "url/url.h"

/* Reads one number of a dotted address: at most 255, no leading zeros (some programs read them as
 * octal). Returns its end, or NULL. */
static const char *octet(const char *text, const char *end)
{
    const char *digit = text;
    unsigned value = 0;
    while (digit < end && *digit >= '0' && *digit <= '9' && digit - text < 4)
        value = value * 10 + (unsigned)(*digit++ - '0');
    bool valid = digit > text && value <= 255 && (*text != '0' || digit - text == 1);
    return valid ? digit : NULL;
}

bool pz_url_is_loopback(const char *host, size_t length)
{
    const char *end = host + length;
    if (length == 9 && strncasecmp(host, "localhost", 9) == 0)
        return true;
    if (length == 3 && memcmp(host, "::1", 3) == 0)
        return true;
    if (length < 9 || memcmp(host, "127.", 4) != 0)
        return false;
    const char *at = host + 3;
    for (int i = 0; i < 3; i++) {
        if (at == end || *at != '.')
            return false;
        at = octet(at + 1, end);
        if (at == NULL)
            return false;
    }
    return at == end;
}
