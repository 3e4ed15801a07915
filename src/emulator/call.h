/* One request on its way to its answer. A handler either fills in the answer, or has the call wait
 * for another thread, which fills it in and resumes the call. */
#ifndef PZ_EMULATOR_CALL_H
#define PZ_EMULATOR_CALL_H

#include "buffer.h"
#include "emulator/answer.h"
#include "emulator/emulator.h"
#include "emulator/form.h"
#include "emulator/identifier.h"
#include "emulator/timers.h"

struct MHD_Connection;

/* The largest request body: more is read, to be able to say so, but not kept. */
enum { PZ_BODY_MAX_BYTES = 10 << 20 };

/* What another thread is to do for a call that waits. */
typedef struct pz_wait {
    void (*begin)(void *context); /* hands it over; from then on it is that thread's */
    void (*drop)(void *context);  /* or this, when the connection is lost before; NULL: nothing */
    void *context;
} pz_wait;

typedef struct pz_call {
    pz_emulator *emulator;
    struct MHD_Connection *connection;
    const char *method;
    const char *version; /* of HTTP, as sent */
    char *path;          /* as sent; without the query */
    char *query;         /* as sent; empty when there is none */
    pz_buffer body;
    size_t received; /* bytes of body; more than are kept when the body is too large */
    double began;
    enum pz_step {
        PZ_STEP_ARRIVED, /* as a whole */
        PZ_STEP_CARRY_OUT,
        PZ_STEP_CARRIED_OUT,
        PZ_STEP_RESPOND,
    } step;       /* the next one */
    int is_whole; /* not answered before its body was read */
    int waits;    /* another thread resumes it; only the server's threads look at this */
    pz_wait wait; /* for which it is not suspended yet; or without `begin` */
    int counts;   /* among those whose answer the server has to send before it may stop */
    int is_control;
    int is_in_a_row; /* its client writes one after the other, and nobody else does */
    pz_fault *fault; /* that was ordered for it, or NULL */
    pz_timer delay;
    pz_watched *watched;
    pz_answer answer;
    const char *ref;     /* the connection that the path names, or NULL */
    int carries_secrets; /* in the body: the journal gets the masked one */
    pz_buffer masked_body;
    char request_id[PZ_IDENTIFIER_SIZE];
} pz_call;

typedef void (*pz_handler)(pz_call *call);

const char *pz_call_header(pz_call *call, const char *name); /* or NULL */
/* Fills in at most `most` headers for the journal, credentials masked; gives how many. */
size_t pz_call_headers(pz_call *call, pz_journal_header *headers, size_t most);
/* Whether the Content-Type is this one, parameters aside. */
int pz_call_has_type(pz_call *call, const char *type);

/* Parses a JSON body. NULL: the answer says why not. */
pz_json_value *pz_call_json(pz_call *call, pz_json_document *document);

/* The last thing that a handler does. `begin` may be called before this returns, or soon. */
void pz_call_wait(pz_call *call, const pz_wait *wait);
/* The other thread's last words. */
void pz_call_resume(pz_call *call);
/* The call is suspended, and what it waits for begins. */
void pz_call_suspend(pz_call *call);
void pz_call_drop_wait(pz_call *call);

/* Finds who answers the call, if anybody, and has it done. */
void pz_route(pz_call *call);
/* Takes the next steps, until the call waits or is answered. False: as below. */
int pz_proceed(pz_call *call);
/* Sends the answer. False: the connection is to be closed instead. */
int pz_respond(pz_call *call);

/* The handlers. */
void pz_handle_token(pz_call *call);
void pz_handle_v2_token(pz_call *call);
void pz_handle_list(pz_call *call);
void pz_handle_retrieve(pz_call *call);
void pz_handle_create(pz_call *call);
void pz_handle_update(pz_call *call);
void pz_handle_test(pz_call *call);
void pz_handle_root(pz_call *call);
void pz_handle_fail(pz_call *call);
void pz_handle_heal(pz_call *call);
void pz_handle_reset(pz_call *call);
void pz_handle_seed(pz_call *call);
void pz_handle_clock(pz_call *call);
void pz_handle_counts(pz_call *call);
void pz_handle_requests(pz_call *call);

#endif
