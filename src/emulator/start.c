/* Starts the parts in their order, and ends them in the other. */
#include "emulator/start.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator/access_log.h"
#include "emulator/listen.h"
#include "emulator/server.h"
#include "http/global.h"
#include "wipe.h"

enum {
    REQUEST_SECONDS = 60, /* from its first line to the end of its body */
    CERTIFICATE_MAX_BYTES = 1 << 20,
};

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

/* ------------------------------------------------------------------ the certificate */

static char *read_file(const char *path, pz_failure *failure)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    setvbuf(file, NULL, _IONBF, 0); /* no second copy of a key */
    char *text = calloc(1, CERTIFICATE_MAX_BYTES + 1);
    size_t length = text == NULL ? 0 : fread(text, 1, CERTIFICATE_MAX_BYTES, file);
    if (length == 0) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot read %s: %s", path,
                       text == NULL ? "no memory" : "it is empty or not a file");
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

static bool read_certificate(pz_certificate *certificate, const char *certificate_file,
                             const char *key_file, pz_failure *failure)
{
    *certificate = (pz_certificate){NULL, NULL};
    if (certificate_file == NULL)
        return true;
    certificate->certificate = read_file(certificate_file, failure);
    if (certificate->certificate != NULL)
        certificate->key = read_file(key_file, failure);
    return certificate->key != NULL;
}

static void free_certificate(pz_certificate *certificate)
{
    if (certificate->key != NULL)
        pz_wipe(certificate->key, strlen(certificate->key));
    free(certificate->key);
    free(certificate->certificate);
    *certificate = (pz_certificate){NULL, NULL};
}

/* ------------------------------------------------------------------ the parts */

/* Opens the files, which may fail for a reason that the user can mend. */
static bool open_files(pz_emulator *emulator, pz_failure *failure)
{
    const pz_emulator_options *options = &emulator->options;
    if (options->access_log != NULL &&
        (emulator->access_log = pz_access_log_open(options->access_log)) < 0) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot write %s: %s", options->access_log,
                       strerror(errno));
        return false;
    }
    if (!read_certificate(&emulator->certificate, options->tls_cert, options->tls_key, failure))
        return false;
    emulator->store = pz_store_open(options->database, &emulator->stopping, failure);
    return emulator->store != NULL;
}

/* A file that holds connections already keeps them as they are. */
static bool seed(pz_emulator *emulator, pz_failure *failure)
{
    int64_t connections = 0;
    if (!emulator->options.seed)
        return true;
    enum pz_store_result result = pz_store_count(emulator->store, &connections);
    const char *task = result == PZ_STORE_OK ? "write" : "read";
    if (result == PZ_STORE_OK && connections == 0)
        result = pz_emulator_seed(emulator);
    if (result != PZ_STORE_OK)
        pz_failure_set(
            failure, PZ_KIND_CONFIG, "cannot %s %s: %s", task, emulator->options.database,
            result == PZ_STORE_BUSY ? "another process holds it"
                                    : "it is broken, the disk is full, or there is no memory");
    return result == PZ_STORE_OK;
}

static bool make_parts(pz_emulator *emulator)
{
    emulator->tokens = pz_tokens_new();
    emulator->faults = pz_faults_new();
    emulator->journal = pz_journal_new(emulator->options.journal_limit);
    return emulator->tokens != NULL && emulator->faults != NULL && emulator->journal != NULL;
}

/* Runs with every signal blocked: the threads inherit that, and signals are delivered to the main
 * program. */
static bool start_parts(pz_emulator *emulator, pz_failure *failure)
{
    if (!pz_stopping_open(&emulator->stopping)) {
        pz_failure_set(failure, PZ_KIND_CONFIG, "cannot open a pipe: %s", strerror(errno));
        return false;
    }
    if (!open_files(emulator, failure))
        return false;
    int listening = pz_listen(&emulator->options, &emulator->base_url, failure);
    if (listening < 0)
        return false;
    pz_failure_set(failure, PZ_KIND_CONFIG, "no memory or no thread");
    if (!make_parts(emulator) || !seed(emulator, failure)) {
        close(listening);
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
    pthread_mutex_init(&emulator->large_lock, NULL);
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

/* Waits are ended first, so that handlers return soon. */
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
    free_certificate(&emulator->certificate);
    pz_access_log_close(emulator->access_log);
    pz_stopping_close(&emulator->stopping);
    pthread_mutex_destroy(&emulator->large_lock);
    free(emulator->base_url);
    free_options(&emulator->options);
    free(emulator);
}
