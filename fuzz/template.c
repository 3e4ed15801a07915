/* Fuzzes the scanner of templates: any text is read within its bounds, its parts stand in it in
 * their order without overlap, and each is what its kind says. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "template/expression.h"
#include "template/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check(bool is_right)
{
    if (!is_right)
        abort();
}

static bool begins(const pz_template_part *part, const char *text)
{
    return part->length >= strlen(text) && memcmp(part->start, text, strlen(text)) == 0;
}

static void check_part(const pz_template_part *part)
{
    char last = part->start[part->length - 1];
    bool is_named =
        pz_identifier_length(part->name, part->name + part->name_length) == part->name_length;
    check(is_named);
    switch (part->kind) {
    case PZ_TEMPLATE_INPUT:
        check(begins(part, "${") && last == '}' && part->name_length == part->length - 3 &&
              part->name_length > 0);
        break;
    case PZ_TEMPLATE_EXPRESSION:
        check((begins(part, "${") || begins(part, "#{")) && last == '}' && part->length > 3);
        break;
    case PZ_TEMPLATE_DIRECTIVE:
        check(begins(part, "<#") || begins(part, "</") || begins(part, "<@") ||
              begins(part, "[#") || begins(part, "[/") || begins(part, "[@"));
        break;
    case PZ_TEMPLATE_COMMENT:
        check(begins(part, "<#--") || begins(part, "[#--"));
        break;
    case PZ_TEMPLATE_UNCLOSED:
        check(begins(part, "${") && part->length == 2 + part->name_length);
        break;
    case PZ_TEMPLATE_MISTAKE:
        check(begins(part, "${") && last == '}');
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *exact = malloc(length == 0 ? 1 : length); /* one byte more is noticed */
    check(exact != NULL);
    memcpy(exact, bytes, length);
    const char *last = exact;
    bool is_freemarker = false;
    pz_template_scan scan;
    pz_template_part part;
    pz_template_scan_init(&scan, exact, length);
    while (pz_template_next(&scan, &part)) {
        check(part.length > 0 && part.start >= last && part.length <= length &&
              part.start + part.length <= exact + length);
        last = part.start + part.length;
        check_part(&part);
        is_freemarker |= pz_template_is_freemarker_part(part.kind);
    }
    check(is_freemarker == pz_template_is_freemarker(exact, length));
    free(exact);
    return 0;
}
