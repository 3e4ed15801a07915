/* The part of a list that a query requests by `limit` and `offset`. */
#ifndef PZ_EMULATOR_QUERY_PAGE_H
#define PZ_EMULATOR_QUERY_PAGE_H

#include <stdbool.h>

#include "emulator/call.h"

typedef struct pz_page {
    int64_t offset;
    int64_t limit; /* -1: none was given */
    bool asked;    /* the query has one of the parameters */
    bool capped;   /* the option page_limit shortened it */
} pz_page;

/* Reads the call's query, which is to be freed in any case. `other` is one more parameter that the
 * list knows, or NULL. False: the reply says what is wrong with it. */
bool pz_query_page(pz_call *call, const char *other, pz_form *query, pz_page *page);

#endif
