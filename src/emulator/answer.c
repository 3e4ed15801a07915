#include "emulator/answer.h"

#include <microhttpd.h>

#include "emulator/clock.h"

/* A list of everything may be long, but not endless. */
static const size_t ANSWER_MAX_BYTES = (size_t)1 << 30;

void pz_answer_init(pz_answer *answer)
{
    answer->status = 0;
    answer->allow[0] = '\0';
    answer->challenge = NULL;
    answer->closes = 0;
    pz_buffer_init(&answer->body, ANSWER_MAX_BYTES);
}

void pz_answer_free(pz_answer *answer)
{
    pz_buffer_free(&answer->body);
}

static void start(pz_answer *answer, unsigned status)
{
    pz_buffer_free(&answer->body);
    pz_answer_init(answer);
    answer->status = status;
}

void pz_answer_no_memory(pz_answer *answer)
{
    start(answer, MHD_HTTP_INTERNAL_SERVER_ERROR);
}

void pz_answer_json(pz_answer *answer, unsigned status, const pz_json_value *value)
{
    start(answer, status);
    pz_json_write(value, 0, &answer->body);
    if (answer->body.failure != PZ_BUFFER_OK)
        pz_answer_no_memory(answer);
}

void pz_answer_error(pz_answer *answer, unsigned status, const char *explanation)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *error = document == NULL ? NULL : pz_json_new_object(document);
    char now[PZ_TIMESTAMP_SIZE];
    pz_clock_timestamp(now);
    if (error != NULL &&
        pz_json_set(document, error, "status", pz_json_new_integer(document, status)) &&
        pz_json_set(document, error, "code", pz_json_new_integer(document, status)) &&
        pz_json_set(document, error, "message",
                    pz_json_new_text(document, MHD_get_reason_phrase_for(status))) &&
        pz_json_set(document, error, "developerMessage", pz_json_new_text(document, explanation)) &&
        pz_json_set(document, error, "moreInfoUrl",
                    pz_json_new_text(document, "https://doc.sitecore.com/personalize")) &&
        pz_json_set(document, error, "timestamp", pz_json_new_text(document, now)))
        pz_answer_json(answer, status, error);
    else
        pz_answer_no_memory(answer);
    pz_json_document_free(document);
}

void pz_answer_oauth_error(pz_answer *answer, unsigned status, const char *error,
                           const char *description)
{
    pz_json_document *document = pz_json_document_new();
    pz_json_value *body = document == NULL ? NULL : pz_json_new_object(document);
    if (body != NULL && pz_json_set(document, body, "error", pz_json_new_text(document, error)) &&
        pz_json_set(document, body, "error_description", pz_json_new_text(document, description)))
        pz_answer_json(answer, status, body);
    else
        pz_answer_no_memory(answer);
    pz_json_document_free(document);
}
