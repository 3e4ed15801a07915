--- Builds a definition step by step, in any order. A contradiction (two authentications, two requests) raises at the
-- call.
-- @classmod personalize.builder
-- @usage
-- local weather = connections.build("Weather")
--    :description("Weather by city")
--    :data_system()
--    :get("https://api.example.com/v1?city=${city}")
--    :no_auth()
--    :input("city", { type = "string", example = "Dublin", label = "City" })
--    :output("current.temp", { label = "Temperature", type = "number" })
-- local created, err = connections.create(weather)

local json = require "personalize.json"
local options = require "personalize.options"
local schema = require "personalize.schema"
local display = require "personalize.connections.display"
local shape = require "personalize.connections.shape"

local Builder = {}

local metatable = { __name = "personalize.builder", __index = Builder }

-- builder -> { definition, set_by = { member = method } }; beside the builder, so that printers of tables see nothing
local states = setmetatable({}, { __mode = "k" })

function metatable:__tostring()
   return display.connection("builder of", states[self].definition)
end

local members = schema.by_name(schema.members)

-- Levels count from the caller of a helper, as Lua's own `error` does: 1 is the method, 2 is where it was called.
local user = 2

local function state_of(self, method, level)
   local state = type(self) == "table" and states[self]
   if not state then
      error(("bad argument #1 to '%s' (expected a builder, got %s): call it as builder:%s(...)")
         :format(method, options.describe(self), method), level + 1)
   end
   return state
end

local function check_text(value, index, method, level)
   options.argument(index, value, "string", "builder:" .. method, level + 1)
end

-- Sets a member, once.
local function set(self, method, name, value, level)
   local state = state_of(self, method, level + 1)
   if state.set_by[name] then
      error(("builder:%s: %s was already set by builder:%s"):format(method, name, state.set_by[name]), level + 1)
   end
   state.set_by[name] = method
   state.definition[name] = value
end

local function set_text(self, method, name, value, level)
   state_of(self, method, level + 1)
   check_text(value, 1, method, level + 1)
   set(self, method, name, value, level + 1)
end

-- Text as it is; anything else that JSON knows is written as JSON.
local function as_text(value, index, method, level)
   if type(value) == "string" then return value end
   local text, err = json.encode(value)
   if not text then
      error(("bad argument #%d to 'builder:%s' (expected text, or a value to write as JSON; %s)")
         :format(index, method, err.message), level + 1)
   end
   return text
end

--- Sets the description.
-- @tparam string text
function Builder:description(text)
   set_text(self, "description", "description", text, user)
   return self
end

--- Sets the system type; `data_system()` and `destination()` are the published ones.
-- @tparam string name
function Builder:system_type(name)
   set_text(self, "system_type", "systemType", name, user)
   return self
end

--- Makes it a data system: the service reads from it.
function Builder:data_system()
   set(self, "data_system", "systemType", "DATA_SYSTEM", user)
   return self
end

--- Makes it a destination: the service sends to it.
function Builder:destination()
   set(self, "destination", "systemType", "DESTINATION", user)
   return self
end

--- Sets the icon.
-- @tparam string path such as `assets/images/icons/connections/plug.svg`
function Builder:icon(path)
   set_text(self, "icon", "icon", path, user)
   return self
end

-- `first` is the place of the URL among the arguments.
local function set_request(self, name, method, first, url, body, level)
   state_of(self, name, level + 1)
   check_text(url, first, name, level + 1)
   set(self, name, "request", {
      requestType = method,
      connectionUrl = url,
      requestBody = body ~= nil and as_text(body, first + 1, name, level + 1) or nil,
   }, level + 1)
end

--- Sets the call that the connection makes: any method.
-- @tparam string method HTTP method
-- @tparam string url `${key}` marks an input
-- @param[opt] body text, or a value that is written as JSON
function Builder:request(method, url, body)
   check_text(method, 1, "request", user)
   set_request(self, "request", method:upper(), 2, url, body, user)
   return self
end

for _, method in ipairs(schema.by_name(members.request.members).requestType.known) do
   local name = method:lower()
   Builder[name] = function(self, url, body)
      set_request(self, name, method, 1, url, body, user)
      return self
   end
end

--- Sets the call that the connection makes: GET. There are `post`, `put`, `patch` and `delete` too.
-- @function get
-- @tparam string url `${key}` marks an input

--- Sets the call that the connection makes: POST.
-- @function post
-- @tparam string url `${key}` marks an input
-- @param[opt] body text, or a value that is written as JSON

local rules = { string = "string", boolean = "boolean", array = "table" }

local secret_rule = { text = "a string", secret = true, fits = function(value) return type(value) == "string" end }

-- `client_id` in Lua is `clientId` on the wire: the schema tells which options one type of authentication has.
local function auth_options(kind)
   local known, wire_names = {}, {}
   for _, member in ipairs(members.auth.members) do
      if member.only == kind then
         local name = member.option or member.name:gsub("%u", function(capital) return "_" .. capital:lower() end)
         known[name] = member.secret and secret_rule or rules[member.type]
         wire_names[name] = member.name
      end
   end
   return known, wire_names
end

local oauth_options, oauth_names = auth_options "OAUTH"

