-- A client's events as lines of JSON, for whatever reads logs:
--
--    local event_log = dofile "event_log.lua"
--    client = personalize.from_env { on_event = event_log.to_file "/var/log/personalize/events.log" }
--
-- Secrets are masked in events already. In nginx call it in `init_by_lua_block`: all workers append to the file, and a
-- reload opens it anew after it was rotated.
local personalize = require "personalize"

local event_log = {}

local encode = personalize.json.encode

-- An event as plain data. Its `time` is monotonic, so a log needs the date too.
local function plain(event)
   local line = { at = os.date "!%Y-%m-%dT%H:%M:%SZ" }
   for name, value in pairs(event) do line[name] = value end
   if event.error then
      local err = event.error
      line.error = { kind = err.kind, status = err.status, message = err.message, attempts = err.attempts }
   end
   return line
end

--- Makes a hook that gives each event, as one line of JSON, to a function.
function event_log.to(write)
   return function(event)
      local text, err = encode(plain(event), { canonical = true })
      -- bytes that are no UTF-8, which JSON cannot hold
      text = text or encode { at = os.date "!%Y-%m-%dT%H:%M:%SZ", type = event.type, unreadable = err.message }
      write(text .. "\n")
   end
end

--- Makes a hook that appends to a file.
-- @return the hook; the file, for those who want to close it
function event_log.to_file(path)
   local file = assert(io.open(path, "a"))
   -- each line is written at once and whole, so that lines of several processes do not mix
   file:setvbuf("full", 65536)
   local function write(line)
      file:write(line)
      file:flush()
   end
   return event_log.to(write), file
end

return event_log
