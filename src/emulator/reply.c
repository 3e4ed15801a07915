/* Writes values, and errors in the two published forms, into answers. */
#include "emulator/reply.h"

#include "emulator/libmicrohttpd.h"

/* A list of everything may be long, but not longer than all bodies under way together. */
static const size_t REPLY_MAX_BYTES = (size_t)256 << 20;

void pz_reply_init(pz_reply *reply, const pz_clock *clock)
{
    *reply = (pz_reply){.clock = clock, .behaviour = PZ_REFUSES_BROKEN};
    pz_buffer_init(&reply->body, REPLY_MAX_BYTES);
}

void pz_reply_free(pz_reply *reply)
{
    pz_buffer_free(&reply->body);
}

void pz_reply_start(pz_reply *reply, enum pz_behaviour_id behaviour)
{
    pz_buffer_free(&reply->body);
    pz_reply_init(reply, reply->clock);
    reply->behaviour = behaviour;
    reply->status = pz_behaviours[behaviour].status;
}

void pz_reply_no_memory(pz_reply *reply)
{
    pz_reply_start(reply, PZ_REFUSES_BROKEN);
}

void pz_reply_json(pz_reply *reply, enum pz_behaviour_id behaviour, const pz_json_value *value)
{
    pz_reply_start(reply, behaviour);
    pz_json_write(value, 0, &reply->body);
    if (reply->body.failure != PZ_BUFFER_OK)
        pz_reply_no_memory(reply);
}

void pz_reply_error_status(pz_reply *reply, enum pz_behaviour_id behaviour, unsigned status,
                           const char *explanation)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *error = document == NULL ? NULL : pz_json_new_object(document);
    char now[PZ_TIMESTAMP_SIZE];
    pz_clock_timestamp(reply->clock, now);
    if (error != NULL &&
        pz_json_set(document, error, "status", pz_json_new_integer(document, status)) &&
        pz_json_set(document, error, "code", pz_json_new_integer(document, status)) &&
        pz_json_set(document, error, "message",
                    pz_json_new_text(document, MHD_get_reason_phrase_for(status))) &&
        pz_json_set(document, error, "developerMessage", pz_json_new_text(document, explanation)) &&
        pz_json_set(document, error, "moreInfoUrl",
                    pz_json_new_text(document, "https://doc.sitecore.com/personalize")) &&
        pz_json_set(document, error, "timestamp", pz_json_new_text(document, now))) {
        pz_reply_json(reply, behaviour, error);
        if (reply->behaviour == behaviour)
            reply->status = status;
    } else {
        pz_reply_no_memory(reply);
    }
    pz_json_document_free(document);
}

void pz_reply_error(pz_reply *reply, enum pz_behaviour_id behaviour, const char *explanation)
{
    pz_reply_error_status(reply, behaviour, pz_behaviours[behaviour].status, explanation);
}

void pz_reply_oauth_error(pz_reply *reply, enum pz_behaviour_id behaviour, const char *error,
                          const char *description)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *body = document == NULL ? NULL : pz_json_new_object(document);
    if (body != NULL && pz_json_set(document, body, "error", pz_json_new_text(document, error)) &&
        pz_json_set(document, body, "error_description", pz_json_new_text(document, description)))
        pz_reply_json(reply, behaviour, body);
    else
        pz_reply_no_memory(reply);
    pz_json_document_free(document);
}
