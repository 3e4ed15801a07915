-- Runs a program in an event loop of Lua, in a process of its own: what an event loop has open, and which one a program
-- uses, is for the whole process.
--    local out, err, code = event_loop.run("luv", [[
--       loop.spawn(function() print(client.connections.list()) end)
--       loop.run() ]])
-- What the program finds is in event_loop_program.lua.
local command = require "spec.support.command"
local folder = require "spec.support.folder"

local event_loop = {}

-- The interpreters for which each Debian has the packages: there they have to be installed.
local exists = {
   luv = { ["lua5.4"] = true, luajit = true },
   cqueues = { ["lua5.4"] = true, luajit = true },
   copas = { luajit = true },
}

local function is_found(name)
   return package.searchpath(name, package.path) ~= nil or package.searchpath(name, package.cpath) ~= nil
end

function event_loop.exists_here(name)
   return exists[name][command.interpreter] or is_found(name)
end

-- The module that a loop's library needs and does not find; nil where it loads. Debian's package of Copas 4 has neither
-- of the two that Copas 4 needs.
function event_loop.lacks(name)
   local fine, problem = pcall(require, name)
   if fine then return nil end
   package.loaded[name] = nil -- LuaJIT leaves a mark there
   local module = tostring(problem):match "module '([^']+)' not found"
   return module ~= name and module or nil
end

-- @return what it wrote, what it wrote as errors, its exit code
function event_loop.run(name, program)
   local path = folder.new()
   folder.write(path, "program.lua", program)
   local line = "timeout 120 %s spec/support/event_loop_program.lua %s %s/program.lua </dev/null"
   local out, err, code = command.shell(line:format(command.interpreter, name, path))
   folder.remove(path)
   return out, err, code
end

-- What a program wrote that has to go well.
function event_loop.output(name, program)
   local out, err, code = event_loop.run(name, program)
   if code ~= 0 or err ~= "" then error(("exit code %d\n%s%s"):format(code, out, err), 2) end
   return out
end

return event_loop
