/* One request on its way to its reply. A handler runs on the thread of the client's connection and
 * fills in the reply. */
#ifndef PZ_EMULATOR_CALL_H
#define PZ_EMULATOR_CALL_H

#include <stdbool.h>

#include "buffer.h"
#include "emulator/emulator.h"
#include "emulator/form.h"
#include "emulator/identifier.h"
#include "emulator/reply.h"

struct MHD_Connection;

/* The largest request body. Of a larger one the rest is read, for the client to see the refusal,
 * but not kept. */
enum { PZ_BODY_MAX_BYTES = 10 << 20 };

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
    bool is_counted;  /* the server sends its answer before it stops */
    bool has_no_room; /* the bodies of all calls leave no room for its own */
    bool holds_reply;
    size_t in_flight; /* bytes of its bodies */
    size_t documents; /* bytes of its parsed body, until its handler is done */
    bool is_control;
    pz_fault *fault; /* the fault ordered for it, or NULL */
    struct pz_client *client;
    pz_reply reply;
    const char *ref;      /* the connection that the path names, or NULL */
    bool carries_secrets; /* in both bodies: the journal gets them masked */
    pz_buffer masked_body;
    char request_id[PZ_IDENTIFIER_SIZE];
} pz_call;

typedef void (*pz_handler)(pz_call *call);

const char *pz_call_header(pz_call *call, const char *name); /* or NULL */
/* Fills in at most `most` headers for the journal, credentials masked; returns their number. */
size_t pz_call_headers(pz_call *call, pz_journal_header *headers, size_t most);
/* True if the Content-Type is this one, parameters aside. */
bool pz_call_has_type(pz_call *call, const char *type);

/* Parses a JSON body. NULL: the answer says why not. */
pz_json_value *pz_call_json(pz_call *call, pz_json_document *document);
/* Likewise, where malformed JSON has an answer of its own: then `*value` is NULL, see `error`.
 * False: all parsed bodies together would take too much memory, as the answer says. */
bool pz_call_parse(pz_call *call, pz_json_document *document, unsigned max_depth,
                   pz_json_value **value, pz_json_error *error);
/* The handler has freed its documents. */
void pz_call_give_back_documents(pz_call *call);

/* Counts bytes of a body among those that may be in flight. False: there is no room for them. */
bool pz_call_may_hold(pz_call *call, size_t bytes);
void pz_call_refuse_no_room(pz_call *call);
/* Refuses the call of a client beyond the allowed number. False: the call may go on. */
bool pz_call_refuses_surplus(pz_call *call);
/* Counts the reply's body, or refuses the call instead. A second time it does nothing. */
void pz_call_hold_reply(pz_call *call);
/* Has a reply made that may be long: one at a time, counted before the next one is made. */
void pz_call_make_alone(pz_call *call, void (*make)(pz_call *call));

/* Refuses the call when the store could not be read; `missing` is the message where nothing was
 * found. */
void pz_call_refuse_unread(pz_call *call, const char *missing, enum pz_store_result result);
/* Refuses the call when the store could not be written. */
void pz_call_refuse_unwritten(pz_call *call, enum pz_store_result result);

/* Routes the call to its handler. */
void pz_route(pz_call *call);
/* Sends the answer. False: the connection is to be closed instead. */
bool pz_respond(pz_call *call);

/* The handlers. */
void pz_handle_token(pz_call *call);
void pz_handle_v2_token(pz_call *call);
void pz_handle_list(pz_call *call);
void pz_handle_retrieve(pz_call *call);
void pz_handle_items(pz_call *call);
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
void pz_handle_put_items(pz_call *call);
void pz_handle_connections(pz_call *call);
void pz_handle_faults(pz_call *call);
void pz_handle_page(pz_call *call);

#endif
