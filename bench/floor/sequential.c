/* The least that calls one after the other over libcurl can cost: one easy handle, one kept-alive
 * TLS connection, nothing done with the answer but collecting it (see body.h). Its command line is
 * that of bench/peers/job.lua: JOB URL CA_FILE TOKEN COUNT VERSION; it prints the seconds that the
 * job took. For the jobs list and first that is one call with connecting. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "body.h"

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int (*decode)(const body *);

static void call(CURL *easy, body *body, int calls)
{
    for (int i = 0; i < calls; i++) {
        long status = 0;
        CURLcode code = curl_easy_perform(easy);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK || status != 200 || !body_finish(body, decode)) {
            fprintf(stderr, "floor: %s, status %ld\n", curl_easy_strerror(code), status);
            exit(1);
        }
    }
}

static CURL *prepare(char **argv, struct curl_slist *headers, body *body)
{
    long version = strcmp(argv[6], "2") == 0 ? CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1;
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, argv[2]);
    curl_easy_setopt(easy, CURLOPT_CAINFO, argv[3]);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, version);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_collect);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
    return easy;
}

int main(int argc, char **argv)
{
    decode = body_decoder();
    if (argc > 1 && strcmp(argv[1], "none") == 0)
        return 0;
    if (argc < 7)
        return 64;
    int repeated = strcmp(argv[1], "sequential") == 0, calls = repeated ? atoi(argv[5]) : 1;
    body body = {0};
    double began = now();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    char authorization[1024];
    snprintf(authorization, sizeof authorization, "Authorization: Bearer %s", argv[4]);
    struct curl_slist *headers = curl_slist_append(NULL, authorization);
    headers = curl_slist_append(headers, "Accept: application/json");
    CURL *easy = prepare(argv, headers, &body);
    if (repeated) {
        call(easy, &body, calls < 2000 ? calls / 10 : 200);
        began = now();
    }
    call(easy, &body, calls);
    printf("%.6f\n", now() - began);
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
    free(body.bytes);
    return 0;
}
