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

local metatable = { __name = "personalize.builder", __index = Builder, __builder = true }

-- builder -> { definition, who set what }
local states = setmetatable({}, { __mode = "k" })

function metatable:__tostring()
   return display.connection("builder of", states[self].definition)
end

local members = schema.by_name(schema.members)

-- `client_id` in Lua is `clientId` on the wire; the schema tells which names there are.
local function option_rules(list, aliases)
   local rules, wire_names = {}, {}
   for _, member in ipairs(list) do
      local name = member.name:gsub("%u", function(capital) return "_" .. capital:lower() end)
      name = aliases and aliases[name] or name
      rules[name] = member.type == "string" and (member.secret and {
         text = "a string", secret = true, fits = function(value) return type(value) == "string" end,
      } or "string") or member.type == "boolean" and "boolean" or member.type == "array" and "table" or "any"
      wire_names[name] = member.name
   end
   return rules, wire_names
end

local auth_rules, auth_names = option_rules(members.auth.members, { auth_type = "type" })
auth_rules.type, auth_names.type = nil, nil
auth_rules.oauth_custom_headers, auth_rules.form_url_encoded_items = nil, nil
auth_rules.headers, auth_names.headers = "table", "oauthCustomHeaders"
auth_rules.form, auth_names.form = "table", "formUrlEncodedItems"

local function state_of(self, method, level)
   local state = type(self) == "table" and states[self]
   if not state then
      error(("bad argument #1 to '%s' (expected a builder, got %s): call it as builder:%s(...)")
         :format(method, options.describe(self), method), (level or 1) + 2)
   end
   return state
end

-- Sets a member that can be set once.
local function set(self, method, name, value, level)
   local state = state_of(self, method, (level or 1) + 1)
   if state.set_by[name] then
      error(("builder:%s: %s was already set by builder:%s"):format(method, name, state.set_by[name]), (level or 1) + 2)
   end
   state.set_by[name] = method
   state.definition[name] = value
   return self
end

local function set_text(self, method, name, value)
   options.argument(1, value, "string", "builder:" .. method, 3)
   return set(self, method, name, value, 2)
end

--- Sets the description.
-- @tparam string text
function Builder:description(text)
   return set_text(self, "description", "description", text)
end

--- Sets the system type; `data_system()` and `destination()` are the published ones.
-- @tparam string name
function Builder:system_type(name)
   return set_text(self, "system_type", "systemType", name)
end

--- Makes it a data system: the service reads from it.
function Builder:data_system()
   return set(self, "data_system", "systemType", "DATA_SYSTEM")
end

--- Makes it a destination: the service sends to it.
function Builder:destination()
   return set(self, "destination", "systemType", "DESTINATION")
end

--- Sets the icon.
-- @tparam string path such as `assets/images/icons/connections/plug.svg`
function Builder:icon(path)
   return set_text(self, "icon", "icon", path)
end

local function encode(value, method, what, level)
   if type(value) ~= "table" then return value end
   local text, err = json.encode(value)
   if not text then error(("builder:%s: %s: %s"):format(method, what, err.message), level + 1) end
   return text
end

local function set_request(self, name, method, url, body, level)
   local where = "builder:" .. name
   options.argument(level - 2, url, "string", where, level)
   if body ~= nil and type(body) ~= "string" and type(body) ~= "table" then
      error(("bad argument #%d to '%s' (expected a string or a table, got %s)")
         :format(level - 1, where, options.describe(body)), level)
   end
   return set(self, name, "request", {
      requestType = method, connectionUrl = url, requestBody = encode(body, name, "body", level),
   }, level - 1)
end

--- Sets the call that the connection makes: any method.
-- @tparam string method HTTP method
-- @tparam string url `${key}` marks an input
-- @param[opt] body text, or a table that is written as JSON
function Builder:request(method, url, body)
   options.argument(1, method, "string", "builder:request", 2)
   return set_request(self, "request", method:upper(), url, body, 4)
end

for _, method in ipairs { "get", "post", "put", "patch", "delete" } do
   Builder[method] = function(self, url, body)
      return set_request(self, method, method:upper(), url, body, 3)
   end
end

--- Sets the call that the connection makes: GET. There are `post`, `put`, `patch` and `delete` too.
-- @function get
-- @tparam string url `${key}` marks an input

--- Sets the call that the connection makes: POST.
-- @function post
-- @tparam string url `${key}` marks an input
-- @param[opt] body text, or a table that is written as JSON

