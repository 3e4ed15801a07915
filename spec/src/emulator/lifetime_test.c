/* Starting and stopping, again and again, while clients read, write and have calls made: to be run
 * under the sanitizers and valgrind. Nothing may leak, hang or race. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "emulator/clock.h"
#include "emulator/start.h"

enum { ROUNDS = 50, CLIENTS = 4, ANSWER_SIZE = 65536 };

static const char definition[] = "{\"name\":\"n\",\"auth\":{\"authType\":\"NONE\"},"
                                 "\"request\":{},\"systemType\":\"S\"}";

static pz_emulator_options options(void)
{
    return (pz_emulator_options){
        .address = "127.0.0.1",
        .database = ":memory:",
        .seed = 1,
        .honour_offset = 1,
        .token_ttl = 900,
        .journal_limit = 100,
        .client_id = "id",
        .client_secret = "secret",
        .client_key = "key",
        .api_token = "token",
    };
}

static unsigned port_of(const pz_emulator *emulator)
{
    return (unsigned)atoi(strrchr(emulator->base_url, ':') + 1);
}

static int connect_to(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0)
        return connection;
    close(connection);
    return -1;
}

struct client {
    pthread_t thread;
    unsigned port;
    char token[PZ_TOKEN_SIZE];
    char method[8];
    char path[64];
    char body[512];
    atomic_uint answered;
};

/* Until the server is gone. */
static void *keep_calling(void *argument)
{
    struct client *client = argument;
    char request[2048];
    char answer[ANSWER_SIZE];
    int length =
        snprintf(request, sizeof request,
                 "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
                 "Content-Type: application/json\r\nConnection: close\r\n"
                 "Content-Length: %zu\r\n\r\n%s",
                 client->method, client->path, client->token, strlen(client->body), client->body);
    for (int connection; (connection = connect_to(client->port)) >= 0; close(connection)) {
        if (send(connection, request, (size_t)length, MSG_NOSIGNAL) == length &&
            recv(connection, answer, sizeof answer, 0) > 0)
            atomic_fetch_add(&client->answered, 1);
    }
    return NULL;
}

static void start_client(struct client *client, pz_emulator *emulator, const char *method,
                         const char *path, const char *body)
{
    client->port = port_of(emulator);
    snprintf(client->method, sizeof client->method, "%s", method);
    snprintf(client->path, sizeof client->path, "%s", path);
    snprintf(client->body, sizeof client->body, "%s", body);
    atomic_init(&client->answered, 0);
    assert_true(pz_tokens_issue(emulator->tokens, pz_clock_monotonic(), 900, client->token));
    assert_int_equal(pthread_create(&client->thread, NULL, keep_calling, client), 0);
}

static void wait_for_answer(struct client *client)
{
    for (int i = 0; atomic_load(&client->answered) == 0; i++) {
        assert_true(i < 10000);
        usleep(1000);
    }
}

/* A server that takes connections and never answers. */
static int listen_silently(unsigned *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listening, 64), 0);
    getsockname(listening, (struct sockaddr *)&address, &length);
    *port = ntohs(address.sin_port);
    return listening;
}

