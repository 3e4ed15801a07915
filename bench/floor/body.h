/* An answer's body as it comes in: collected, and decoded by jansson where the environment has
 * BENCH_DECODE, so that there is a floor with the work that every caller has to do. */
#ifndef BENCH_FLOOR_BODY_H
#define BENCH_FLOOR_BODY_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

typedef struct body {
    char *bytes;
    size_t length, room;
} body;

/* A write callback of libcurl's; `data` is a body. */
static inline size_t body_collect(char *bytes, size_t size, size_t count, void *data)
{
    body *body = data;
    size_t added = size * count;
    if (body->room - body->length < added) {
        size_t room = 2 * (body->room + added);
        char *larger = realloc(body->bytes, room);
        if (larger == NULL)
            return 0;
        body->bytes = larger;
        body->room = room;
    }
    memcpy(body->bytes + body->length, bytes, added);
    body->length += added;
    return added;
}

/* The answer is complete: the body is empty again. false: it is no JSON. */
static inline int body_finish(body *body)
{
    static int decodes = -1;
    if (decodes < 0)
        decodes = getenv("BENCH_DECODE") != NULL;
    int fine = 1;
    if (decodes) {
        json_t *value = json_loadb(body->bytes, body->length, 0, NULL);
        fine = value != NULL;
        json_decref(value);
    }
    body->length = 0;
    return fine;
}

#endif
