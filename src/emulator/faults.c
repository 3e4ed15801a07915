/* Keeps the orders, and picks for each call the one that concerns it. */
#include "emulator/faults.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

#define NOT_GIVEN -1

enum { DELAY_MAX_SECONDS = 3600 };

struct pz_faults {
    pthread_mutex_t lock;
    atomic_uint count;
    pz_fault *first;
    uint64_t random;
};

const pz_fault_order pz_fault_nothing = {
    .times = NOT_GIVEN,
    .probability = NOT_GIVEN,
    .after = NOT_GIVEN,
    .status = NOT_GIVEN,
    .delay = NOT_GIVEN,
    .reset = NOT_GIVEN,
    .truncate = NOT_GIVEN,
};

#define MEMBER(name, kind)                                                                         \
    {                                                                                              \
#name, kind, offsetof(pz_fault_order, name)                                                \
    }

const pz_fault_member pz_fault_members[PZ_FAULT_MEMBERS] = {
    MEMBER(method, PZ_FAULT_TEXT),     MEMBER(path, PZ_FAULT_TEXT),
    MEMBER(times, PZ_FAULT_NUMBER),    MEMBER(probability, PZ_FAULT_NUMBER),
    MEMBER(after, PZ_FAULT_FLAG),      MEMBER(status, PZ_FAULT_NUMBER),
    MEMBER(delay, PZ_FAULT_NUMBER),    MEMBER(reset, PZ_FAULT_FLAG),
    MEMBER(truncate, PZ_FAULT_NUMBER), MEMBER(retry_after, PZ_FAULT_TEXT),
    MEMBER(body, PZ_FAULT_TEXT),       MEMBER(content_type, PZ_FAULT_TEXT),
};

/* ------------------------------------------------------------------ one order */

static bool is_count(double number, double least, double most)
{
    return number == NOT_GIVEN || (number >= least && number <= most && number == floor(number));
}

