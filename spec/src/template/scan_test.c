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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_beginning_of_a_template_is_scanned_within_its_bounds),
        cmocka_unit_test(test_a_text_is_freemarker_by_its_parts_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
