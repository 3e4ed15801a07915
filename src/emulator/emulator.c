/* Starts the parts in their order, and ends them in the other. */
#include "emulator/emulator.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/access_log.h"
#include "emulator/items.h"
#include "emulator/seed.h"
#include "emulator/server.h"
#include "http/global.h"
#include "json/document.h"

enum { REQUEST_SECONDS = 60 }; /* from its first line to the end of its body */
enum { ITEMS_MAX_DEPTH = 128 };
enum { SECRETS_MAX_BYTES = 16 << 20, SECRETS_MAX_DEPTH = 128 };

/* ------------------------------------------------------------------ options */

static const size_t texts[] = {
    offsetof(pz_emulator_options, address),       offsetof(pz_emulator_options, public_url),
    offsetof(pz_emulator_options, database),      offsetof(pz_emulator_options, outbound),
    offsetof(pz_emulator_options, access_log),    offsetof(pz_emulator_options, client_id),
    offsetof(pz_emulator_options, client_secret), offsetof(pz_emulator_options, client_key),
    offsetof(pz_emulator_options, api_token),     offsetof(pz_emulator_options, tls_cert),
    offsetof(pz_emulator_options, tls_key),       offsetof(pz_emulator_options, ca_file),
    offsetof(pz_emulator_options, client_cert),   offsetof(pz_emulator_options, client_cert_key),
};

enum { TEXTS = sizeof texts / sizeof *texts };

static const char **text_at(pz_emulator_options *options, size_t offset)
{
    return (const char **)(void *)((char *)options + offset);
}

static bool copy_options(pz_emulator_options *to, const pz_emulator_options *from)
{
    *to = *from;
    for (size_t i = 0; i < TEXTS; i++)
        *text_at(to, texts[i]) = NULL;
    for (size_t i = 0; i < TEXTS; i++) {
        const char *text = *(const char *const *)(const void *)((const char *)from + texts[i]);
        if (text != NULL && (*text_at(to, texts[i]) = strdup(text)) == NULL)
            return false;
    }
    if (to->request_timeout <= 0)
        to->request_timeout = REQUEST_SECONDS;
    return true;
}

static void free_options(pz_emulator_options *options)
{
    for (size_t i = 0; i < TEXTS; i++)
        free((void *)*text_at(options, texts[i]));
}

/* ------------------------------------------------------------------ the store's contents */

static enum pz_store_result write_seed(pz_emulator *emulator)
{
    return pz_seed(emulator->store, emulator->base_url, emulator->options.api_token);
}

enum pz_store_result pz_emulator_seed(pz_emulator *emulator)
{
    enum pz_store_result result = pz_store_begin(emulator->store);
    return result != PZ_STORE_OK ? result : pz_store_end(emulator->store, write_seed(emulator));
}

const char *pz_emulator_put(pz_emulator *emulator, const char *path, const char *items,
                            size_t length)
{
    pz_json_error error;
    const char *problem = NULL;
    pz_json_document *document = pz_json_document_new();
    const pz_json_value *list =
        document == NULL ? NULL
                         : pz_json_document_parse(document, items, length, ITEMS_MAX_DEPTH, &error);
    enum pz_store_result result = PZ_STORE_FAILED;
    if (list != NULL && (result = pz_store_begin(emulator->store)) == PZ_STORE_OK)
        result = pz_store_end(emulator->store, pz_items_put(emulator->store, path, list, &problem));
    pz_json_document_free(document);
    if (problem == NULL && result != PZ_STORE_OK)
        problem = "the items could not be stored";
    return problem;
}

static enum pz_store_result clear(pz_emulator *emulator)
{
    enum pz_store_result result = pz_store_begin(emulator->store);
    if (result != PZ_STORE_OK)
        return result;
    result = pz_store_clear(emulator->store);
    if (result == PZ_STORE_OK && emulator->options.seed)
        result = write_seed(emulator);
    return pz_store_end(emulator->store, result);
}

/* A file that holds connections already keeps them as they are. */
static bool seed(pz_emulator *emulator, pz_failure *failure)
{
    if (!emulator->options.seed || pz_store_count(emulator->store) != 0 ||
        pz_emulator_seed(emulator) == PZ_STORE_OK)
        return true;
    pz_failure_set(failure, PZ_KIND_CONFIG, "cannot write %s", emulator->options.database);
    return false;
}

enum pz_store_result pz_emulator_reset(pz_emulator *emulator)
{
    enum pz_store_result result = clear(emulator);
    if (result != PZ_STORE_OK)
        return result;
    pz_clock_reset(&emulator->clock);
    pz_faults_clear(emulator->faults);
    pz_tokens_clear(emulator->tokens);
    pz_journal_clear(emulator->journal);
    pz_counts *counts = &emulator->counts;
    atomic_ulong *all[] = {&counts->requests, &counts->tokens,  &counts->lists, &counts->retrieves,
                           &counts->creates,  &counts->updates, &counts->tests, &counts->errors};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        atomic_store(all[i], 0);
    return PZ_STORE_OK;
}

