-- An emulator as a process of its own, started by the command: what users start, and what can be killed.
local dkjson = require "dkjson"
local socket = require "socket"
local read = require "spec.support.read"

local process = {}

local Process = {}
Process.__index = Process

local function wait_for(what, seconds)
   local until_when = socket.gettime() + (seconds or 20)
   repeat
      local value = what()
      if value then return value end
      socket.sleep(0.005)
   until socket.gettime() > until_when
end

-- Starts `personalize emulator` with these arguments (a text for the shell), after these commands of the shell, if any.
-- It is ready when this returns.
function process.start(arguments, before)
   local out, err = os.tmpname(), os.tmpname()
   local pipe = io.popen(("%s exec %s bin/personalize emulator %s >%s 2>%s & echo $!"):format(before or "",
      require "spec.support.interpreter", arguments, out, err))
   local pid = pipe:read "*n"
   pipe:close()
   local self = setmetatable({ pid = pid, out = out, err = err }, Process)
   local ready = wait_for(function()
      local text = read(out)
      return text:find "\n" and text or not self:is_alive() and "died"
   end)
   if ready == "died" then ready = read(out) .. read(err) end
   self.ready = ready
   self.json = dkjson.decode(ready, 1, nil, nil)
   self.url = self.json and self.json.url or ready and ready:match "https?://[%w.:]+%d"
   return self
end

function Process:is_alive()
   local file = io.open(("/proc/%d/stat"):format(self.pid))
   if not file then return false end
   local text = file:read "*a" -- nil when it was reaped since the file was opened
   file:close()
   local state = text and text:match "%) (%a)"
   return state ~= nil and state ~= "Z" and state ~= "X"
end

function Process:signal(name) os.execute(("kill -%s %d 2>/dev/null"):format(name, self.pid)) end

-- Whether it has ended by itself within some seconds after that signal.
function Process:stop(name)
   self:signal(name or "TERM")
   return wait_for(function() return not self:is_alive() end, 10) == true
end

function Process:errors() return read(self.err) end

-- To be called in any case.
function Process:clean()
   if self:is_alive() then self:stop "KILL" end
   os.remove(self.out)
   os.remove(self.err)
end

return process