static unsigned entries_of(const char *path)
{
    unsigned count = 0;
    DIR *folder = opendir(path);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static unsigned open_descriptors(void)
{
    return entries_of("/proc/self/fd");
}

/* Calls that wait, that are cut and that are reset while it stops. */
static void order_faults(pz_emulator *emulator)
{
    pz_fault_order waits = pz_fault_nothing;
    pz_fault_order resets = pz_fault_nothing;
    pz_fault_order cuts = pz_fault_nothing;
    waits.probability = resets.probability = cuts.probability = 0.05;
    waits.delay = 30;
    resets.reset = resets.after = 1;
    cuts.truncate = 5;
    cuts.delay = 0.001;
    assert_null(pz_fault_check(&waits));
    assert_int_equal(pz_faults_add(emulator->faults, &waits), PZ_FAULTS_OK);
    assert_int_equal(pz_faults_add(emulator->faults, &resets), PZ_FAULTS_OK);
    assert_int_equal(pz_faults_add(emulator->faults, &cuts), PZ_FAULTS_OK);
}

static void run_round(unsigned silent_port)
{
    static struct client clients[CLIENTS];
    pz_failure failure;
    char test[512];
    pz_emulator_options given = options();
    pz_emulator *emulator = pz_emulator_start(&given, &failure);
    assert_non_null(emulator);
    snprintf(test, sizeof test,
             "{\"connection\":{\"name\":\"n\",\"auth\":{},\"systemType\":\"S\",\"socketTimeout\":"
             "30000,\"request\":{\"connectionUrl\":\"http://127.0.0.1:%u/\"}}}",
             silent_port);
    start_client(&clients[0], emulator, "GET", "/v2/connections", "");
    start_client(&clients[1], emulator, "POST", "/v2/connections", definition);
    start_client(&clients[2], emulator, "PUT",
                 "/v2/connections/47c20b31-b5d8-492f-94e5-064958716c21", definition);
    start_client(&clients[3], emulator, "POST", "/v2/connections/testConnection", test);
    wait_for_answer(&clients[0]);
    wait_for_answer(&clients[1]);
    pz_journal_snapshot snapshot;
    assert_true(pz_journal_take(emulator->journal, &snapshot));
    pz_journal_release(&snapshot);
    assert_int_equal(pz_emulator_reset(emulator), PZ_STORE_OK);
    order_faults(emulator);
    usleep(10000);
    double began = pz_clock_monotonic();
    pz_emulator_stop(emulator);
    assert_true(pz_clock_monotonic() - began < 10);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(clients[i].thread, NULL);
}

static void test_stop_under_load(void **state)
{
    unsigned port;
    (void)state;
    int silent = listen_silently(&port);
    run_round(port);
    unsigned before = open_descriptors();
    for (int i = 1; i < ROUNDS; i++)
        run_round(port);
    assert_int_equal(open_descriptors(), before);
    close(silent);
}

static void test_failed_start_leaves_nothing(void **state)
{
    pz_failure failure;
    (void)state;
    pz_emulator_options given = options();
    pz_emulator *emulator = pz_emulator_start(&given, &failure);
    assert_non_null(emulator);
    unsigned before = open_descriptors();
    given.port = port_of(emulator);
    for (int i = 0; i < ROUNDS; i++)
        assert_null(pz_emulator_start(&given, &failure));
    assert_non_null(strstr(failure.message, "Address already in use"));
    assert_int_equal(open_descriptors(), before);
    pz_emulator_stop(emulator);
}

/* Each connection has a worker of its own; when they are gone, few workers are kept. */
static void test_idle_workers_end(void **state)
{
    enum { CONNECTIONS = 40, KEPT = 9 };
    static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    static char answer[ANSWER_SIZE];
    int connections[CONNECTIONS];
    pz_failure failure;
    (void)state;
    pz_emulator_options given = options();
    pz_emulator *emulator = pz_emulator_start(&given, &failure);
    assert_non_null(emulator);
    unsigned before = entries_of("/proc/self/task");
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < CONNECTIONS; i++) {
            connections[i] = connect_to(port_of(emulator));
            assert_int_equal(send(connections[i], request, sizeof request - 1, MSG_NOSIGNAL),
                             sizeof request - 1);
            assert_true(recv(connections[i], answer, sizeof answer, 0) > 0);
        }
        assert_true(entries_of("/proc/self/task") >= before + CONNECTIONS - 1);
        for (int i = 0; i < CONNECTIONS; i++)
            close(connections[i]);
        for (int i = 0; entries_of("/proc/self/task") > before + KEPT; i++) {
            assert_true(i < 10000);
            usleep(1000);
        }
    }
    pz_emulator_stop(emulator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop_under_load),
        cmocka_unit_test(test_idle_workers_end),
        cmocka_unit_test(test_failed_start_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