void pz_emulator_counts(pz_emulator *emulator, pz_count counts[PZ_COUNTS])
{
    pz_counts *own = &emulator->counts;
    const pz_count all[PZ_COUNTS] = {
        {"requests", (long)atomic_load(&own->requests)},
        {"tokens", (long)atomic_load(&own->tokens)},
        {"lists", (long)atomic_load(&own->lists)},
        {"retrieves", (long)atomic_load(&own->retrieves)},
        {"creates", (long)atomic_load(&own->creates)},
        {"updates", (long)atomic_load(&own->updates)},
        {"tests", (long)atomic_load(&own->tests)},
        {"errors", (long)atomic_load(&own->errors)},
        {"connections", (long)pz_store_count(emulator->store)},
    };
    memcpy(counts, all, sizeof all);
}

bool pz_emulator_secret(pz_emulator *emulator, const char *ref, const char *name, pz_buffer *out)
{
    pz_buffer stored;
    pz_json_error error;
    size_t length = 0;
    const char *text = NULL;
    const pz_json_value *secrets = NULL;
    pz_buffer_init(&stored, SECRETS_MAX_BYTES);
    pz_json_document *document = pz_json_document_new();
    enum pz_store_result result =
        document == NULL ? PZ_STORE_FAILED : pz_store_secrets(emulator->store, ref, &stored);
    if (result == PZ_STORE_OK && stored.length > 0)
        secrets = pz_json_document_parse(document, stored.bytes, stored.length, SECRETS_MAX_DEPTH,
                                         &error);
    /* what was stored can be parsed, unless there is no memory */
    bool is_known =
        result == PZ_STORE_MISSING || (result == PZ_STORE_OK && stored.failure == PZ_BUFFER_OK &&
                                       (secrets != NULL || stored.length == 0));
    text = pz_json_text(pz_json_get(secrets, name), &length);
    if (text != NULL)
        pz_buffer_append(out, text, length);
    if (!is_known)
        out->failure = PZ_BUFFER_NO_MEMORY;
    pz_json_document_free(document);
    pz_buffer_free(&stored);
    return text != NULL;
}

/* ------------------------------------------------------------------ start and stop */

/* What can be refused for a reason that is worth telling. */
static bool open_files(pz_emulator *emulator, pz_failure *failure)
{
    const pz_emulator_options *options = &emulator->options;
    if (options->access_log != NULL &&
        (emulator->access_log = pz_access_log_open(options->access_log)) < 0) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot write %s: %s", options->access_log,
                       strerror(errno));
        return false;
    }
    if (!pz_certificate_read(&emulator->certificate, options->tls_cert, options->tls_key, failure))
        return false;
    emulator->store = pz_store_open(options->database, &emulator->stopping, failure);
    return emulator->store != NULL;
}

static bool make_parts(pz_emulator *emulator)
{
    emulator->tokens = pz_tokens_new();
    emulator->faults = pz_faults_new();
    emulator->journal = pz_journal_new(emulator->options.journal_limit);
    return emulator->tokens != NULL && emulator->faults != NULL && emulator->journal != NULL;
}

/* With every signal blocked: the threads inherit that, and signals stay the main program's. */
static bool start_parts(pz_emulator *emulator, pz_failure *failure)
{
    if (!pz_stopping_open(&emulator->stopping)) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot open a pipe: %s", strerror(errno));
        return false;
    }
    if (!open_files(emulator, failure))
        return false;
    int listening = pz_server_listen(&emulator->options, &emulator->base_url, failure);
    if (listening < 0)
        return false;
    pz_failure_set(failure, PZ_KIND_CONFIG, "no memory or no thread");
    if (!make_parts(emulator) || !seed(emulator, failure)) {
        pz_server_unlisten(listening);
        return false;
    }
    emulator->server = pz_server_start(emulator, listening);
    if (emulator->server == NULL && emulator->certificate.key != NULL)
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot serve https with %s and %s",
                       emulator->options.tls_cert, emulator->options.tls_key);
    return emulator->server != NULL;
}

pz_emulator *pz_emulator_start(const pz_emulator_options *options, pz_failure *failure)
{
    pz_emulator *emulator = calloc(1, sizeof *emulator);
    sigset_t all;
    sigset_t before;
    pz_failure_set(failure, PZ_KIND_CONFIG, "no memory");
    if (emulator == NULL)
        return NULL;
    emulator->access_log = -1;
    emulator->stopping = (pz_stopping){-1, -1};
    pthread_mutex_init(&emulator->list_lock, NULL);
    CURLcode code = pz_http_global_init();
    if (code != CURLE_OK) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "libcurl cannot be used: %s",
                       curl_easy_strerror(code));
        pz_emulator_stop(emulator);
        return NULL;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = copy_options(&emulator->options, options) && start_parts(emulator, failure);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!started) {
        pz_emulator_stop(emulator);
        return NULL;
    }
    return emulator;
}

/* First whatever waits is ended: then no handler lasts. */
void pz_emulator_stop(pz_emulator *emulator)
{
    if (emulator == NULL)
        return;
    pz_stopping_begin(&emulator->stopping);
    pz_server_stop(emulator->server);
    pz_store_close(emulator->store);
    pz_journal_free(emulator->journal);
    pz_faults_free(emulator->faults);
    pz_tokens_free(emulator->tokens);
    pz_certificate_free(&emulator->certificate);
    pz_access_log_close(emulator->access_log);
    pz_stopping_close(&emulator->stopping);
    pthread_mutex_destroy(&emulator->list_lock);
    free(emulator->base_url);
    free_options(&emulator->options);
    free(emulator);
}
