/* The least that calls with so many in flight can cost: a loop on libcurl's multi interface that
 * collects the answers (see body.h). Its command line is that of bench/peers/job.lua:
 * JOB URL CA_FILE TOKEN COUNT VERSION CONCURRENCY; it prints the seconds that the job took. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "body.h"

#define MOST 256

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static CURL *prepare(char **arguments, struct curl_slist *headers, body *body)
{
    CURL *easy = curl_easy_init();
    int http2 = strcmp(arguments[6], "2") == 0;
    curl_easy_setopt(easy, CURLOPT_URL, arguments[2]);
    curl_easy_setopt(easy, CURLOPT_CAINFO, arguments[3]);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_collect);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, body);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                     (long)(http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, (long)http2);
    return easy;
}

static int (*decode)(const body *);

/* Returns how many calls ended well; each handle that ends is started again while calls are left.
 */
static int run(CURLM *multi, CURL **handles, int concurrency, int calls)
{
    int started = 0, ended = 0, fine = 0, running;
    for (; started < concurrency && started < calls; started++)
        curl_multi_add_handle(multi, handles[started]);
    while (ended < calls) {
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        int left;
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            CURL *easy = message->easy_handle;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            char *private = NULL;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
            int complete = body_finish((body *)(void *)private, decode);
            fine += message->data.result == CURLE_OK && status == 200 && complete;
            ended++;
            curl_multi_remove_handle(multi, easy);
            if (started < calls) {
                started++;
                curl_multi_add_handle(multi, easy);
            }
        }
        if (ended < calls)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    return fine;
}

int main(int count, char **arguments)
{
    decode = body_decoder();
    if (count > 1 && strcmp(arguments[1], "none") == 0)
        return 0;
    if (count != 8 || strcmp(arguments[1], "flight") != 0)
        return 64;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    char authorization[1024];
    snprintf(authorization, sizeof authorization, "Authorization: Bearer %s", arguments[4]);
    headers = curl_slist_append(headers, authorization);
    int calls = atoi(arguments[5]), concurrency = atoi(arguments[7]);
    int warm_up = calls < 2000 ? calls / 10 : 200; /* connections and sessions */
    if (concurrency > MOST)
        return 64;
    CURL *handles[MOST];
    body bodies[MOST] = {0};
    CURLM *multi = curl_multi_init();
    for (int i = 0; i < concurrency; i++)
        handles[i] = prepare(arguments, headers, &bodies[i]);
    if (run(multi, handles, concurrency, warm_up) != warm_up)
        return 1;
    double began = now();
    if (run(multi, handles, concurrency, calls) != calls)
        return 1;
    printf("%.6f\n", now() - began);
    for (int i = 0; i < concurrency; i++)
        curl_easy_cleanup(handles[i]);
    for (int i = 0; i < concurrency; i++)
        free(bodies[i].bytes);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    return 0;
}
