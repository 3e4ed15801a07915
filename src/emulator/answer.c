/* Writes values, and errors in the two published forms, into answers. */
#include "emulator/answer.h"

#include "emulator/libmicrohttpd.h"

/* A list of everything may be long, but not endless. */
static const size_t ANSWER_MAX_BYTES = (size_t)1 << 30;

void pz_answer_init(pz_answer *answer, const pz_clock *clock)
{
    *answer = (pz_answer){.clock = clock, .behaviour = PZ_REFUSES_BROKEN};
    pz_buffer_init(&answer->body, ANSWER_MAX_BYTES);
}

void pz_answer_free(pz_answer *answer)
{
    pz_buffer_free(&answer->body);
}

void pz_answer_start(pz_answer *answer, enum pz_behaviour_id behaviour)
{
    pz_buffer_free(&answer->body);
    pz_answer_init(answer, answer->clock);
    answer->behaviour = behaviour;
    answer->status = pz_behaviours[behaviour].status;
}

void pz_answer_no_memory(pz_answer *answer)
{
    pz_answer_start(answer, PZ_REFUSES_BROKEN);
}

void pz_answer_json(pz_answer *answer, enum pz_behaviour_id behaviour, const pz_json_value *value)
{
    pz_answer_start(answer, behaviour);
    pz_json_write(value, 0, &answer->body);
    if (answer->body.failure != PZ_BUFFER_OK)
        pz_answer_no_memory(answer);
}

void pz_answer_error_status(pz_answer *answer, enum pz_behaviour_id behaviour, unsigned status,
                            const char *explanation)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *error = document == NULL ? NULL : pz_json_new_object(document);
    char now[PZ_TIMESTAMP_SIZE];
    pz_clock_timestamp(answer->clock, now);
    if (error != NULL &&
        pz_json_set(document, error, "status", pz_json_new_integer(document, status)) &&
        pz_json_set(document, error, "code", pz_json_new_integer(document, status)) &&
        pz_json_set(document, error, "message",
                    pz_json_new_text(document, MHD_get_reason_phrase_for(status))) &&
        pz_json_set(document, error, "developerMessage", pz_json_new_text(document, explanation)) &&
        pz_json_set(document, error, "moreInfoUrl",
                    pz_json_new_text(document, "https://doc.sitecore.com/personalize")) &&
        pz_json_set(document, error, "timestamp", pz_json_new_text(document, now))) {
        pz_answer_json(answer, behaviour, error);
        if (answer->behaviour == behaviour)
            answer->status = status;
    } else {
        pz_answer_no_memory(answer);
    }
    pz_json_document_free(document);
}

void pz_answer_error(pz_answer *answer, enum pz_behaviour_id behaviour, const char *explanation)
{
    pz_answer_error_status(answer, behaviour, pz_behaviours[behaviour].status, explanation);
}

void pz_answer_oauth_error(pz_answer *answer, enum pz_behaviour_id behaviour, const char *error,
                           const char *description)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *body = document == NULL ? NULL : pz_json_new_object(document);
    if (body != NULL && pz_json_set(document, body, "error", pz_json_new_text(document, error)) &&
        pz_json_set(document, body, "error_description", pz_json_new_text(document, description)))
        pz_answer_json(answer, behaviour, body);
    else
        pz_answer_no_memory(answer);
    pz_json_document_free(document);
}