-- `{ Accept = "x" }` and `{ { name = "Accept", value = "x" } }` both mean a list of pairs.
local function pairs_list(given, option, level)
   local names, list = {}, json.array {}
   for name, value in next, given do
      local is_item = type(name) == "number" and type(value) == "table"
      if not is_item and (type(name) ~= "string" or type(value) ~= "string") then
         error(("builder:oauth: %s: expected names and values as strings, or items { name =, value = }, got %s = a %s")
            :format(option, options.describe(name), type(value)), level + 1)
      end
      names[#names + 1] = name
   end
   table.sort(names, function(a, b)
      if type(a) ~= type(b) then return type(a) == "number" end
      return a < b
   end)
   for index, name in ipairs(names) do
      local value = rawget(given, name)
      list[index] = type(value) == "table" and shape.copy(value) or { name = name, value = value }
   end
   return list
end

--- Authenticates with OAuth client credentials.
-- @tparam table given `client_id`, `client_secret`, `access_token_url` (https), `use_mutual_tls`, `headers` and
-- `form` (of the token call: name -> value, or an array of `{name=, value=}`)
function Builder:oauth(given)
   state_of(self, "oauth", user)
   options.argument(1, given, "table", "builder:oauth", user)
   local auth = { authType = "OAUTH" }
   for name, value in pairs(options.check(given, oauth_options, "builder:oauth", user)) do
      auth[oauth_names[name]] = type(value) == "table" and pairs_list(value, name, user) or value
   end
   set(self, "oauth", "auth", auth, user)
   return self
end

--- Needs no authentication.
function Builder:no_auth()
   set(self, "no_auth", "auth", { authType = "NONE" }, user)
   return self
end

--- Authenticates in any way that the service knows.
-- @tparam table given the members of `auth` as on the wire
function Builder:auth(given)
   state_of(self, "auth", user)
   options.argument(1, given, "table", "builder:auth", user)
   local copied, reason = shape.copy(given)
   if not copied then error("builder:auth: " .. reason, user) end
   set(self, "auth", "auth", copied, user)
   return self
end

local function append(self, name, item)
   local definition = states[self].definition
   definition[name] = definition[name] or json.array {}
   table.insert(definition[name], item)
   return self
end

--- Adds a header to the call.
-- @tparam string name
-- @tparam string value
function Builder:header(name, value)
   state_of(self, "header", user)
   check_text(name, 1, "header", user)
   check_text(value, 2, "header", user)
   return append(self, "customHeaders", { name = name, value = value })
end

local input_options = { type = "string", example = "any", label = "string", mapping = "string" }

--- Adds an input, which `${key}` refers to.
-- @tparam string key
-- @tparam[opt] table given `type` (default `string`), `example` (text, or a value that is written as JSON), `label`
-- (default the key), `mapping`
function Builder:input(key, given)
   local state = state_of(self, "input", user)
   check_text(key, 1, "input", user)
   local checked = options.check(given, input_options, "builder:input", user)
   for _, present in ipairs(state.definition.inputMappings or {}) do
      if present.key == key then
         error(("builder:input: there is an input %s already"):format(options.describe(key)), user)
      end
   end
   local example = checked.example
   return append(self, "inputMappings", {
      label = checked.label or key,
      key = key,
      type = checked.type or "string",
      exampleValue = example == nil and "" or as_text(example, 2, "input", user),
      mapping = checked.mapping or "",
   })
end

local output_options = { type = "string", label = "string" }

--- Adds an output: a member of the answer that is handed on.
-- @tparam string reference path into the answer, such as `current.temp`
-- @tparam[opt] table given `label` (default the reference), `type` (default `string`)
function Builder:output(reference, given)
   state_of(self, "output", user)
   check_text(reference, 1, "output", user)
   local checked = options.check(given, output_options, "builder:output", user)
   return append(self, "outputMappings", {
      label = checked.label or reference, outputReference = reference, type = checked.type or "string",
   })
end

--- Sets the example of an answer.
-- @param value text, or a value that is written as JSON
function Builder:example(value)
   state_of(self, "example", user)
   set(self, "example", "exampleValue", as_text(value, 1, "example", user), user)
   return self
end

local timeout_options = { connect_ms = "count", socket_ms = "count" }

--- Sets the time limits of the call.
-- @tparam table given `connect_ms`, `socket_ms` (milliseconds)
function Builder:timeouts(given)
   state_of(self, "timeouts", user)
   options.argument(1, given, "table", "builder:timeouts", user)
   local checked = options.check(given, timeout_options, "builder:timeouts", user)
   if checked.connect_ms then set(self, "timeouts", "connectionTimeout", checked.connect_ms, user) end
   if checked.socket_ms then set(self, "timeouts", "socketTimeout", checked.socket_ms, user) end
   return self
end

--- The definition so far, as a new table.
-- @treturn table
function Builder:table()
   return (assert(shape.copy(state_of(self, "table", user).definition)))
end

local builder = {}

--- Begins a definition.
-- @local
function builder.new(name)
   local self = setmetatable({}, metatable)
   states[self] = { definition = { name = name }, set_by = {} }
   return self
end

--- Whether a value is a builder.
-- @local
function builder.is(value)
   return type(value) == "table" and states[value] ~= nil
end

return builder
