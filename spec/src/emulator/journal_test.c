/* What the journal keeps, in which order, and what a snapshot holds on to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emulator/journal.h"

static void add_with(pz_journal *journal, const char *path, pz_journal_entry rest,
                     const pz_journal_header *headers)
{
    rest.method = "GET";
    rest.path = path;
    rest.query = "q=1";
    pz_journal_add(journal, &rest, headers);
}

static void add(pz_journal *journal, const char *path)
{
    add_with(journal, path, (pz_journal_entry){.body = "b", .body_length = 1}, NULL);
}

static void add_numbered(pz_journal *journal, int first, int last)
{
    for (int i = first; i <= last; i++) {
        char path[16];
        snprintf(path, sizeof path, "/%d", i);
        add(journal, path);
    }
}

/* The paths are those numbers, and so are the entries' own. */
static void assert_numbered(pz_journal *journal, int first, int last)
{
    pz_journal_snapshot all;
    assert_true(pz_journal_take(journal, &all));
    assert_int_equal(all.count, last - first + 1);
    for (int i = first; i <= last; i++) {
        char path[16];
        snprintf(path, sizeof path, "/%d", i);
        assert_string_equal(all.entries[i - first]->path, path);
        assert_int_equal(all.entries[i - first]->number, i);
        assert_string_equal(all.entries[i - first]->query, "q=1");
        assert_string_equal(all.entries[i - first]->body, "b");
    }
    pz_journal_release(&all);
}

static void test_keeps_the_last_ones(void **state)
{
    (void)state;
    pz_journal *journal = pz_journal_new(3);
    assert_numbered(journal, 1, 0);
    add_numbered(journal, 1, 3);
    assert_numbered(journal, 1, 3);
    add_numbered(journal, 4, 5);
    assert_numbered(journal, 3, 5);
    pz_journal_free(journal);
}

static void test_keeps_none_where_the_limit_is_none(void **state)
{
    (void)state;
    pz_journal *journal = pz_journal_new(0);
    add_numbered(journal, 1, 3);
    assert_numbered(journal, 1, 0);
    pz_journal_free(journal);
}

/* The ring has turned when it grows, and again when it is full. */
static void test_stays_in_order_when_it_grows(void **state)
{
    (void)state;
    pz_journal *journal = pz_journal_new(150);
    add_numbered(journal, 1, 40);
    pz_journal_clear(journal);
    add_numbered(journal, 41, 140);
    assert_numbered(journal, 41, 140);
    add_numbered(journal, 141, 400);
    assert_numbered(journal, 251, 400);
    pz_journal_free(journal);
}

/* 64 MiB in all: of bodies of 12 MiB there are five, however many went before them. */
static void test_is_bounded_in_bytes(void **state)
{
    (void)state;
    const pz_journal_entry large = {.body = calloc(1, 12 << 20), .body_length = 12 << 20};
    pz_journal *journal = pz_journal_new(1000);
    for (unsigned added = 1; added <= 12; added++) {
        pz_journal_snapshot all;
        add_with(journal, "/", large, NULL);
        assert_true(pz_journal_take(journal, &all));
        assert_int_equal(all.count, added < 5 ? added : 5);
        assert_int_equal(all.entries[all.count - 1]->number, added);
        pz_journal_release(&all);
    }
    pz_journal_free(journal);
    free((void *)large.body);
}

static void test_names_of_headers_are_in_lower_case(void **state)
{
    (void)state;
    static const pz_journal_header headers[] = {{"X-AZ@[`{09az", "AZ"}, {"", ""}};
    pz_journal *journal = pz_journal_new(3);
    pz_journal_snapshot all;
    add_with(journal, "/", (pz_journal_entry){.header_count = 2}, headers);
    assert_true(pz_journal_take(journal, &all));
    assert_int_equal(all.entries[0]->header_count, 2);
    assert_string_equal(all.entries[0]->headers[0].name, "x-az@[`{09az");
    assert_string_equal(all.entries[0]->headers[0].value, "AZ");
    assert_string_equal(all.entries[0]->headers[1].name, "");
    assert_string_equal(all.entries[0]->headers[1].value, "");
    pz_journal_release(&all);
    pz_journal_free(journal);
}

/* Entries stand side by side: none reaches into the next one, whatever its length. */
static void test_texts_end_before_the_next_entry(void **state)
{
    (void)state;
    static const char text[] = "0123456789abcdef0123456789abcdef";
    pz_journal *journal = pz_journal_new(1000);
    pz_journal_snapshot all;
    for (size_t length = 0; length < sizeof text; length++) {
        const pz_journal_header header = {"a", text + sizeof text - 1 - length};
        add_with(journal, "/", (pz_journal_entry){.answer = text, .answer_length = length}, NULL);
        add_with(journal, "/", (pz_journal_entry){.header_count = 1}, &header);
    }
    add(journal, "/");
    assert_true(pz_journal_take(journal, &all));
    assert_int_equal(all.count, 2 * sizeof text + 1);
    for (size_t length = 0; length < sizeof text; length++) {
        assert_int_equal(all.entries[2 * length]->answer_length, length);
        assert_int_equal(strlen(all.entries[2 * length]->answer), length);
        assert_memory_equal(all.entries[2 * length]->answer, text, length);
        assert_string_equal(all.entries[2 * length + 1]->headers[0].value,
                            text + sizeof text - 1 - length);
    }
    pz_journal_release(&all);
    pz_journal_free(journal);
}

static void test_a_snapshot_outlives_the_journal(void **state)
{
    (void)state;
    enum { LARGE = 4 << 20 }; /* its memory goes back to the system when it is freed */
    char *body = malloc(LARGE);
    memset(body, 'x', LARGE);
    pz_journal *journal = pz_journal_new(10);
    pz_journal_snapshot all;
    add_with(journal, "/", (pz_journal_entry){.body = body, .body_length = LARGE}, NULL);
    add(journal, "/small");
    assert_true(pz_journal_take(journal, &all));
    pz_journal_clear(journal);
    assert_numbered(journal, 1, 0);
    pz_journal_free(journal);
    assert_memory_equal(all.entries[0]->body, body, LARGE);
    assert_string_equal(all.entries[1]->path, "/small");
    pz_journal_release(&all);
    assert_null(all.entries);
    assert_int_equal(all.count, 0);
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps_the_last_ones),
        cmocka_unit_test(test_keeps_none_where_the_limit_is_none),
        cmocka_unit_test(test_stays_in_order_when_it_grows),
        cmocka_unit_test(test_is_bounded_in_bytes),
        cmocka_unit_test(test_names_of_headers_are_in_lower_case),
        cmocka_unit_test(test_texts_end_before_the_next_entry),
        cmocka_unit_test(test_a_snapshot_outlives_the_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
