/* Reads limit and offset. The last one of a repeated parameter counts, as with members. */
#include "emulator/query_page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_number(const char *text, int64_t *number)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return *end == '\0' && errno == 0;
}

/* For `return`: false. */
static bool refuse(pz_call *call, enum pz_behaviour_id behaviour, const char *problem,
                   const char *name)
{
    char text[128];
    snprintf(text, sizeof text, "%s: %.60s", problem, name);
    pz_reply_error(&call->reply, behaviour, text);
    return false;
}

static bool read_parameters(pz_call *call, const char *other, const pz_form *query, pz_page *page)
{
    for (size_t i = 0; i < query->count; i++) {
        const char *name = query->fields[i].name;
        bool is_limit = strcmp(name, "limit") == 0;
        if (is_limit || strcmp(name, "offset") == 0) {
            if (!read_number(query->fields[i].value, is_limit ? &page->limit : &page->offset))
                return refuse(call, PZ_REFUSES_QUERY,
                              "This query parameter must be an integer, 0 or more", name);
            page->asked = true;
        } else if (call->emulator->options.strict && (other == NULL || strcmp(name, other) != 0)) {
            return refuse(call, PZ_REFUSES_UNKNOWN_QUERY, "Unknown query parameter", name);
        }
    }
    return true;
}

bool pz_query_page(pz_call *call, const char *other, pz_form *query, pz_page *page)
{
    *page = (pz_page){.limit = -1};
    switch (pz_form_parse(query, call->query, strlen(call->query))) {
    case PZ_FORM_NO_MEMORY:
        pz_reply_no_memory(&call->reply);
        return false;
    case PZ_FORM_MALFORMED:
        return refuse(call, PZ_REFUSES_QUERY, "Malformed query", call->query);
    default:
        return read_parameters(call, other, query, page);
    }
}
