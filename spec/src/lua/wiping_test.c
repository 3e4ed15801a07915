/* The copies that the engine makes of secrets are overwritten before they are freed: here, since
 * the tests of this folder see what is freed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/identity.h"
#include "http/transfer.h"
#include "support/failing_memory.h"

static const char secret[] = "secret-0123456789";
enum { LOOKED_AT = 8 };

static size_t at; /* where in a block the text begins; each is long enough to be looked at */
static int freed, left;

static void look(const void *block)
{
    freed++;
    left += memcmp((const char *)block + at, secret, LOOKED_AT) == 0;
}

static void look_for_it(size_t offset)
{
    at = offset;
    freed = left = 0;
    before_free = look;
}

static void assert_none_left(int expected_freed)
{
    before_free = NULL;
    assert_int_equal(freed, expected_freed);
    assert_int_equal(left, 0);
}

static void test_headers(void **state)
{
    (void)state;
    pz_headers headers = {0};
    pz_failure failure;
    assert_true(pz_headers_add(&headers, "secret-0", 8, secret, sizeof secret - 1, &failure));
    assert_true(pz_headers_add(&headers, "secret-1", 8, secret, sizeof secret - 1, &failure));
    look_for_it(sizeof(struct curl_slist));
    pz_headers_free(&headers);
    assert_none_left(2);
}

static void test_a_body(void **state)
{
    (void)state;
    pz_transfer *transfer = pz_transfer_new();
    transfer->body = malloc(sizeof secret);
    memcpy(transfer->body, secret, sizeof secret);
    transfer->body_length = sizeof secret;
    look_for_it(0);
    pz_transfer_drop_request(transfer);
    assert_none_left(1);
    pz_transfer_release(transfer);
}

static void test_the_passphrase_of_a_key(void **state)
{
    (void)state;
    pz_identities identities;
    pz_request request = {.ca_file = "/none/file",
                          .client_cert = "/none/cert",
                          .client_cert_key = "/none/key",
                          .client_cert_passphrase = secret};
    unsigned number;
    pz_identities_init(&identities);
    assert_true(pz_identities_apply(&identities, &request, &number));
    look_for_it(0);
    pz_identities_free(&identities);
    assert_none_left(7); /* four texts, two spelled paths, and what holds them */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_a_body),
        cmocka_unit_test(test_the_passphrase_of_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
