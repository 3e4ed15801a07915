/* One thread that writes. What has gathered while it wrote goes into its next transaction together,
 * and nobody is told before that is on the disk. */
#ifndef PZ_EMULATOR_WRITER_H
#define PZ_EMULATOR_WRITER_H

#include "emulator/store.h"

/* Belongs to who submits it and must stay until `done` is called. */
typedef struct pz_write {
    struct pz_write *next;
    enum pz_store_result result;
    void *context;
    const void *source; /* which client it is for; NULL: nobody's */
    /* Both are called on the thread that writes: `run` inside a transaction, `done` after its end.
     */
    enum pz_store_result (*run)(struct pz_write *write, pz_store *store);
    void (*done)(struct pz_write *write);
} pz_write;

typedef struct pz_writer pz_writer;

pz_writer *pz_writer_start(pz_store *store); /* NULL: no memory or no thread */
/* Ends what was submitted, then the thread. Later submissions are refused. */
void pz_writer_stop(pz_writer *writer);
void pz_writer_free(pz_writer *writer);

/* False: the writer has been stopped; `done` is not called. */
int pz_writer_submit(pz_writer *writer, pz_write *write);
/* Runs it at once, on this thread, if the last one had the same source and nothing else is being
 * written or waits to be: a client that writes alone gains nothing by company, and handing its
 * write to another thread and back would cost it half as much again. False: it was not run; submit
 * it. */
int pz_writer_run(pz_writer *writer, pz_write *write);
/* Submits and waits. A stopped writer fails it. */
enum pz_store_result pz_writer_execute(pz_writer *writer, pz_write *write);

#endif
