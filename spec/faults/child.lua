-- Runs a script in an interpreter of its own, of the kind that runs the specs.
local child = {}

local INTERPRETER = require "spec.support.interpreter"

local function quoted(text)
   return "'" .. text:gsub("'", "'\\''") .. "'"
end

-- What it writes, and its exit status (128 and more: a signal ended it). `environment` is added to the specs' own;
-- `limits` are commands of the shell before it.
function child.run(script, environment, limits)
   local path = os.tmpname()
   local file = assert(io.open(path, "w"))
   file:write(script)
   file:close()
   local words = { "env", "-u", "LUA_PATH_5_4", "-u", "LUA_CPATH_5_4", quoted("LUA_PATH=" .. package.path),
      quoted("LUA_CPATH=" .. package.cpath) }
   for name, value in pairs(environment or {}) do words[#words + 1] = quoted(name .. "=" .. value) end
   words[#words + 1] = INTERPRETER .. " " .. path .. " 2>&1; echo \"status $?\""
   local pipe = assert(io.popen((limits or "") .. table.concat(words, " ")))
   local output = pipe:read "*a"
   pipe:close()
   os.remove(path)
   local text, status = output:match "^(.*)status (%d+)\n$"
   return text, tonumber(status)
end

return child
