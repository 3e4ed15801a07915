/* A thread that drives libcurl's multi interface for calls to others. */
#include "emulator/outbound.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    UNDER_WAY_MAX = 64, /* calls at once; further ones wait */
    POLL_MS = 1000,
};

struct pz_outbound {
    CURLM *multi;
    pthread_t thread;
    pthread_mutex_t lock;
    int stopping;
    int joined;
    pz_outbound_call *first; /* submitted, not begun */
    pz_outbound_call **last;
    pz_outbound_call *under_way; /* the thread's alone, as all below */
    unsigned under_way_count;
};

/* ------------------------------------------------------------------ the thread */

static void finish(pz_outbound_call *call, CURLcode code)
{
    call->code = code;
    if (call->handle != NULL) {
        curl_easy_getinfo(call->handle, CURLINFO_RESPONSE_CODE, &call->status);
        curl_easy_getinfo(call->handle, CURLINFO_CONNECT_TIME, &call->connected);
        curl_easy_getinfo(call->handle, CURLINFO_TOTAL_TIME, &call->elapsed);
        curl_easy_cleanup(call->handle);
        call->handle = NULL;
    }
    call->done(call);
}

static void begin(pz_outbound *outbound, pz_outbound_call *call)
{
    if (!pz_outbound_prepare(call) ||
        curl_multi_add_handle(outbound->multi, call->handle) != CURLM_OK) {
        finish(call, CURLE_OUT_OF_MEMORY);
        return;
    }
    call->next = outbound->under_way;
    outbound->under_way = call;
    outbound->under_way_count++;
}

static void leave(pz_outbound *outbound, pz_outbound_call *call, CURLcode code)
{
    pz_outbound_call **at = &outbound->under_way;
    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    outbound->under_way_count--;
    curl_multi_remove_handle(outbound->multi, call->handle);
    finish(call, code);
}

static void finish_done(pz_outbound *outbound)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(outbound->multi, &left)) != NULL;) {
        pz_outbound_call *call = NULL;
        CURLcode code = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call) == CURLE_OK)
            leave(outbound, call, code);
    }
}

/* The next one that may begin, or NULL. */
static pz_outbound_call *take(pz_outbound *outbound, int *stopping)
{
    pthread_mutex_lock(&outbound->lock);
    *stopping = outbound->stopping;
    pz_outbound_call *call = NULL;
    if (outbound->under_way_count < UNDER_WAY_MAX || *stopping)
        call = outbound->first;
    if (call != NULL) {
        outbound->first = call->next;
        if (outbound->first == NULL)
            outbound->last = &outbound->first;
    }
    pthread_mutex_unlock(&outbound->lock);
    return call;
}

static void *work(void *argument)
{
    pz_outbound *outbound = argument;
    for (int stopping = 0; !stopping;) {
        pz_outbound_call *call;
        int running;
        while ((call = take(outbound, &stopping)) != NULL)
            begin(outbound, call);
        curl_multi_perform(outbound->multi, &running);
        finish_done(outbound);
        if (!stopping)
            curl_multi_poll(outbound->multi, NULL, 0, POLL_MS, NULL);
    }
    while (outbound->under_way != NULL)
        leave(outbound, outbound->under_way, CURLE_ABORTED_BY_CALLBACK);
    return NULL;
}

/* ------------------------------------------------------------------ for other threads */

pz_outbound *pz_outbound_start(void)
{
    pz_outbound *outbound = calloc(1, sizeof *outbound);
    if (outbound == NULL)
        return NULL;
    outbound->last = &outbound->first;
    outbound->joined = 1;
    pthread_mutex_init(&outbound->lock, NULL);
    outbound->multi = curl_multi_init();
    if (outbound->multi == NULL || pthread_create(&outbound->thread, NULL, work, outbound) != 0) {
        pz_outbound_free(outbound);
        return NULL;
    }
    outbound->joined = 0;
    return outbound;
}

void pz_outbound_stop(pz_outbound *outbound)
{
    if (outbound->joined)
        return;
    pthread_mutex_lock(&outbound->lock);
    outbound->stopping = 1;
    pthread_mutex_unlock(&outbound->lock);
    curl_multi_wakeup(outbound->multi);
    pthread_join(outbound->thread, NULL);
    outbound->joined = 1;
}

void pz_outbound_free(pz_outbound *outbound)
{
    if (outbound == NULL)
        return;
    pz_outbound_stop(outbound);
    curl_multi_cleanup(outbound->multi);
    pthread_mutex_destroy(&outbound->lock);
    free(outbound);
}

int pz_outbound_submit(pz_outbound *outbound, pz_outbound_call *call)
{
    pthread_mutex_lock(&outbound->lock);
    int accepted = !outbound->stopping;
    if (accepted) {
        call->next = NULL;
        *outbound->last = call;
        outbound->last = &call->next;
    }
    pthread_mutex_unlock(&outbound->lock);
    if (accepted)
        curl_multi_wakeup(outbound->multi);
    return accepted;
}
