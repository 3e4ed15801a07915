-- The interpreters that the benches run programs on, with the library as it was built for each of them.
local interpreters = {}

local build = os.getenv "BENCH_BUILD" or "build"
local root = os.getenv "PWD"

--- Where `make` built the library and the floors.
interpreters.build = root .. "/" .. build

local names = { ["lua5.4"] = "Lua 5.4", luajit = "LuaJIT" }

--- What people call it.
function interpreters.name(variant)
   return names[variant]
end

--- What stands before a Lua program's path in a command for the shell.
function interpreters.command(variant)
   local path = ("ROOT/lua/?.lua;ROOT/lua/?/init.lua;ROOT/?.lua;;"):gsub("ROOT", root)
   return ("env LUA_PATH='%s' LUA_CPATH='%s/%s/?.so;;' %s"):format(path, interpreters.build, variant, variant)
end

--- The one that this runs on.
interpreters.this = jit and "luajit" or "lua5.4"

return interpreters
