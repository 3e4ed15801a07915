--- A connection: a plain table with the members that the service sent (@{personalize.members}), and a metatable with a
-- few methods that never hide a member.
--
-- `tostring` and the REPL show it with secrets masked; the members and `to_json` have the data itself.
-- @classmod personalize.connection
-- @extends personalize.members
-- @alias Connection
-- @usage
-- local weather = assert(connections.find "Weather Data System")
-- weather.description = "Weather by city"
-- assert(weather:save())

local call_options = require "personalize.connections.call_options"
local curl = require "personalize.connections.curl.write"
local definition = require "personalize.connections.definition"
local difference = require "personalize.connections.difference"
local display = require "personalize.connections.display"
local expectation = require "personalize.connections.expectation"
local json = require "personalize.json"
local look_alikes = require "personalize.connections.look_alikes"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local redaction = require "personalize.redaction"
local schema = require "personalize.schema"
local settings = require "personalize.settings"

local connection = {}

local Connection = {}

-- The metatable of a connection has its resource under this key: pairs() does not show it, and connections need no
-- entry each.
local resource_key = {}

-- resource -> metatable of its connections; made again when no connection is left
local metatables = setmetatable({}, { __mode = "kv" })

local function describe(self)
   return display.connection("connection", self)
end

local function metatable_of(resource)
   local metatable = metatables[resource]
   if metatable then return metatable end
   metatable = {
      [resource_key] = resource,
      __name = "personalize.connection",
      __index = Connection,
      __tostring = describe,
      -- for the encoder: always an object, with these arrays
      __jsontype = "object",
      __jsonarrays = schema.arrays,
   }
   metatables[resource] = metatable
   return metatable
end

-- connection -> its unpublished members when it was retrieved; only for the few that have some
local carried = setmetatable({}, { __mode = "k" })

-- connection -> its response, which still has the body. The unpublished members are rarely needed, and looking for them
-- in every retrieved connection takes a tenth of the whole call.
local came_in = setmetatable({}, { __mode = "k" })

-- Makes a connection of a decoded object, which is used and not copied. `resource` makes the calls of its methods.
-- `response`, if given, has the object's text.
function connection.new(object, resource, response)
   if response then
      came_in[object] = response
   else
      carried[object] = look_alikes.unpublished(object)
   end
   return setmetatable(object, metatable_of(resource))
end

-- Makes a connection of a copy of another one.
function connection.of_copy(object, original, resource)
   carried[object], came_in[object] = carried[original], came_in[original]
   return setmetatable(object, metatable_of(resource))
end

-- The unpublished members of a connection when it was retrieved: see `look_alikes.unpublished`.
function connection.carried(value)
   local response = came_in[value]
   if response then
      carried[value] = look_alikes.unpublished(json.decode_within(response.body, native.json.depth_limit))
      came_in[value] = nil
   end
   return carried[value]
end

-- True if a value is a connection of this library.
function connection.is(value)
   local metatable = type(value) == "table" and getmetatable(value)
   return type(metatable) == "table" and rawget(metatable, resource_key) ~= nil
end

local function owner(self, method)
   if not connection.is(self) then
      error(("bad argument #1 to '%s' (expected a connection, got %s): call it as connection:%s()")
         :format(method, options.describe(self), method), 3)
   end
   return getmetatable(self)[resource_key]
end

local read_options = call_options()
local save_options = call_options.of_writing { expect = expectation.rule }

-- Checks options here, so that misuse is raised at the line that called the method, and not in this file.
local function check_options(opts, known, method)
   local checked = options.check(opts, known, "connection:" .. method, 3)
   if checked.retry ~= nil then settings.retry(checked.retry, "connection:" .. method, 3) end
   expectation.check(checked.expect, "connection:" .. method, 3)
   return checked
end

-- Replaces the members of a connection with those of another one.
local function become(self, other)
   for name in next, self do rawset(self, name, nil) end
   for name, value in next, other do rawset(self, name, value) end
   carried[self], came_in[self] = carried[other], came_in[other]
   return meta.copy(other, self)
end

--- Sends the connection as it is now, and takes over the service's answer in place. It is an update, or a create if the
-- connection has no `ref` yet (a copy). An update retrieves the connection first, and is refused if someone changed it
-- since this one was retrieved or saved.
-- @api `GET` and `PUT /v2/connections/<ref>`, or `POST /v2/connections`
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes, and
-- @tparam[opt] personalize.connections.expectation|false opts.expect as of `connections.update`
-- @treturn personalize.connection connection itself
-- @fails as `connections.update` and `connections.create`; then the connection does not change
-- @usage c.description = "by city"; assert(c:save())
function Connection:save(opts)
   local resource = owner(self, "save")
   local checked = check_options(opts, save_options, "save")
   local saved, err
   if raw.string(self, "ref") then
      saved, err = resource.update(self, self, checked)
   else
      checked.expect = nil -- what does not exist yet has no state to compare
      saved, err = resource.create(self, checked)
   end
   if not saved then return nil, err end
   return become(self, saved)