-- `{ Accept = "x" }` and `{ { name = "Accept", value = "x" } }` both mean a list of pairs.
local function pairs_list(given, method, level)
   local list = json.array {}
   if rawget(given, 1) ~= nil then
      for index, item in ipairs(given) do list[index] = item end
      return list
   end
   local names = {}
   for name, value in next, given do
      if type(name) ~= "string" or type(value) ~= "string" then
         error(("builder:%s: expected names and values as strings, got %s and %s")
            :format(method, options.describe(name), "a " .. type(value)), level + 1)
      end
      names[#names + 1] = name
   end
   table.sort(names)
   for index, name in ipairs(names) do list[index] = { name = name, value = given[name] } end
   return list
end

--- Authenticates with OAuth client credentials.
-- @tparam table given `client_id`, `client_secret`, `access_token_url` (https), `use_mutual_tls`, `headers` and
-- `form` (of the token call: name -> value, or an array of `{name=, value=}`)
function Builder:oauth(given)
   local checked = options.check(given, auth_rules, "builder:oauth", 2)
   local auth = { authType = "OAUTH" }
   for name, value in pairs(checked) do
      auth[auth_names[name]] = type(value) == "table" and pairs_list(value, "oauth", 2) or value
   end
   return set(self, "oauth", "auth", auth)
end

--- Needs no authentication.
function Builder:no_auth()
   return set(self, "no_auth", "auth", { authType = "NONE" })
end

--- Authenticates in any way that the service knows.
-- @tparam table given the members of `auth` as on the wire
function Builder:auth(given)
   options.argument(1, given, "table", "builder:auth", 2)
   local copied, reason = shape.copy(given)
   if not copied then error("builder:auth: " .. reason, 2) end
   return set(self, "auth", "auth", copied)
end

local function append(self, method, name, item, level)
   local definition = state_of(self, method, (level or 1) + 1).definition
   definition[name] = definition[name] or json.array {}
   table.insert(definition[name], item)
   return self
end

--- Adds a header to the call.
-- @tparam string name
-- @tparam string value
function Builder:header(name, value)
   options.argument(1, name, "string", "builder:header", 2)
   options.argument(2, value, "string", "builder:header", 2)
   return append(self, "header", "customHeaders", { name = name, value = value })
end

local input_rules = { type = "string", example = "any", label = "string", mapping = "string" }

--- Adds an input, which `${key}` refers to.
-- @tparam string key
-- @tparam[opt] table given `type` (default `string`), `example` (a table is written as JSON), `label` (default the
-- key),
-- `mapping`
function Builder:input(key, given)
   options.argument(1, key, "string", "builder:input", 2)
   local checked = options.check(given, input_rules, "builder:input", 2)
   local example = encode(checked.example, "input", "example", 2)
   return append(self, "input", "inputMappings", {
      label = checked.label or key,
      key = key,
      type = checked.type or "string",
      exampleValue = example == nil and "" or tostring(example),
      mapping = checked.mapping or "",
   })
end

local output_rules = { type = "string", label = "string" }

--- Adds an output: a member of the answer that is handed on.
-- @tparam string reference path into the answer, such as `current.temp`
-- @tparam[opt] table given `label` (default the reference), `type` (default `string`)
function Builder:output(reference, given)
   options.argument(1, reference, "string", "builder:output", 2)
   local checked = options.check(given, output_rules, "builder:output", 2)
   return append(self, "output", "outputMappings", {
      label = checked.label or reference, outputReference = reference, type = checked.type or "string",
   })
end

--- Sets the example of an answer.
-- @param value text, or a table that is written as JSON
function Builder:example(value)
   if type(value) ~= "string" and type(value) ~= "table" then
      error(("bad argument #1 to 'builder:example' (expected a string or a table, got %s)")
         :format(options.describe(value)), 2)
   end
   return set(self, "example", "exampleValue", encode(value, "example", "value", 2))
end

local timeout_rules = { connect_ms = "count", socket_ms = "count" }

--- Sets the time limits of the call.
-- @tparam table given `connect_ms`, `socket_ms` (milliseconds)
function Builder:timeouts(given)
   local checked = options.check(given, timeout_rules, "builder:timeouts", 2)
   if checked.connect_ms then set(self, "timeouts", "connectionTimeout", checked.connect_ms) end
   if checked.socket_ms then set(self, "timeouts", "socketTimeout", checked.socket_ms) end
   return self
end

--- The definition so far, as a new table.
-- @treturn table
function Builder:table()
   return (shape.copy(state_of(self, "table").definition))
end

local builder = {}

--- Begins a definition.
-- @local
function builder.new(name)
   local self = setmetatable({}, metatable)
   states[self] = { definition = { name = name }, set_by = {} }
   return self
end

return builder
