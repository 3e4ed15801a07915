--- Reading connections: `list`, `each`, `get`, `find`.
-- @module personalize.connections

local connections = require "personalize.connections.resource"
local of_resources = require "personalize.resource.reading"
local raw = require "personalize.raw"

local reading = {}

--- Lists connections, including archived ones. Without `limit` and `offset`: all of them, whatever the service's
-- paging; with them: that page. (The command `personalize list` leaves archived ones out unless `--archived` is given.)
-- If the length of a list is a usual page length (a multiple of 10 or 25), one more call asks for what follows. A
-- client skips this call for a minute after a longer list of other connections came at once, and, with a warning, after
-- the service ignored or refused paging.
-- @api `GET /v2/connections` (no parameter of it is published)
-- @function list
-- @tparam[opt] personalize.connections.call_options opts what every call takes, and
-- @tparam[opt] integer opts.limit the most connections to return
-- @tparam[opt] integer opts.offset how many connections to skip
-- @treturn personalize.list list
-- @fails
-- @usage
-- for _, each in ipairs(assert(connections.list())) do print(each.name) end
-- print(#assert(connections.list { limit = 1, offset = 1 }))  --> 1
reading.list = of_resources.list

--- Iterates over all connections, including archived ones, and fetches pages as needed. Raises an error object when a
-- page cannot be had. Unlike `list` it does not ask for what follows where a longer list with the same connections came
-- at once within the last minute: it warns of that, and asks the next time.
-- @api `GET /v2/connections`
-- @function each
-- @tparam[opt] personalize.connections.call_options opts what every call takes (`timeout` is for each page), and
-- @tparam[opt] integer opts.page_size how many to ask for at a time
-- @treturn fun():personalize.connection|nil iterator for `for`
-- @usage for each in connections.each() do if each.archived then print(each.name) end end
reading.each = of_resources.each

--- Retrieves a connection.
-- @api `GET /v2/connections/<ref>`
-- @function get
-- @tparam string|personalize.connection ref a ref or a connection
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection
-- @fails of kind `not_found` when it does not exist
-- @usage print(assert(connections.get(ref)).ref == ref)  --> true
reading.get = of_resources.get

--- Finds the first connection that matches, including archived ones. `find { name = "Weather", archived = false }`
-- leaves those out.
-- @api `GET /v2/connections`
-- @function find
-- @tparam string|table|fun(connection:personalize.connection):any wanted a name; or a table of members that it must
-- have; or a function of a connection
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection
-- @fails of kind `not_found` when none matches
-- @usage
-- local weather = assert(connections.find "Weather Data System")
-- local gets = assert(connections.find { request = { requestType = "GET" } })
-- local other = assert(connections.find(function(each) return each.ref ~= weather.ref end))
reading.find = of_resources.find

-- All connections for which `fits` is true, as plain tables, and the facts about the list; or nil and an error object.
function reading.all(begun, fits)
   return of_resources.all(connections, begun, fits)
end

-- The connections with a name.
function reading.of_name(begun, name)
   return reading.all(begun, function(item) return raw.string(item, "name") == name end)
end

return reading
