/* Orders of faults, and the table of behaviours, between Lua and C. */
#include <string.h>

#include "emulator/behaviours.h"
#include "emulator/lua/parts.h"

static void read_member(lua_State *L, const pz_fault_member *member, pz_fault_order *order)
{
    void *at = (char *)order + member->offset;
    size_t length;
    switch (member->kind) {
    case PZ_FAULT_TEXT:
        *(const char **)at = luaL_checklstring(L, -1, &length);
        if (at == (void *)&order->body)
            order->body_length = length;
        break;
    case PZ_FAULT_FLAG:
        luaL_checktype(L, -1, LUA_TBOOLEAN);
        *(double *)at = lua_toboolean(L, -1);
        break;
    case PZ_FAULT_NUMBER:
        *(double *)at = (double)luaL_checknumber(L, -1);
        break;
    }
}

void pz_lua_fault_order(lua_State *L, int index, pz_fault_order *order)
{
    luaL_checktype(L, index, LUA_TTABLE);
    *order = pz_fault_nothing;
    for (size_t i = 0; i < PZ_FAULT_MEMBERS; i++) {
        lua_getfield(L, index, pz_fault_members[i].name);
        if (!lua_isnil(L, -1))
            read_member(L, &pz_fault_members[i], order);
        lua_pop(L, 1); /* the table keeps it */
    }
}

static void set_text(lua_State *L, const char *name, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
}

int pz_lua_behaviours(lua_State *L)
{
    lua_createtable(L, PZ_BEHAVIOURS, 0);
    for (int i = 0; i < PZ_BEHAVIOURS; i++) {
        const pz_behaviour *behaviour = &pz_behaviours[i];
        lua_createtable(L, 0, 5);
        set_text(L, "name", behaviour->name);
        set_text(L, "evidence", pz_evidence_name(behaviour->evidence));
        set_text(L, "when", behaviour->when);
        set_text(L, "what", behaviour->what);
        lua_pushinteger(L, (lua_Integer)behaviour->status);
        lua_setfield(L, -2, "status");
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}
