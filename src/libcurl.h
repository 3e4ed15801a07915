/* libcurl: how old it may be, and in one place what its versions lack or do differently.
 *
 * The version that counts is the one that the process has loaded, which may be older or newer than
 * the headers. So libcurl.c knows the numbers of newer options and codes, which never change. */
#ifndef PZ_LIBCURL_H
#define PZ_LIBCURL_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#define PZ_LIBCURL_OLDEST "7.74.0"
#define PZ_LIBCURL_OLDEST_NUMBER 0x074a00 /* as curl_version_info tells it */

#if LIBCURL_VERSION_NUM < PZ_LIBCURL_OLDEST_NUMBER
#error "personalize needs libcurl 7.74.0 or newer: the headers found are of an older one"
#endif

/* Codes that the headers may not know yet. */
#define PZ_CURLE_SSL_CLIENTCERT 98 /* since 7.77 */
#define PZ_CURLE_OPTION_SYNTAX 49  /* CURLE_SETOPT_OPTION_SYNTAX, since 7.78 */
#define PZ_CURLUE_BAD_HOSTNAME 21  /* since 7.81; CURLUE_MALFORMED_INPUT before, as the next */
#define PZ_CURLUE_BAD_IPV6 22

/* True if the libcurl that was loaded can do what is needed; else `why` is one line that says what
 * is there and what is needed. */
bool pz_libcurl_will_do(char *why, size_t size);
/* The content encodings that it decodes, as a header's value. */
const char *pz_libcurl_encodings(void);

/* Options that every handle gets and whose names or effects differ between versions: how a name
 * look-up is abandoned, which protocols are allowed. */
CURLcode pz_libcurl_set_easy(CURL *easy);
CURLMcode pz_libcurl_set_multi(CURLM *multi);
/* As curl_multi_init; no program that the process starts inherits its descriptors. */
CURLM *pz_libcurl_new_multi(void);
/* Sends the lines of the answer's head to the write callback too, before libcurl keeps them,
 * where the write callback has to refuse a folded line that comes first. */
CURLcode pz_libcurl_set_head_first(CURL *easy);

/* The signature of CURLOPT_RESOLVER_START_FUNCTION. Returns 0 to go on; else the transfer fails. */
typedef int pz_libcurl_before_lookup(void *resolver, void *reserved, void *data);
/* Has `function` called with `data` before a host's name is looked up by a thread of its own.
 * libcurl from 8.20 on never calls it: it has a bound for its threads. */
CURLcode pz_libcurl_set_before_lookup(CURL *easy, pz_libcurl_before_lookup *function, void *data);
/* True if a look-up that a transfer gave up goes on in its thread; else the transfer waits. */
bool pz_libcurl_abandons_lookups(void);

/* The signature of CURLOPT_PREREQFUNCTION: called when the connection is there and the request is
 * about to be written. Returns 0 to go on. */
typedef int pz_libcurl_before_request(void *data, char *their_ip, char *our_ip, int their_port,
                                      int our_port);
/* Has `function` called with `data`. libcurl before 7.80 never calls it: there, the two functions
 * below tell, with less certainty. */
CURLcode pz_libcurl_set_before_request(CURL *easy, pz_libcurl_before_request *function, void *data);
/* Of a transfer under way: true when the request was given to a connection. Always false where the
 * function above is called. */
bool pz_libcurl_has_begun_request(CURL *easy);
/* Of a transfer that ended with `code`: false only when nothing can have been sent. */
bool pz_libcurl_may_have_sent(CURL *easy, CURLcode code);

/* A line of the answer's head, or a trailer, outgrew libcurl's own bound. `detail` is its message.
 */
bool pz_libcurl_is_line_too_long(CURLcode code, bool in_headers, const char *detail);
/* The chunks of the answer are not what they should be. */
bool pz_libcurl_is_bad_chunk(CURLcode code, const char *detail);
/* A certificate or key of the configuration cannot be used. */
bool pz_libcurl_is_bad_certificate_file(CURLcode code, const char *detail);

/* True if a transfer that is given this parsed URL uses all of it. */
bool pz_libcurl_copies_url(CURLU *parsed);

#endif
