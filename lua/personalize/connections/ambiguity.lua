--- Finds out, as far as it can be told, whether a create whose answer was lost was carried out.
-- @module personalize.connections.ambiguity
-- @local

local dates = require "personalize.http.dates"
local native = require "personalize.native"
local merge = require "personalize.connections.merge"
local schema = require "personalize.schema"

local ambiguity = {}

-- Dates in headers have whole seconds, and a server's clock need not be the one that stamps connections.
local clock_tolerance = 1

local function is_secret(path) return schema.secrets[path] end

-- When a connection was modified by the server's clock, compared with the time of the call by that same clock.
local function was_modified_since(connection, started, looked_up)
   local modified = type(connection.modifiedAt) == "string" and dates.iso(connection.modifiedAt)
   local date = looked_up.date and dates.http(looked_up.date)
   if not modified or not date then return false end
   local called_at = date - (native.now() - started)
   return modified >= called_at - clock_tolerance and modified <= date + clock_tolerance
end

--- Judges by the connections that have the name now.
-- @tparam table definition what was sent
-- @tparam table same_name connections of that name
-- @tparam number started when the call began, on the monotonic clock
-- @tparam table headers of the answer that brought them
-- @treturn string `created`, `not_created` or `unknown`
-- @return the connection, where one was found that may be it
function ambiguity.judge(definition, same_name, started, headers)
   if #same_name == 0 then return "not_created" end
   if #same_name > 1 then return "unknown" end
   local found = same_name[1]
   if merge.has(found, definition, is_secret) and was_modified_since(found, started, headers) then
      return "created", found
   end
   return "unknown", nil
end

return ambiguity
