/* URLs as libcurl understands them: it is libcurl that connects, so nobody else's reading counts.
 * Stricter than libcurl in what is accepted: a scheme, two slashes, and no byte that has no place
 * in a URL. */
#ifndef PZ_URL_URL_H
#define PZ_URL_URL_H

#include <stdbool.h>
#include <stddef.h>

#define PZ_URL_MAX 8192 /* bytes */
#define PZ_URL_HOST_MAX 256

typedef struct pz_url {
    char *scheme, *host, *path, *query; /* query may be NULL; freed by pz_url_free */
    unsigned port;                      /* the scheme's own when none was given */
    bool has_user;
} pz_url;

/* `text` is NUL-terminated, as libcurl wants it; `length` tells of NULs within.
 * false: *why says so, a fixed text that quotes nothing; NULL in it: no memory. */
bool pz_url_parse(pz_url *url, const char *text, size_t length, const char **why);
void pz_url_free(pz_url *url); /* may be called again */

/* Says what is wrong with a URL that libcurl would accept; NULL if nothing is. libcurl may still
 * refuse it. */
const char *pz_url_fault(const char *text, size_t length);
bool pz_url_is_proxy(const char *text); /* http, https and SOCKS; the scheme may be missing */

/* localhost, 127.0.0.0/8 in canonical form, ::1. Not "localhost.": libcurl asks the name service
 * for that one, which may answer anything. */
bool pz_url_is_loopback(const char *host, size_t length);

/* Writes at most 3 * length bytes; returns how many. */
size_t pz_url_escape(const char *text, size_t length, char *out);

#endif
