/* Commits together what has gathered, and then tells who waits. */
#include "emulator/writer.h"

#include <pthread.h>
#include <stdlib.h>

enum { BATCH_MAX = 1024 }; /* writes in one transaction */

struct pz_writer {
    pz_store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int stopping;
    int writing; /* the writer's own thread is */
    int running; /* a write, on the thread of who has it */
    const void *last_source;
    int joined;
    pz_write *first;
    pz_write **last;
};

static pz_write *take_batch(pz_writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    writer->writing = 0;
    while (writer->running || (writer->first == NULL && !writer->stopping))
        pthread_cond_wait(&writer->changed, &writer->lock);
    pz_write *batch = writer->first;
    pz_write **end = &writer->first;
    for (int i = 0; i < BATCH_MAX && *end != NULL; i++)
        end = &(*end)->next;
    writer->first = *end;
    *end = NULL;
    writer->writing = batch != NULL;
    if (writer->first == NULL)
        writer->last = &writer->first;
    pthread_mutex_unlock(&writer->lock);
    return batch;
}

static void write_batch(pz_store *store, pz_write *batch)
{
    enum pz_store_result all = pz_store_begin(store);
    if (all == PZ_STORE_OK) {
        for (pz_write *write = batch; write != NULL; write = write->next)
            write->result = write->run(write, store);
        all = pz_store_commit(store);
    }
    for (pz_write *write = batch; write != NULL;) {
        pz_write *next = write->next; /* `done` may free it */
        if (all != PZ_STORE_OK)
            write->result = all;
        write->done(write);
        write = next;
    }
}

static void *work(void *argument)
{
    pz_writer *writer = argument;
    for (pz_write *batch; (batch = take_batch(writer)) != NULL;)
        write_batch(writer->store, batch);
    return NULL;
}

pz_writer *pz_writer_start(pz_store *store)
{
    pz_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL)
        return NULL;
    writer->store = store;
    writer->last = &writer->first;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->changed, NULL);
    if (pthread_create(&writer->thread, NULL, work, writer) != 0) {
        writer->joined = 1;
        pz_writer_free(writer);
        return NULL;
    }
    return writer;
}

void pz_writer_stop(pz_writer *writer)
{
    if (writer->joined)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->stopping = 1;
    pthread_cond_signal(&writer->changed);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    writer->joined = 1;
}

void pz_writer_free(pz_writer *writer)
{
    if (writer == NULL)
        return;
    pz_writer_stop(writer);
    pthread_cond_destroy(&writer->changed);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}

int pz_writer_submit(pz_writer *writer, pz_write *write)
{
    write->next = NULL;
    pthread_mutex_lock(&writer->lock);
    int accepted = !writer->stopping;
    if (accepted) {
        *writer->last = write;
        writer->last = &write->next;
        pthread_cond_signal(&writer->changed);
    }
    pthread_mutex_unlock(&writer->lock);
    return accepted;
}

int pz_writer_run(pz_writer *writer, pz_write *write)
{
    write->next = NULL;
    pthread_mutex_lock(&writer->lock);
    int free = write->source != NULL && write->source == writer->last_source && !writer->stopping &&
               !writer->running && !writer->writing && writer->first == NULL;
    writer->running |= free;
    writer->last_source = write->source;
    pthread_mutex_unlock(&writer->lock);
    if (!free)
        return 0;
    write_batch(writer->store, write);
    pthread_mutex_lock(&writer->lock);
    writer->running = 0;
    if (writer->first != NULL || writer->stopping)
        pthread_cond_signal(&writer->changed);
    pthread_mutex_unlock(&writer->lock);
    return 1;
}

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int done;
    enum pz_store_result (*run)(pz_write *write, pz_store *store);
    pz_write *write;
};

static enum pz_store_result run_waiting(pz_write *write, pz_store *store)
{
    struct waiting *waiting = write->context;
    return waiting->run(waiting->write, store);
}

static void wake(pz_write *write)
{
    struct waiting *waiting = write->context;
    pthread_mutex_lock(&waiting->lock);
    waiting->done = 1;
    pthread_cond_signal(&waiting->changed);
    pthread_mutex_unlock(&waiting->lock);
}

enum pz_store_result pz_writer_execute(pz_writer *writer, pz_write *write)
{
    struct waiting waiting = {.run = write->run, .write = write};
    pz_write outer = {.context = &waiting, .run = run_waiting, .done = wake};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.changed, NULL);
    int accepted = pz_writer_submit(writer, &outer);
    pthread_mutex_lock(&waiting.lock);
    while (accepted && !waiting.done)
        pthread_cond_wait(&waiting.changed, &waiting.lock);
    pthread_mutex_unlock(&waiting.lock);
    pthread_cond_destroy(&waiting.changed);
    pthread_mutex_destroy(&waiting.lock);
    return accepted ? outer.result : PZ_STORE_FAILED;
}
