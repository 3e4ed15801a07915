/* A template ends where it ends: nothing behind it is looked at, wherever it is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "support/guarded.h"
#include "template/scan.h"

static void test_every_beginning_of_a_template_is_scanned_within_its_bounds(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "${a}${{b}} ${ } ${c d} #{e} ${",
        "${{ a }}",
        "${a\n}",
        "${f(\"x\\\"\", 'y')} ${r'z'}",
        "${a<#-- b -->}",
        "${a + $b # c < d -> e}",
        "${a\\-b}",
        "<#if a>b</#if>",
        "[#if a]b[/#if]",
        "<@m a='b'/></@m></@>[@n][/@]",
        "<#-- a -->b",
        "[#-- a --]b",
        "<#noparse>${a}</#noparse>b",
        "<#noParse>a</#no",
        "[#noparse]${a}[/#noparse]b",
        "${\"a} ${b} #{c} <#if d> ${e.f}",
        "${a<b}",
        "${c</d}",
        "<@_a> <@_",
        "${a+$",
        "${a+#",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t length = 0; length <= strlen(texts[i]); length++) {
            const char *text = guarded(texts[i], length), *at = text;
            pz_template_scan scan;
            pz_template_part part;
            pz_template_scan_init(&scan, text, length);
            while (pz_template_next(&scan, &part)) {
                assert_true(part.start >= at && part.length > 0);
                assert_true(part.start + part.length <= text + length);
                assert_true(part.name + part.name_length <= text + length);
                at = part.start + part.length;
            }
        }
}

static void test_a_text_is_freemarker_by_its_parts_alone(void **state)
{
    (void)state;
    assert_true(pz_template_is_freemarker("${a} <#if b>", 12));
    assert_false(pz_template_is_freemarker("${a} <#if b>", 6));
    assert_false(pz_template_is_freemarker("${a} ${{b}} ${c", 15));
    assert_true(pz_template_is_freemarker("${a.b}", 6));
    assert_true(pz_template_is_freemarker("<#-- a", 6));
}

/* After an expression that the text cuts off, each byte is read for one beginning alone: what lies
 * behind the next one cannot even be read here. */
static void test_an_unclosed_number_is_not_read_past_the_next(void **state)
{
    (void)state;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    static const char *const beginnings[] = {"${\"#{<@m>#{", "<#if \"#{<@m>#{", "<@m \"#{<@m>${"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        char *pages =
            mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(pages != MAP_FAILED);
        size_t length = strlen(beginnings[i]);
        pz_template_scan scan;
        pz_template_part part;
        memset(pages, 'x', 2 * page);
        memcpy(pages + page - length, beginnings[i], length);
        pz_template_scan_init(&scan, pages + page - length, length + page);
        assert_true(pz_template_next(&scan, &part));
        assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
        assert_true(pz_template_next(&scan, &part));
        assert_int_equal(part.kind, PZ_TEMPLATE_DIRECTIVE);
        assert_int_equal(part.length, 3);
        assert_memory_equal(part.start, "<@m", 3);
        munmap(pages, 2 * page);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_beginning_of_a_template_is_scanned_within_its_bounds),
        cmocka_unit_test(test_a_text_is_freemarker_by_its_parts_alone),
        cmocka_unit_test(test_an_unclosed_number_is_not_read_past_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
