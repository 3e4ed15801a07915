/* Tells arrays from objects: by their marks, by where they stand, by their keys. */
#include "lua/json_encode.h"

#include "json/write.h"

/* ------------------------------------------------------------------ what a table is */

/* Pushes what the tree around says of the table on top of the stack, which was given by its parent:
 * a tree, true, or nil. */
static void push_tree_of_place(pz_encoder *e)
{
    lua_State *L = e->L;
    if (e->depth == 0) {
        lua_pushvalue(L, PZ_ENCODE_ARRAYS);
        return;
    }
    const pz_encode_frame *around = pz_encode_top(e);
    int tree = around->table + 1;
    if (!around->has_tree) {
        lua_pushnil(L);
    } else if (around->kind == PZ_ENCODE_SORTED_MEMBERS) {
        pz_encode_push_sorted(e, around, 0);
        lua_rawget(L, tree);
    } else if (around->kind == PZ_ENCODE_MEMBERS) {
        lua_pushvalue(L, tree + 1); /* the key of lua_next */
        lua_rawget(L, tree);
    } else {
        lua_rawgeti(L, tree, 1);
    }
}

/* Pushes the tree that holds for the table on top of the stack: its metatable's own (if it
 * `declares` something), else that of its place. */
static void push_tree(pz_encoder *e, bool declares)
{
    lua_State *L = e->L;
    if (declares && lua_getmetatable(L, -1)) {
        lua_pushvalue(L, PZ_ENCODE_ARRAYS_KEY);
        lua_rawget(L, -2);
        lua_remove(L, -2);
        if (lua_istable(L, -1))
            return;
        lua_pop(L, 1);
    }
    push_tree_of_place(e);
}

/* A tree with an entry for items, or true in its stead, says that an array stands here. The tree
 * is on top of the stack. */
static bool tree_says_array(lua_State *L)
{
    if (!lua_istable(L, -1))
        return lua_toboolean(L, -1);
    lua_rawgeti(L, -1, 1);
    bool is_array = !lua_isnil(L, -1);
    lua_pop(L, 1);
    return is_array;
}

/* The table is empty; it and its tree are on top of the stack and go from it. */
static bool write_empty(pz_encoder *e, enum pz_lua_json_mark mark)
{
    bool is_array = mark == PZ_LUA_JSON_ARRAY || mark == PZ_LUA_JSON_ARRAY_IF_EMPTY ||
                    (mark == PZ_LUA_JSON_UNMARKED && tree_says_array(e->L));
    pz_buffer_append(e->out, is_array ? "[]" : "{}", 2);
    lua_pop(e->L, 2);
    return true;
}

/* ------------------------------------------------------------------ opening */

/* The table, its tree, and its first key and value are on top of the stack. */
static bool open_frame(pz_encoder *e, enum pz_lua_json_mark mark, int table)
{
    int key_type = lua_type(e->L, -2);
    bool is_object = key_type == LUA_TSTRING;
    if (!pz_encode_reserve(e, e->frames, e->depth, 1, sizeof(pz_encode_frame)))
        return false;
    pz_encode_frame *frame = pz_encode_frame_at(e, e->depth++);
    *frame = (pz_encode_frame){.table = table, .has_tree = lua_istable(e->L, table + 1)};
    frame->kind = !is_object     ? PZ_ENCODE_ITEMS
                  : e->canonical ? PZ_ENCODE_SORTED_MEMBERS
                                 : PZ_ENCODE_MEMBERS;
    frame->pending = true;
    if (is_object ? mark == PZ_LUA_JSON_ARRAY : key_type != LUA_TNUMBER)
        return pz_encode_refuse_key(e, mark == PZ_LUA_JSON_ARRAY ? NULL : frame, -2);
    pz_buffer_append_byte(e->out, is_object ? '{' : '[');
    return frame->kind != PZ_ENCODE_SORTED_MEMBERS || pz_encode_sort(e, frame);
}

bool pz_encode_open(pz_encoder *e)
{
    lua_State *L = e->L;
    int table = lua_gettop(L);
    bool declares;
    if (e->depth == e->max_depth)
        return pz_encode_refuse_depth(e);
    luaL_checkstack(L, 10, "nested too deeply");
    enum pz_lua_json_mark mark =
        pz_lua_json_mark_of(L, e->marks, table, PZ_ENCODE_TYPE_KEY, &declares);
    if (mark == PZ_LUA_JSON_PROXY) /* json.lua reads it through its metamethods */
        return pz_encode_refuse(e, "has metamethods");
    push_tree(e, declares);
    lua_pushnil(L);
    return lua_next(L, table) != 0 ? open_frame(e, mark, table) : write_empty(e, mark);
}

/* ------------------------------------------------------------------ lists in no order */

/* How many keys the table has; false: one that is not a whole number from 1 was refused. */
static bool count_items(pz_encoder *e, pz_encode_frame *frame, size_t *count, lua_Number *largest)
{
    lua_State *L = e->L;
    *count = 0;
    *largest = 0;
    for (lua_pushnil(L); lua_next(L, frame->table) != 0; lua_pop(L, 1)) {
        lua_Number key = lua_type(L, -2) == LUA_TNUMBER ? lua_tonumber(L, -2) : 0;
        if (!(key >= 1 && key <= 0x1p53 && key == (lua_Number)(int64_t)key))
            return pz_encode_refuse_key(e, frame, -2);
        if (key > *largest)
            *largest = key;
        ++*count;
    }
    return true;
}

/* Items 1 to `index` were written already: keys came in order up to there. */
bool pz_encode_settle_list(pz_encoder *e, pz_encode_frame *frame)
{
    lua_State *L = e->L;
    size_t count, missing = 1;
    lua_Number largest;
    if (!count_items(e, frame, &count, &largest))
        return false;
    if (largest == (lua_Number)count) {
        frame->kind = PZ_ENCODE_INDEXED_ITEMS;
        frame->count = count;
        return true;
    }
    for (;; missing++) {
        lua_rawgeti(L, frame->table, (int)missing);
        if (lua_isnil(L, -1))
            break;
        lua_pop(L, 1);
    }
    snprintf(e->detail, sizeof e->detail, "item %zu of the array is missing (it goes up to %.0f)",
             missing, largest);
    return pz_encode_refuse_table(e, e->detail);
}
