/* An answer's body as it comes in: collected, and decoded by the library that BENCH_DECODE names,
 * jansson or yyjson, so that there is a floor with the work that every caller has to do. */
#ifndef BENCH_FLOOR_BODY_H
#define BENCH_FLOOR_BODY_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef WITH_YYJSON
#include <yyjson.h>
#endif

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

static inline int body_decode_jansson(const body *body)
{
    json_t *value = json_loadb(body->bytes, body->length, 0, NULL);
    json_decref(value);
    return value != NULL;
}

#ifdef WITH_YYJSON
static inline int body_decode_yyjson(const body *body)
{
    yyjson_doc *document = yyjson_read(body->bytes, body->length, 0);
    yyjson_doc_free(document);
    return document != NULL;
}
#endif

/* What BENCH_DECODE names: NULL where it names nothing. Ends the program where it is not here. */
static inline int (*body_decoder(void))(const body *)
{
    const char *name = getenv("BENCH_DECODE");
    if (name == NULL)
        return NULL;
    if (strcmp(name, "jansson") == 0)
        return body_decode_jansson;
#ifdef WITH_YYJSON
    if (strcmp(name, "yyjson") == 0)
        return body_decode_yyjson;
#endif
    fprintf(stderr, "floor: %s is not here\n", name);
    exit(1);
}

/* The answer is complete: the body is empty again. false: it is no JSON. */
static inline int body_finish(body *body, int (*decode)(const struct body *))
{
    int fine = decode == NULL || decode(body);
    body->length = 0;
    return fine;
}

#endif
