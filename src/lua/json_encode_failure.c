/* Describes why a value cannot be encoded, with its path. */
#include "lua/json_encode.h"

#include "json/path.h"

bool pz_encode_refuse(pz_encoder *e, const char *message)
{
    e->message = message;
    return false;
}

/* It is the innermost table that is wrong, not the member or item begun last. */
bool pz_encode_refuse_table(pz_encoder *e, const char *message)
{
    pz_encode_top(e)->name = NULL;
    pz_encode_top(e)->index = 0;
    return pz_encode_refuse(e, message);
}

bool pz_encode_refuse_type(pz_encoder *e, const char *what)
{
    snprintf(e->detail, sizeof e->detail, "JSON has no form for a %s", what);
    return pz_encode_refuse(e, e->detail);
}

/* A frame of NULL stands for a table that is marked as an array. */
bool pz_encode_refuse_key(pz_encoder *e, const pz_encode_frame *frame, int index)
{
    lua_State *L = e->L;
    int type = lua_type(L, index);
    if (type == LUA_TSTRING && frame == NULL)
        snprintf(e->detail, sizeof e->detail,
                 "the table is marked as an array but has the member \"%.40s\"",
                 lua_tostring(L, index));
    else if (type == LUA_TSTRING)
        snprintf(e->detail, sizeof e->detail,
                 "the table has both items and the member \"%.24s\": JSON has no such thing",
                 lua_tostring(L, index));
    else if (type != LUA_TNUMBER)
        snprintf(e->detail, sizeof e->detail, "a %s can't be the name of a member",
                 lua_typename(L, type));
    else if (frame->kind == PZ_ENCODE_MEMBERS || frame->kind == PZ_ENCODE_SORTED_MEMBERS)
        snprintf(e->detail, sizeof e->detail, "the table has both members and the item %.14g",
                 lua_tonumber(L, index));
    else
        snprintf(e->detail, sizeof e->detail, "%.14g is not the index of an item",
                 lua_tonumber(L, index));
    for (char *c = e->detail; type == LUA_TNUMBER && *c != '\0'; c++) {
        if (*c == ',') /* of the locale */
            *c = '.';
    }
    return pz_encode_refuse_table(e, e->detail);
}

/* True if an open table stands in itself; *last is the frame of the inner one. */
static bool find_cycle(pz_encoder *e, size_t *last)
{
    for (size_t inner = 1; inner < e->depth; inner++) {
        const void *table = lua_topointer(e->L, pz_encode_frame_at(e, inner)->table);
        for (size_t outer = 0; outer < inner; outer++) {
            if (lua_topointer(e->L, pz_encode_frame_at(e, outer)->table) == table) {
                *last = inner;
                return true;
            }
        }
    }
    return false;
}

/* A cycle is only looked for here: the depth bound catches them all, and costs nothing before. The
 * path then ends where the table stands in itself for the first time. */
bool pz_encode_refuse_depth(pz_encoder *e)
{
    size_t last;
    const void *table = lua_topointer(e->L, -1);
    if (find_cycle(e, &last)) {
        e->depth = last;
        return pz_encode_refuse(e, "the table contains itself");
    }
    for (size_t outer = 0; outer < e->depth; outer++) {
        if (lua_topointer(e->L, pz_encode_frame_at(e, outer)->table) == table)
            return pz_encode_refuse(e, "the table contains itself");
    }
    snprintf(e->detail, sizeof e->detail, "nested too deeply (more than %zu levels)", e->max_depth);
    return pz_encode_refuse(e, e->detail);
}

static void write_path(pz_encoder *e, pz_buffer *path)
{
    pz_buffer_free(path);
    pz_buffer_init(path, PZ_JSON_PATH_BOUND);
    for (size_t i = 0; i < e->depth; i++) {
        const pz_encode_frame *frame = pz_encode_frame_at(e, i);
        if (frame->name != NULL)
            pz_json_path_append_name(path, frame->name, frame->name_length);
        else if (frame->index > 0)
            pz_json_path_append_index(path, frame->index);
    }
    pz_json_path_finish(path);
}

/* The text written so far makes room for the path. */
int pz_encode_push_failure(pz_encoder *e)
{
    lua_State *L = e->L;
    if (e->message == NULL && e->out->failure == PZ_BUFFER_TOO_LARGE) {
        snprintf(e->detail, sizeof e->detail, "the text would have more than %zu bytes",
                 e->out->bound);
        e->message = e->detail;
        e->depth = 0;
    } else if (e->message == NULL) {
        e->message = "not enough memory";
        e->depth = 0;
    }
    write_path(e, e->out);
    lua_settop(L, PZ_ENCODE_FIXED_SLOTS);
    lua_pushnil(L);
    lua_pushstring(L, e->message);
    lua_pushlstring(L, e->out->length != 0 ? e->out->bytes : "", e->out->length);
    pz_lua_json_free_memory(lua_touserdata(L, PZ_ENCODE_MEMORY));
    return 3;
}
