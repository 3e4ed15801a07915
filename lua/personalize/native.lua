--- Loads the C core and says clearly what is wrong when that fails.
-- Two builds of it exist, for Lua 5.4 and for LuaJIT, and neither loads in the other.
-- @module personalize.native
-- @local

local runtime = rawget(_G, "jit") and "LuaJIT" or _VERSION

local function explain(reason)
   return ("personalize: the C core could not be loaded in %s.\n"
      .. "It has to be the build for this interpreter (`make lua5.4` or `make luajit`), found by package.cpath.\n%s")
      :format(runtime, reason)
end

local found, core = pcall(require, "personalize.core")
if not found then error(explain(tostring(core)), 0) end

local expected = runtime == "LuaJIT" and 501 or 504
if core.lua_version ~= expected then
   error(explain(("The core that was found is built for version %s of Lua's C API."):format(core.lua_version)), 0)
end

return core
