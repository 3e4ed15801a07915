/* The oldest libcurl that may be used, and in one place the differences between its versions.
 *
 * The loaded version counts, which may be older or newer than the headers. So libcurl.c has the
 * numbers of newer options and codes, which never change. */
#ifndef PZ_LIBCURL_H
#define PZ_LIBCURL_H

#include <stdbool.h>
#include <stddef.h>

#include <curl/curl.h>

#define PZ_LIBCURL_OLDEST "7.74.0"
#define PZ_LIBCURL_OLDEST_NUMBER 0x074a00 /* as version_num in curl_version_info */

#if LIBCURL_VERSION_NUM < PZ_LIBCURL_OLDEST_NUMBER
#error "personalize needs libcurl 7.74.0 or newer: the headers found are of an older one"
#endif

/* Codes that the headers may not know yet. */
#define PZ_CURLE_SSL_CLIENTCERT 98 /* since 7.77 */
#define PZ_CURLE_OPTION_SYNTAX 49  /* CURLE_SETOPT_OPTION_SYNTAX, since 7.78 */
#define PZ_CURLUE_BAD_HOSTNAME 21  /* since 7.81, as the next; before, CURLUE_MALFORMED_INPUT */
#define PZ_CURLUE_BAD_IPV6 22

/* True if the loaded libcurl meets the requirements; else `why` gets one line that names what was
 * found and what is needed. */
bool pz_libcurl_will_do(char *why, size_t size);
/* The content encodings that libcurl decodes, as the value of a header. */
const char *pz_libcurl_encodings(void);

/* What a request trusts that names no authorities, as libcurl was built: a file, a folder, both or
 * none. Before 7.77 libcurl does not say which these are (NULL), and caches none. */
const char *pz_libcurl_ca_file(void);
const char *pz_libcurl_ca_path(void);
/* True if authorities in a folder are found by the hashes in their names; else each file is read.
 */
bool pz_libcurl_finds_by_hash(void);

/* Sets the options of every handle whose names or effects differ between versions: how to abandon a
 * name look-up, and the allowed protocols. */
CURLcode pz_libcurl_set_easy(CURL *easy);
CURLMcode pz_libcurl_set_multi(CURLM *multi);
/* Same as curl_multi_init, but programs that the process starts do not inherit the descriptors. */
CURLM *pz_libcurl_new_multi(void);
/* In versions with which the write callback must refuse a folded line at the beginning: sends the
 * lines of the answer's head to the write callback too, before libcurl keeps them. */
CURLcode pz_libcurl_set_head_first(CURL *easy);

/* The signature of CURLOPT_RESOLVER_START_FUNCTION. Returns 0 to go on; else the transfer fails. */
typedef int pz_libcurl_before_lookup(void *resolver, void *reserved, void *data);
/* Makes libcurl call `function` with `data` before it starts a thread for a name look-up. libcurl
 * from 8.20 on never calls it, because it limits the number of its threads. */
CURLcode pz_libcurl_set_before_lookup(CURL *easy, pz_libcurl_before_lookup *function, void *data);
/* True if an abandoned look-up continues in its thread; else the transfer waits for it. */
bool pz_libcurl_abandons_lookups(void);

/* The signature of CURLOPT_PREREQFUNCTION: called when there is a connection, before the request is
 * written. Returns 0 to go on. */
typedef int pz_libcurl_before_request(void *data, char *their_ip, char *our_ip, int their_port,
                                      int our_port);
/* Makes libcurl call `function` with `data`. libcurl before 7.80 never calls it; there, the two
 * functions below answer with less certainty. */
CURLcode pz_libcurl_set_before_request(CURL *easy, pz_libcurl_before_request *function, void *data);
/* True if the request of a transfer in progress was given to a connection. Always false if libcurl
 * calls the function above. */
bool pz_libcurl_has_begun_request(CURL *easy);
/* True if a transfer that ended with `code` may have sent something. Always false if libcurl calls
 * the function above. */
bool pz_libcurl_may_have_sent(CURL *easy, CURLcode code);

/* True if a line of the answer's head, or a trailer, exceeds libcurl's own limit. `detail` is
 * libcurl's message. */
bool pz_libcurl_is_line_too_long(CURLcode code, bool in_headers, const char *detail);
/* True if the chunked encoding of the answer is malformed. */
bool pz_libcurl_is_bad_chunk(CURLcode code, const char *detail);
/* True if a configured certificate or key cannot be used. */
bool pz_libcurl_is_bad_certificate_file(CURLcode code, const char *detail);

/* True if libcurl's copy of this parsed URL, which a transfer uses, is complete. */
bool pz_libcurl_copies_url(CURLU *parsed);

#endif
