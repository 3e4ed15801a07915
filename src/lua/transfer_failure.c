/* Pushes the table that Lua gets instead of an answer: the error. */
#include "lua/transfer_failure.h"

#include "lua/member.h"

void pz_lua_push_headers(lua_State *L, const pz_transfer *transfer)
{
    const pz_response *response = &transfer->response;
    size_t count = pz_response_field_count(response);
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        pz_field field = pz_response_field(response, i);
        lua_pushlstring(L, field.name, field.name_length);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushlstring(L, field.value, field.value_length);
        } else { /* join the values of a repeated header, as HTTP allows */
            lua_pushliteral(L, ", ");
            lua_pushlstring(L, field.value, field.value_length);
            lua_concat(L, 3);
        }
        lua_rawset(L, -3);
    }
}

static void push_error(lua_State *L, const pz_failure *failure)
{
    lua_createtable(L, 0, 10);
    pz_set_text(L, "kind", pz_kind_name(failure->kind));
    pz_set_text(L, "message", failure->message);
    if (failure->phase != PZ_PHASE_NONE)
        pz_set_text(L, "phase", pz_phase_name(failure->phase));
    if (failure->code != CURLE_OK)
        pz_set_integer(L, "curl_code", failure->code);
    if (failure->is_local)
        pz_set_boolean(L, "is_local", true);
}

/* Adds the part of an answer that arrived before the failure. An interim answer (1xx) does not
 * count. */
static void set_broken_answer(lua_State *L, const pz_transfer *transfer)
{
    const pz_response *response = &transfer->response;
    if (response->status < 200)
        return;
    pz_set_integer(L, "status", response->status);
    pz_lua_push_headers(L, transfer);
    lua_setfield(L, -2, "headers");
    if (response->body.length > 0) {
        lua_pushlstring(L, response->body.bytes, response->body.length);
        lua_setfield(L, -2, "body");
    }
}

void pz_lua_push_failure(lua_State *L, const pz_transfer *transfer)
{
    push_error(L, &transfer->failure);
    pz_set_boolean(L, "sent", transfer->issued);
    pz_set_number(L, "elapsed", transfer->elapsed);
    pz_set_integer(L, "bytes_received", transfer->bytes_received);
    if (transfer->refusal != PZ_REFUSAL_NONE)
        pz_set_text(L, "proxy_refusal", pz_refusal_name(transfer->refusal));
    if (transfer->proxy_status != 0)
        pz_set_integer(L, "proxy_status", transfer->proxy_status);
    set_broken_answer(L, transfer);
}

int pz_lua_fail(lua_State *L, const pz_failure *failure)
{
    if (failure->kind == PZ_KIND_MEMORY)
        return luaL_error(L, "not enough memory");
    lua_pushnil(L);
    push_error(L, failure);
    pz_set_boolean(L, "sent", 0);
    return 2;
}

int pz_lua_fail_with(lua_State *L, enum pz_kind kind, const char *message)
{
    pz_failure failure;
    pz_failure_set(&failure, kind, "%s", message);
    return pz_lua_fail(L, &failure);
}
