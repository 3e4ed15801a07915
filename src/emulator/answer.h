/* What a call is answered with, and the two published forms of an error. */
#ifndef PZ_EMULATOR_ANSWER_H
#define PZ_EMULATOR_ANSWER_H

#include "buffer.h"
#include "json/document.h"

typedef struct pz_answer {
    unsigned status;
    pz_buffer body;
    char allow[64];        /* the methods that there are, beside a 405; or empty */
    const char *challenge; /* WWW-Authenticate, static; or NULL */
    int closes;            /* the connection: where its next request begins is not sure */
} pz_answer;

void pz_answer_init(pz_answer *answer);
void pz_answer_free(pz_answer *answer);

/* Each replaces what the answer held before. Without memory it becomes an empty 500. */
void pz_answer_json(pz_answer *answer, unsigned status, const pz_json_value *value);
/* The API's error body; `explanation` is its developerMessage. */
void pz_answer_error(pz_answer *answer, unsigned status, const char *explanation);
/* The error body of OAuth 2.0, for token calls. */
void pz_answer_oauth_error(pz_answer *answer, unsigned status, const char *error,
                           const char *description);
void pz_answer_no_memory(pz_answer *answer);

#endif
