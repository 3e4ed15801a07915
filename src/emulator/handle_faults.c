/* Ordering faults over HTTP: POST /_emulator/fail and /_emulator/heal. */
#include <stdbool.h>
#include <string.h>

#include "emulator/control.h"

static const pz_fault_member *find_member(const char *name)
{
    for (size_t i = 0; i < PZ_FAULT_MEMBERS; i++)
        if (strcmp(pz_fault_members[i].name, name) == 0)
            return &pz_fault_members[i];
    return NULL;
}

/* Reads one member of an order. False: it has another type. */
static bool read_member(const pz_fault_member *member, const pz_json_value *value,
                        pz_fault_order *order)
{
    void *at = (char *)order + member->offset;
    size_t length = 0;
    const char *text = pz_json_text(value, &length);
    switch (member->kind) {
    case PZ_FAULT_TEXT:
        if (text == NULL || (at != (void *)&order->body && memchr(text, '\0', length) != NULL))
            return false;
        *(const char **)at = text;
        if (at == (void *)&order->body)
            order->body_length = length;
        return true;
    case PZ_FAULT_FLAG:
        *(double *)at = pz_json_is(value, PZ_JSON_TRUE);
        return pz_json_is(value, PZ_JSON_TRUE) || pz_json_is(value, PZ_JSON_FALSE);
    case PZ_FAULT_NUMBER:
        return pz_control_number(value, at);
    }
    return false;
}

/* False: the answer says why. */
static bool read_order(pz_call *call, const pz_json_value *root, pz_fault_order *order)
{
    *order = pz_fault_nothing;
    const char *problem = pz_json_is(root, PZ_JSON_OBJECT) ? NULL : "The body must be an object";
    for (size_t i = 0; problem == NULL && i < pz_json_count(root); i++) {
        const char *name;
        const pz_json_value *value = pz_json_member(root, i, &name, NULL);
        const pz_fault_member *member = find_member(name);
        if (member == NULL)
            problem = "A fault has method, path, times, probability, after, status, delay, reset, "
                      "truncate, retry_after, body, content_type, and nothing else";
        else if (!read_member(member, value, order))
            problem = member->kind == PZ_FAULT_FLAG     ? "reset and after are true or false"
                      : member->kind == PZ_FAULT_NUMBER ? "times, probability, status, delay and "
                                                          "truncate are numbers, 0 or more"
                                                        : "method, path, retry_after, body and "
                                                          "content_type are strings";
    }
    if (problem == NULL)
        problem = pz_fault_check(order);
    if (problem != NULL)
        pz_control_refuse(call, problem);
    return problem == NULL;
}

void pz_handle_fail(pz_call *call)
{
    pz_json_document *document;
    pz_fault_order order;
    const pz_json_value *root = pz_control_body(call, &document);
    if (root == NULL)
        return;
    if (read_order(call, root, &order)) {
        switch (pz_faults_add(call->emulator->faults, &order)) {
        case PZ_FAULTS_OK:
            pz_control_done(call);
            break;
        case PZ_FAULTS_FULL:
            pz_control_refuse(call, "There are 1000 faults already");
            break;
        case PZ_FAULTS_NO_MEMORY:
            pz_reply_no_memory(&call->reply);
            break;
        }
    }
    pz_json_document_free(document);
}

void pz_handle_heal(pz_call *call)
{
    pz_faults_clear(call->emulator->faults);
    pz_control_done(call);
}
