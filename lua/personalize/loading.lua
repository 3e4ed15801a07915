--- Loads a C module of the library, and explains a failure. Each module is built for every supported Lua, and a build
-- for one Lua cannot be loaded by another.
-- @module personalize.loading
-- @local

local runtime = rawget(_G, "jit") and "LuaJIT" or _VERSION

-- LUA_VERSION_NUM of lua.h -> target of make that builds for it.
local supported = {
   ["Lua 5.4"] = { api = 504, target = "lua5.4" },
   ["Lua 5.5"] = { api = 505, target = "lua5.5" },
   LuaJIT = { api = 501, target = "luajit" },
}
local own = supported[runtime]

local function explain(name, reason)
   return ("personalize: the C module %s could not be loaded in %s.\n"
      .. "It has to be the build for this interpreter (`make %s`), found by package.cpath.\n%s")
      :format(name, runtime, own.target, reason)
end

return function(name)
   if not own then
      error(("personalize: this is %s; Lua 5.4, Lua 5.5 and LuaJIT 2.1 are supported"):format(runtime), 0)
   end
   local found, module = pcall(require, name)
   if not found then
      -- an error of the module itself (an old libcurl) needs no explanation
      local reason = tostring(module)
      error(reason:find "^personalize: " and reason or explain(name, reason), 0)
   end
   if module.lua_version ~= own.api then
      error(explain(name, ("What was found is built for version %s of Lua's C API.")
         :format(tostring(module.lua_version))), 0)
   end
   return module
end
