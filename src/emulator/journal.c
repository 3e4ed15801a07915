/* A ring of entries within two bounds; a snapshot keeps alive what it has taken. */
#include "emulator/journal.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/journal_blocks.h"

static const size_t JOURNAL_MAX_BYTES = (size_t)64 << 20;

/* The entries are a ring that grows up to the limit. */
struct pz_journal {
    pthread_mutex_t lock;
    size_t limit;
    size_t capacity;
    size_t first;
    size_t count;
    size_t bytes;
    unsigned long last_number;
    pz_journal_entry **ring;
    pz_journal_block *block; /* the next entry is taken from it */
};

pz_journal *pz_journal_new(size_t limit)
{
    pz_journal *journal = calloc(1, sizeof *journal);
    if (journal == NULL)
        return NULL;
    pthread_mutex_init(&journal->lock, NULL);
    journal->limit = limit;
    return journal;
}

void pz_journal_free(pz_journal *journal)
{
    if (journal == NULL)
        return;
    pz_journal_clear(journal);
    pz_journal_block_drop(journal->block);
    pthread_mutex_destroy(&journal->lock);
    free(journal->ring);
    free(journal);
}

static const char *put(char **end, const char *bytes, size_t length)
{
    char *copy = *end;
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    *end += length + 1;
    return copy;
}

static const char *put_text(char **end, const char *text)
{
    return put(end, text, strlen(text));
}

static size_t size_of(const pz_journal_entry *request, const pz_journal_header *headers)
{
    size_t size = sizeof *request + request->header_count * sizeof *headers +
                  strlen(request->method) + strlen(request->path) + strlen(request->query) +
                  request->body_length + request->answer_length + 5;
    for (size_t i = 0; i < request->header_count; i++)
        size += strlen(headers[i].name) + strlen(headers[i].value) + 2;
    return size;
}

static pz_journal_entry *copy_of(pz_journal *journal, const pz_journal_entry *request,
                                 const pz_journal_header *headers)
{
    size_t size = size_of(request, headers);
    pz_journal_block *block = NULL;
    pthread_mutex_lock(&journal->lock);
    pz_journal_entry *entry = pz_journal_block_take(&journal->block, size, &block);
    pthread_mutex_unlock(&journal->lock);
    if (entry == NULL)
        return NULL;
    memcpy(entry, request, sizeof *entry);
    atomic_init(&entry->references, 1);
    entry->block = block;
    entry->size = size;
    char *end = (char *)&entry->headers[request->header_count];
    entry->method = put_text(&end, request->method);
    entry->path = put_text(&end, request->path);
    entry->query = put_text(&end, request->query);
    entry->body = put(&end, request->body, request->body_length);
    entry->answer = put(&end, request->answer, request->answer_length);
    for (size_t i = 0; i < request->header_count; i++) {
        char *name = end;
        entry->headers[i].name = put_text(&end, headers[i].name);
        for (; *name != '\0'; name++)
            if (*name >= 'A' && *name <= 'Z')
                *name = (char)(*name | 0x20);
        entry->headers[i].value = put_text(&end, headers[i].value);
    }
    return entry;
}

static void drop(pz_journal_entry *entry)
{
    if (atomic_fetch_sub(&entry->references, 1) == 1)
        pz_journal_block_drop(entry->block);
}

/* The place of the index-th entry, oldest first. This and the next two functions run with the lock
 * held. */
static pz_journal_entry **slot(const pz_journal *journal, size_t index)
{
    assert(journal->capacity > 0);
    return &journal->ring[(journal->first + index) % journal->capacity];
}

static void forget_oldest(pz_journal *journal)
{
    pz_journal_entry *oldest = *slot(journal, 0);
    journal->first = (size_t)(slot(journal, 1) - journal->ring);
    journal->count--;
    journal->bytes -= oldest->size;
    drop(oldest);
}

static bool make_room(pz_journal *journal, size_t size)
{
    while (journal->count > 0 &&
           (journal->count == journal->limit || size > JOURNAL_MAX_BYTES - journal->bytes))
        forget_oldest(journal);
    if (journal->count < journal->capacity)
        return true;
    size_t capacity = journal->capacity == 0 ? 64 : journal->capacity * 2;
    if (capacity > journal->limit)
        capacity = journal->limit;
    pz_journal_entry **ring = malloc(capacity * sizeof *ring);
    if (ring == NULL)
        return false;
    for (size_t i = 0; i < journal->count; i++)
        ring[i] = *slot(journal, i);
    free(journal->ring);
    journal->ring = ring;
    journal->capacity = capacity;
    journal->first = 0;
    return true;
}

void pz_journal_add(pz_journal *journal, const pz_journal_entry *request,
                    const pz_journal_header *headers)
{
    if (journal->limit == 0)
        return;
    pz_journal_entry *entry = copy_of(journal, request, headers);
    if (entry == NULL)
        return;
    pthread_mutex_lock(&journal->lock);
    if (make_room(journal, entry->size)) {
        entry->number = ++journal->last_number;
        *slot(journal, journal->count) = entry;
        journal->count++;
        journal->bytes += entry->size;
    } else {
        drop(entry);
    }
    pthread_mutex_unlock(&journal->lock);
}

void pz_journal_clear(pz_journal *journal)
{
    pthread_mutex_lock(&journal->lock);
    while (journal->count > 0)
        forget_oldest(journal);
    pthread_mutex_unlock(&journal->lock);
}

bool pz_journal_take(pz_journal *journal, pz_journal_snapshot *snapshot)
{
    snapshot->count = 0;
    pthread_mutex_lock(&journal->lock);
    snapshot->entries = malloc((journal->count + 1) * sizeof *snapshot->entries);
    if (snapshot->entries != NULL) {
        for (size_t i = 0; i < journal->count; i++) {
            snapshot->entries[i] = *slot(journal, i);
            atomic_fetch_add(&snapshot->entries[i]->references, 1);
        }
        snapshot->count = journal->count;
    }
    pthread_mutex_unlock(&journal->lock);
    return snapshot->entries != NULL;
}

void pz_journal_release(pz_journal_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++)
        drop(snapshot->entries[i]);
    free(snapshot->entries);
    snapshot->entries = NULL;
    snapshot->count = 0;
}
