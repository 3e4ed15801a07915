/* The least that a sequential call over libcurl can cost: one easy handle, one kept-alive TLS
 * connection, nothing done with the answer but collecting it.
 *    floor URL CA_FILE CALLS HTTP_VERSION(1.1|2) TOKEN
 * prints the seconds that CALLS took, connecting and warming up left out. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char body[1 << 20];
static size_t length;

static size_t collect(char *bytes, size_t size, size_t count, void *data)
{
    (void)data;
    if (length + size * count > sizeof body)
        return 0;
    memcpy(body + length, bytes, size * count);
    length += size * count;
    return size * count;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void call(CURL *easy, int calls)
{
    for (int i = 0; i < calls; i++) {
        long status = 0;
        length = 0;
        CURLcode code = curl_easy_perform(easy);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK || status != 200) {
            fprintf(stderr, "floor: %s, status %ld\n", curl_easy_strerror(code), status);
            exit(1);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 64;
    int calls = atoi(argv[3]);
    long version = strcmp(argv[4], "2") == 0 ? CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURL *easy = curl_easy_init();
    char authorization[1024];
    snprintf(authorization, sizeof authorization, "Authorization: Bearer %s", argv[5]);
    struct curl_slist *headers = curl_slist_append(NULL, authorization);
    headers = curl_slist_append(headers, "Accept: application/json");
    curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
    curl_easy_setopt(easy, CURLOPT_CAINFO, argv[2]);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, version);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
    call(easy, 200);
    double began = now();
    call(easy, calls);
    printf("%.6f\n", now() - began);
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
    return 0;
}
