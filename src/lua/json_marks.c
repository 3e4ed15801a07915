/* Decides which tables are arrays and which are objects if their keys alone do not say. */
#include "lua/json_marks.h"

#include "lua/json_number.h"

#include <string.h>

/* Keys of the registry: the addresses of these. */
static const char marks_key, array_key, object_key, foreign_array_key, foreign_empty_array_key;

static void new_mark(lua_State *L, const void *key, const char *type)
{
    lua_createtable(L, 0, 2);
    lua_pushstring(L, type);
    lua_setfield(L, -2, "__jsontype");
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

static const void *address_of(lua_State *L, const void *key)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    const void *address = lua_topointer(L, -1); /* NULL for nil */
    lua_pop(L, 1);
    return address;
}

/* The module may be loaded again into the same state, so this keeps existing metatables. */
void pz_lua_json_new_marks(lua_State *L)
{
    if (address_of(L, &array_key) == NULL)
        new_mark(L, &array_key, "array");
    if (address_of(L, &object_key) == NULL)
        new_mark(L, &object_key, "object");
    pz_lua_json_marks *marks = lua_newuserdatauv(L, sizeof *marks, 0);
    memset(marks, 0, sizeof *marks);
    marks->array = address_of(L, &array_key);
    marks->object = address_of(L, &object_key);
    marks->foreign_array = address_of(L, &foreign_array_key);
    marks->foreign_empty_array = address_of(L, &foreign_empty_array_key);
    pz_lua_json_push_number_metatable(L);
    marks->number = lua_topointer(L, -1);
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &marks_key);
}

pz_lua_json_marks *pz_lua_json_push_marks(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &marks_key);
    return lua_touserdata(L, -1);
}

void pz_lua_json_push_array_mark(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &foreign_array_key);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_rawgetp(L, LUA_REGISTRYINDEX, &array_key);
    }
}

void pz_lua_json_push_object_mark(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &object_key);
}

static bool names_content(const char *key)
{
    return strcmp(key, "__index") == 0 || strcmp(key, "__pairs") == 0 || strcmp(key, "__len") == 0;
}

/* True if the metatable on top of the stack provides a table's content by metamethods. Looking
 * through it allocates nothing; pushing a name might. */
static bool has_metamethods(lua_State *L)
{
    int metatable = lua_gettop(L);
    bool found = false;
    lua_pushnil(L);
    while (!found && lua_next(L, metatable) != 0) {
        found = lua_type(L, -2) == LUA_TSTRING && names_content(lua_tostring(L, -2));
        lua_pop(L, 1);
    }
    lua_settop(L, metatable);
    return found;
}

/* Returns the mark that an unregistered metatable, on top of the stack, declares. */
static enum pz_lua_json_mark declared_mark(lua_State *L, int type_key)
{
    enum pz_lua_json_mark mark = PZ_LUA_JSON_UNMARKED;
    lua_pushvalue(L, type_key);
    lua_rawget(L, -2);
    if (lua_type(L, -1) == LUA_TSTRING) {
        const char *type = lua_tostring(L, -1);
        if (strcmp(type, "array") == 0)
            mark = PZ_LUA_JSON_ARRAY;
        else if (strcmp(type, "object") == 0)
            mark = PZ_LUA_JSON_OBJECT;
    }
    bool is_told = lua_type(L, -1) == LUA_TSTRING;
    lua_pop(L, 1);
    return !is_told && has_metamethods(L) ? PZ_LUA_JSON_PROXY : mark;
}

enum pz_lua_json_mark pz_lua_json_mark_of(lua_State *L, const pz_lua_json_marks *marks, int index,
                                          int type_key, bool *declares)
{
    enum pz_lua_json_mark mark;
    *declares = false;
    if (!lua_getmetatable(L, index))
        return PZ_LUA_JSON_UNMARKED;
    const void *metatable = lua_topointer(L, -1);
    if (metatable == marks->array || metatable == marks->foreign_array)
        mark = PZ_LUA_JSON_ARRAY;
    else if (metatable == marks->object)
        mark = PZ_LUA_JSON_OBJECT;
    else if (metatable == marks->foreign_empty_array)
        mark = PZ_LUA_JSON_ARRAY_IF_EMPTY;
    else {
        *declares = true;
        mark = declared_mark(L, type_key);
    }
    lua_pop(L, 1);
    return mark;
}

/* ------------------------------------------------------------------ for Lua */

static enum pz_lua_json_mark mark_of_argument(lua_State *L)
{
    bool declares;
    lua_pushliteral(L, "__jsontype");
    return pz_lua_json_mark_of(L, lua_touserdata(L, lua_upvalueindex(1)), 1, lua_gettop(L),
                               &declares);
}

/* array([table]) marks the table, or a new one, and returns it. */
int pz_lua_json_array(lua_State *L)
{
    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    if (mark_of_argument(L) != PZ_LUA_JSON_ARRAY) {
        luaL_argcheck(L, !lua_getmetatable(L, 1), 1, "the table has a metatable of its own");
        pz_lua_json_push_array_mark(L);
        lua_setmetatable(L, 1);
    }
    lua_settop(L, 1);
    return 1;
}

/* is_array(value): true for a table that is marked as an array. */
int pz_lua_json_is_array(lua_State *L)
{
    lua_settop(L, 1);
    lua_pushboolean(L, lua_istable(L, 1) && mark_of_argument(L) == PZ_LUA_JSON_ARRAY);
    return 1;
}

/* Stores the table or nil at `index` in the registry under `key`; returns its address. */
static const void *register_foreign(lua_State *L, int index, const void *key)
{
    if (!lua_isnil(L, index))
        luaL_checktype(L, index, LUA_TTABLE);
    lua_pushvalue(L, index);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
    return lua_topointer(L, index);
}

/* recognise(array_mt, empty_array_mt, empty_array): accepts another library's marks. Our arrays
 * then get its array metatable, so that it recognises them too. */
int pz_lua_json_recognise(lua_State *L)
{
    pz_lua_json_marks *marks = lua_touserdata(L, lua_upvalueindex(1));
    lua_settop(L, 3);
    luaL_argcheck(L, lua_isnil(L, 3) || lua_islightuserdata(L, 3), 3, "light userdata expected");
    marks->foreign_array = register_foreign(L, 1, &foreign_array_key);
    marks->foreign_empty_array = register_foreign(L, 2, &foreign_empty_array_key);
    marks->has_empty_array = !lua_isnil(L, 3);
    marks->empty_array = lua_touserdata(L, 3);
    pz_lua_json_push_array_mark(L);
    lua_setfield(L, lua_upvalueindex(2), "array_mt");
    return 0;
}
