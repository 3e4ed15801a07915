/* The reply to a call, and the two published forms of an error. */
#ifndef PZ_EMULATOR_REPLY_H
#define PZ_EMULATOR_REPLY_H

#include <stdbool.h>

#include "buffer.h"
#include "emulator/behaviours.h"
#include "emulator/clock.h"
#include "json/document.h"

typedef struct pz_reply {
    const pz_clock *clock;
    unsigned status;
    enum pz_behaviour_id behaviour;
    pz_buffer body;
    char allow[64];           /* the methods that there are, beside a 405; or empty */
    const char *challenge;    /* WWW-Authenticate, static; or NULL */
    const char *content_type; /* NULL: JSON */
    bool is_page;             /* adds the headers that restrict the page in a browser */
    bool closes; /* closes the connection: the start of its next request is not certain */
} pz_reply;

void pz_reply_init(pz_reply *reply, const pz_clock *clock);
void pz_reply_free(pz_reply *reply);

/* Each replaces what the answer held before. Without memory it becomes an empty 500. The status is
 * the behaviour's. */
void pz_reply_start(pz_reply *reply, enum pz_behaviour_id behaviour);
void pz_reply_json(pz_reply *reply, enum pz_behaviour_id behaviour, const pz_json_value *value);
/* The API's error body; `explanation` is its developerMessage. */
void pz_reply_error(pz_reply *reply, enum pz_behaviour_id behaviour, const char *explanation);
void pz_reply_error_status(pz_reply *reply, enum pz_behaviour_id behaviour, unsigned status,
                           const char *explanation);
/* The error body of OAuth 2.0, for token calls. */
void pz_reply_oauth_error(pz_reply *reply, enum pz_behaviour_id behaviour, const char *error,
                          const char *description);
void pz_reply_no_memory(pz_reply *reply);

#endif
