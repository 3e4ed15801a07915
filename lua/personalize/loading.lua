--- Loads a C module of the library and says clearly what is wrong when that fails.
-- Two builds of each exist, for Lua 5.4 and for LuaJIT, and neither loads in the other.
-- @module personalize.loading
-- @local

local runtime = rawget(_G, "jit") and "LuaJIT" or _VERSION

-- Of Lua's C API, as lua.h has it in LUA_VERSION_NUM.
local expected = runtime == "LuaJIT" and 501 or 504

local function explain(name, reason)
   return ("personalize: the C module %s could not be loaded in %s.\n"
      .. "It has to be the build for this interpreter (`make lua5.4` or `make luajit`), found by package.cpath.\n%s")
      :format(name, runtime, reason)
end

return function(name)
   local found, module = pcall(require, name)
   if not found then
      -- what the module itself has found out (an old libcurl) needs no explanation
      local reason = tostring(module)
      error(reason:find "^personalize: " and reason or explain(name, reason), 0)
   end
   if module.lua_version ~= expected then
      error(explain(name, ("What was found is built for version %s of Lua's C API.")
         :format(tostring(module.lua_version))), 0)
   end
   return module
end
