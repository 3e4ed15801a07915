-- Fuzzes the command's arguments: each line of an input is one. The commands are replaced by functions that keep what
-- was parsed, for they would call a service; the filters of `list` are applied to a few connections.

local edits = require "fuzz.support.edits"
local errors = require "personalize.error"
local exit = require "personalize.cli.exit"
local filters = require "personalize.cli.filters"
local json = require "personalize.json"
local main = require "personalize.cli.main"
local properties = require "fuzz.support.properties"

local parsed

for _, name in ipairs(main.names) do
   require("personalize.cli." .. name).run = function(arguments)
      parsed = arguments
      return 0
   end
end

-- argparse ends the process after help and completions
local ended = {}
os.exit = function() error(ended, 0) end -- luacheck: ignore 122

local function items()
   local list = json.array {}
   for index, name in ipairs { "weather-key-in-url", "oauth-form-items", "loyalty-tier" } do
      list[index] = assert(json.decode(edits.read(("fuzz/corpus/connection_file/%s.json"):format(name))))
   end
   list[2].archived, list[3].name = true, json.null
   return list
end

local function check_filters(arguments)
   local list = items()
   local found, hidden = filters.apply(arguments, list)
   if not found then return properties.failure(hidden, { config = true, validation = true }) end
   properties.that(#found + hidden <= #list, "%d and %d of %d connections", #found, hidden, #list)
end

local function check_refusal(code, told)
   properties.that(code == exit.USAGE, "the exit code %s without a command", tostring(code))
   properties.that(told ~= "", "nothing was said")
   properties.printable(told, "what was said")
end

return function(bytes)
   local arguments, told = {}, {}
   for argument in bytes:gmatch "[^\n%z]+" do arguments[#arguments + 1] = argument end
   local stream = {
      write = function(self, ...)
         for _, each in ipairs { ... } do told[#told + 1] = tostring(each) end
         return self
      end,
      flush = function() return true end,
   }
   parsed = nil
   local fine, code = pcall(main.run, arguments, { out = stream, err = stream })
   if not fine then return properties.that(rawequal(code, ended), "%s", tostring(code)) end
   if not parsed then return check_refusal(code, table.concat(told)) end
   properties.that(not errors.is(parsed), "an error in place of arguments")
   if parsed.command == "list" then check_filters(parsed) end
end
