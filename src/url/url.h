/* Parses URLs with libcurl, because libcurl connects. Accepts less than libcurl: a scheme, two
 * slashes, and only bytes that a URL may contain. */
#ifndef PZ_URL_URL_H
#define PZ_URL_URL_H

#include <stdbool.h>
#include <stddef.h>

#define PZ_URL_MAX 8192 /* bytes */
#define PZ_URL_HOST_MAX 256

typedef struct pz_url {
    char *scheme, *host, *path, *query; /* query may be NULL; freed by pz_url_free */
    unsigned port;                      /* by default that of the scheme */
    bool has_user;
} pz_url;

/* `text` is NUL-terminated, as libcurl needs it; `length` shows NULs within it. False: *why is a
 * static text that quotes nothing of the URL, or NULL if there is no memory. */
bool pz_url_parse(pz_url *url, const char *text, size_t length, const char **why);
void pz_url_free(pz_url *url); /* may be called again */

/* Returns a fault of the URL that libcurl would accept; NULL: none. libcurl may still refuse the
 * URL. */
const char *pz_url_fault(const char *text, size_t length);
bool pz_url_is_proxy(const char *text); /* http, https and SOCKS; the scheme may be missing */

/* True for localhost, 127.0.0.0/8 in canonical form, and ::1. False for "localhost.": libcurl asks
 * the name service for it, which may return anything. */
bool pz_url_is_loopback(const char *host, size_t length);

/* Writes at most 3 * length bytes; returns their number. */
size_t pz_url_escape(const char *text, size_t length, char *out);

#endif
