--- Finds out, as far as possible, whether a create whose answer was lost was carried out.
-- @module personalize.connections.ambiguity
-- @local

local dates = require "personalize.http.dates"
local merge = require "personalize.connections.merge"
local native = require "personalize.native"
local schema = require "personalize.schema"

local ambiguity = {}

-- Seconds. Dates in headers are whole seconds, and the server's clock may differ from the one that stamps connections.
local clock_tolerance = 1

local function is_secret(path) return schema.secrets[path] end

-- True if a connection was modified between the start of the call and the response with the headers `looked_up`. The
-- start on the server's clock is the date of that response, less the seconds that have passed since `started`.
local function was_modified_since(connection, started, looked_up)
   local modified = type(connection.modifiedAt) == "string" and dates.iso(connection.modifiedAt)
   local date = looked_up.date and dates.http(looked_up.date)
   if not modified or not date then return false end
   local called_at = date - (native.now() - started)
   return modified >= called_at - clock_tolerance and modified <= date + clock_tolerance
end

--- Judges by the connections that now have the name.
-- @tparam table definition what was sent
-- @tparam table same_name connections of that name
-- @tparam number started when the call began, on the monotonic clock
-- @tparam table headers of the response with these connections
-- @treturn string `created`, `not_created` or `unknown`
-- @return with `created`, the connection
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