end

--- Retrieves the connection again, in place. Unsaved changes are lost.
-- @api `GET /v2/connections/<ref>`
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection itself
-- @fails of kind `not_found`; then the connection does not change
-- @usage
-- local name = c.name
-- c.name = "something else"
-- print(assert(c:reload()).name == name)  --> true
function Connection:reload(opts)
   local resource = owner(self, "reload")
   check_options(opts, read_options, "reload")
   local loaded, err = resource.get(self, opts)
   if not loaded then return nil, err end
   return become(self, loaded)
end

--- Asks the service to make the call that the connection now describes. Never repeated: it calls a third party.
-- @api `POST /v2/connections/testConnection`
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn any answer the service's JSON, unchanged; `personalize.null` when it is empty
-- @fails
-- @usage
-- c.request = { requestType = "GET", connectionUrl = emulator.url }
-- c.auth = { authType = "NONE" }
-- print(assert(c:test { timeout = 20 }).status)  --> 200
function Connection:test(opts)
   local resource = owner(self, "test")
   check_options(opts, read_options, "test")
   return resource.test(self, opts)
end

--- A copy under another name, without the members that the server owns. It does not exist in the tenant until `save`
-- creates it. It lacks write-only secrets, because the service never returned them.
-- @tparam string name
-- @treturn personalize.connection copy
-- @fails of kind `encode`
-- @usage
-- local copy = assert(c:copy "Weather staging")
-- print(copy.ref, assert(copy:save()).ref ~= c.ref)  --> nil	true
function Connection:copy(name)
   local resource = owner(self, "copy")
   options.argument(1, name, "string", "copy", 2)
   local copied, err = definition.plain(self)
   if not copied then return nil, err end
   copied, err = definition.sendable(copied)
   if not copied then return nil, err end
   copied.name = name
   copied.archived = nil
   return connection.new(copied, resource)
end

--- The differences to another connection or definition: from this one to that one.
-- @tparam personalize.members|personalize.builder other
-- @treturn personalize.differences differences
-- @fails of kind `encode` when one of the two is not JSON
-- @usage
-- c.description = "by city"
-- print(c:diff(assert(connections.get(ref)))[1].old)  --> by city
function Connection:diff(other)
   owner(self, "diff")
   local mine, err = definition.plain(self)
   if not mine then return nil, err end
   local theirs
   theirs, err = definition.of(other, 1, "diff", 2)
   if not theirs then return nil, err end
   return difference.between(mine, theirs)
end

local json_options = { pretty = "boolean", canonical = "boolean", mask = "boolean" }

--- The connection as JSON.
-- @tparam[opt] table opts
-- @tparam[opt=false] boolean opts.pretty indent by two spaces
-- @tparam[opt=false] boolean opts.mask mask secrets
-- @tparam[opt=true] boolean opts.canonical members in the order of the published bodies
-- @treturn string text
-- @fails of kind `encode`
-- @usage print((c:to_json { pretty = true, mask = true }))
function Connection:to_json(opts)
   owner(self, "to_json")
   local checked = options.check(opts, json_options, "to_json", 2)
   local value = self
   if checked.mask then
      local plain, err = definition.plain(self)
      if not plain then return nil, err end
      value = redaction.connection(plain)
   end
   return json.encode_as(value, schema.arrays, { pretty = checked.pretty, canonical = checked.canonical ~= false })
end

local curl_options = { secrets = "boolean", inputs = {
   text = '"fill" or "keep"', fits = function(value) return value == "fill" or value == "keep" end,
} }

--- The call that a test of the connection makes, as a curl command to paste into a shell (sh, bash, dash). With OAuth a
-- first command fetches the token. A secret that the service did not return is `***`.
-- @tparam[opt] table opts
-- @tparam[opt=false] boolean opts.secrets show secrets
-- @tparam[opt="fill"] "fill"|"keep" opts.inputs whether inputs are filled in with their examples, or stay as `${key}`
-- @treturn string line
-- @fails of kind `validation` when curl cannot make such a call; `encode`
-- @usage
-- c.request = { requestType = "GET", connectionUrl = "https://api.example.com/hours?shop=${shop}" }
-- c.inputMappings = { { key = "shop", exampleValue = "Dublin 2" } }
-- c.customHeaders = nil
-- print(c:to_curl():match "'.-'")  --> 'https://api.example.com/hours?shop=Dublin%202'
function Connection:to_curl(opts)
   owner(self, "to_curl")
   local checked = options.check(opts, curl_options, "to_curl", 2)
   local plain, err = definition.plain(self)
   if not plain then return nil, err end
   return curl.line(plain, checked)
end

return connection
