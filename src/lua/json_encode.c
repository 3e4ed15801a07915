#include "lua/json.h"
int pz_lua_json_encode(lua_State *L){return luaL_error(L,"todo");}
