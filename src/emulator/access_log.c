/* Makes the lines of the access log of calls that were answered. */
#include "emulator/access_log.h"

#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "emulator/call.h"
#include "emulator/peer.h"

enum { METHOD_MAX = 16, TARGET_SIZE = 1024, LINE_SIZE = 2048 };

int pz_access_log_open(const char *path)
{
    if (strcmp(path, "stderr") == 0)
        return fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void pz_access_log_close(int file)
{
    if (file >= 0)
        close(file);
}

/* Nothing in it can end the line or move a terminal's cursor. */
static void append_plain(char target[TARGET_SIZE], size_t *length, const char *text, size_t count)
{
    for (size_t i = 0; i < count && *length < TARGET_SIZE - 4; i++) {
        if (text[i] > ' ' && text[i] < 0x7f)
            target[(*length)++] = text[i];
        else
            *length += (size_t)snprintf(target + *length, 4, "%%%02X", (unsigned char)text[i]);
    }
    target[*length] = '\0';
}

static bool is_harmless(const char *name, size_t length)
{
    return (length == 5 && memcmp(name, "limit", 5) == 0) ||
           (length == 6 && memcmp(name, "offset", 6) == 0);
}

/* An unknown parameter may hold a secret, so its value is masked. */
static void append_query(char target[TARGET_SIZE], size_t *length, const char *query)
{
    for (const char *before = "?"; *query != '\0'; before = "&") {
        size_t whole = strcspn(query, "&");
        size_t name = strcspn(query, "&=");
        bool has_value = name < whole;
        append_plain(target, length, before, 1);
        if (is_harmless(query, name)) {
            append_plain(target, length, query, whole);
        } else {
            append_plain(target, length, query, has_value ? name + 1 : 0);
            append_plain(target, length, "***", 3);
        }
        query += whole + (query[whole] == '&');
    }
}

/* One write: lines of several threads, or of several emulators with one file, don't mix. */
void pz_access_log_write(int file, pz_call *call)
{
    char now[PZ_TIMESTAMP_SIZE];
    char peer[PZ_PEER_SIZE];
    char target[TARGET_SIZE];
    char line[LINE_SIZE];
    size_t length = 0;
    append_plain(target, &length, call->method, strnlen(call->method, METHOD_MAX));
    target[length++] = ' ';
    append_plain(target, &length, call->path, strlen(call->path));
    append_query(target, &length, call->query);
    pz_clock_timestamp(&call->emulator->clock, now);
    pz_peer_name(call, peer);
    /* of whole numbers: the locale has no say in them */
    long long us = llround((pz_clock_monotonic() - call->began) * 1e6);
    int written = snprintf(line, sizeof line, "%s %s %s %u %zu %lld.%03lldms %s\n", now, peer,
                           target, call->reply.status, call->reply.body.length, us / 1000,
                           us % 1000, call->request_id);
    if (written > 0 && write(file, line, (size_t)written) < 0)
        return; /* nobody reads the log any longer: calls go on */
}