static bool is_header_value(const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

const char *pz_fault_check(const pz_fault_order *order)
{
    if (!is_count(order->times, 1, INT32_MAX))
        return "times must be an integer, 1 or more";
    if (order->probability != NOT_GIVEN && !(order->probability > 0 && order->probability <= 1))
        return "probability must be above 0 and at most 1";
    if (!is_count(order->status, 200, 599))
        return "status must be an integer from 200 to 599";
    if (order->delay != NOT_GIVEN && !(order->delay >= 0 && order->delay <= DELAY_MAX_SECONDS))
        return "delay must be from 0 to 3600 seconds";
    if (!is_count(order->truncate, 0, INT32_MAX))
        return "truncate must be a number of bytes, 0 or more";
    if (!is_header_value(order->retry_after))
        return "retry_after must be a header's value";
    if (!is_header_value(order->content_type))
        return "content_type must be a header's value";
    if (order->status == NOT_GIVEN && order->delay == NOT_GIVEN && order->reset != 1 &&
        order->truncate == NOT_GIVEN && order->body == NULL && order->retry_after == NULL)
        return "one of status, delay, reset, truncate, body and retry_after must be given";
    return NULL;
}

bool pz_fault_replaces_call(const pz_fault *fault)
{
    return fault != NULL && fault->order.after != 1 &&
           (fault->order.status != NOT_GIVEN || fault->order.reset == 1);
}

static const char *put(char **end, const char *text, size_t length)
{
    if (text == NULL)
        return NULL;
    char *copy = *end;
    memcpy(copy, text, length);
    copy[length] = '\0';
    *end += length + 1;
    return copy;
}

static size_t length_of(const char *text)
{
    return text == NULL ? 0 : strlen(text);
}

/* Copies an order and its texts into one piece of memory. */
static pz_fault *copy_of(const pz_fault_order *order)
{
    const size_t lengths[] = {length_of(order->method), length_of(order->path),
                              length_of(order->retry_after), length_of(order->content_type)};
    pz_fault *fault = malloc(sizeof *fault + lengths[0] + lengths[1] + lengths[2] + lengths[3] +
                             order->body_length + 5);
    if (fault == NULL)
        return NULL;
    char *end = (char *)(fault + 1);
    atomic_init(&fault->references, 1);
    atomic_init(&fault->hits, 0);
    fault->next = NULL;
    fault->order = *order;
    fault->order.method = put(&end, order->method, lengths[0]);
    fault->order.path = put(&end, order->path, lengths[1]);
    fault->order.retry_after = put(&end, order->retry_after, lengths[2]);
    fault->order.content_type = put(&end, order->content_type, lengths[3]);
    fault->order.body = put(&end, order->body, order->body_length);
    fault->left = order->times != NOT_GIVEN         ? order->times
                  : order->probability != NOT_GIVEN ? -1
                                                    : 1;
    return fault;
}

void pz_fault_release(pz_fault *fault)
{
    if (fault != NULL && atomic_fetch_sub(&fault->references, 1) == 1)
        free(fault);
}

/* ------------------------------------------------------------------ all of them */

pz_faults *pz_faults_new(void)
{
    pz_faults *faults = calloc(1, sizeof *faults);
    if (faults == NULL)
        return NULL;
    pthread_mutex_init(&faults->lock, NULL);
    if (!pz_random_bytes(&faults->random, sizeof faults->random) || faults->random == 0)
        faults->random = 1;
    return faults;
}

void pz_faults_free(pz_faults *faults)
{
    if (faults == NULL)
        return;
    pz_faults_clear(faults);
    pthread_mutex_destroy(&faults->lock);
    free(faults);
}

enum pz_faults_result pz_faults_add(pz_faults *faults, const pz_fault_order *order)
{
    pz_fault *fault = copy_of(order);
    if (fault == NULL)
        return PZ_FAULTS_NO_MEMORY;
    pthread_mutex_lock(&faults->lock);
    bool has_room = atomic_load(&faults->count) < PZ_FAULTS_MAX;
    if (has_room) {
        pz_fault **last = &faults->first;
        while (*last != NULL)
            last = &(*last)->next;
        *last = fault;
        atomic_fetch_add(&faults->count, 1);
    }
    pthread_mutex_unlock(&faults->lock);
    if (!has_room)
        pz_fault_release(fault);
    return has_room ? PZ_FAULTS_OK : PZ_FAULTS_FULL;
}

/* This and the next functions run with the lock held. The caller releases the fault. */
static pz_fault *take_out(pz_faults *faults, pz_fault **at)
{
    pz_fault *fault = *at;
    *at = fault->next;
    atomic_fetch_sub(&faults->count, 1);
    return fault;
}

void pz_faults_clear(pz_faults *faults)
{
    pthread_mutex_lock(&faults->lock);
    while (faults->first != NULL)
        pz_fault_release(take_out(faults, &faults->first));
    pthread_mutex_unlock(&faults->lock);
}

/* A number from 0 to 1, by xorshift64*. */
static double draw(pz_faults *faults)
{
    faults->random ^= faults->random >> 12;
    faults->random ^= faults->random << 25;
    faults->random ^= faults->random >> 27;
    return (double)((faults->random * UINT64_C(0x2545F4914F6CDD1D)) >> 11) / 9007199254740992.0;
}

static bool concerns(const pz_fault_order *order, const char *method, const char *path)
{
    if (order->method != NULL && strcmp(order->method, method) != 0)
        return false;
    if (order->path == NULL)
        return true;
    size_t length = strlen(order->path);
    if (length > 0 && order->path[length - 1] == '*')
        return strncmp(order->path, path, length - 1) == 0;
    return strcmp(order->path, path) == 0;
}

pz_fault *pz_faults_pick(pz_faults *faults, const char *method, const char *path)
{
    pz_fault *picked = NULL;
    if (atomic_load_explicit(&faults->count, memory_order_relaxed) == 0)
        return NULL;
    pthread_mutex_lock(&faults->lock);
    for (pz_fault **at = &faults->first; *at != NULL; at = &(*at)->next) {
        const pz_fault_order *order = &(*at)->order;
        if (!concerns(order, method, path) ||
            (order->probability != NOT_GIVEN && draw(faults) >= order->probability))
            continue;
        picked = *at;
        atomic_fetch_add(&picked->hits, 1);
        if (picked->left > 0 && --picked->left == 0)
            take_out(faults, at);
        else
            atomic_fetch_add(&picked->references, 1);
        break;
    }
    pthread_mutex_unlock(&faults->lock);
    return picked;
}

size_t pz_faults_take(pz_faults *faults, pz_fault **orders, double *left, size_t most)
{
    size_t count = 0;
    pthread_mutex_lock(&faults->lock);
    for (pz_fault *fault = faults->first; fault != NULL && count < most; fault = fault->next) {
        atomic_fetch_add(&fault->references, 1);
        left[count] = fault->left;
        orders[count++] = fault;
    }
    pthread_mutex_unlock(&faults->lock);
    return count;
}
