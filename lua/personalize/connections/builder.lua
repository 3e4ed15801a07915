--- Builds a definition step by step, in any order; `connections.build(name)` begins one. A contradiction (two
-- authentications, two requests) raises an error at the second call.
-- @classmod personalize.builder
-- @alias Builder
-- @usage
-- local weather = connections.build("Weather")
--    :description("Weather by city")
--    :data_system()
--    :get("https://api.example.com/v1?city=${city}")
--    :no_auth()
--    :input("city", { type = "string", example = "Dublin", label = "City" })
--    :output("current.temp", { label = "Temperature", type = "number" })
-- print(assert(connections.create(weather)).inputMappings[1].key)  --> city

local building = require "personalize.connections.building"
local display = require "personalize.connections.display"
local letters = require "personalize.letters"
local oauth = require "personalize.connections.oauth"
local options = require "personalize.options"
local proxy = require "personalize.proxy"
local raw = require "personalize.raw"
local samples = require "personalize.connections.samples"
local schema = require "personalize.schema"

local Builder = {}

local metatable = { __name = "personalize.builder", __index = Builder }

function metatable:__tostring()
   return display.connection("builder of", building.definition(self))
end

-- The level at which misuse of a method is raised: where the method was called.
local user = 2

local append, as_text, check, check_text = building.append, building.as_text, building.check, building.check_text
local set, set_text = building.set, building.set_text

--- Changes the name.
-- @tparam string text
-- @treturn personalize.builder builder itself
function Builder:name(text)
   check(self, "name", user)
   check_text(text, 1, "name", user)
   building.definition(self).name = text
   return self
end

--- Sets the description.
-- @tparam string text
-- @treturn personalize.builder builder itself
function Builder:description(text)
   set_text(self, "description", "description", text, user)
   return self
end

--- Sets the system type; `data_system()` and `destination()` are the published ones.
-- @tparam string name
-- @treturn personalize.builder builder itself
function Builder:system_type(name)
   set_text(self, "system_type", "systemType", name, user)
   return self
end

--- Makes it a data system: the service reads from it.
-- @treturn personalize.builder builder itself
function Builder:data_system()
   set(self, "data_system", "systemType", "DATA_SYSTEM", user)
   return self
end

--- Makes it a destination: the service sends to it.
-- @treturn personalize.builder builder itself
function Builder:destination()
   set(self, "destination", "systemType", "DESTINATION", user)
   return self
end

--- Sets the icon.
-- @tparam string path such as `assets/images/icons/connections/plug.svg`
-- @treturn personalize.builder builder itself
function Builder:icon(path)
   set_text(self, "icon", "icon", path, user)
   return self
end

-- `first` is the position of the URL among the arguments.
local function set_request(self, name, method, first, url, body, level)
   check(self, name, level + 1)
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
-- @tparam[opt] any body text, or a value that is written as JSON
-- @treturn personalize.builder builder itself
function Builder:request(method, url, body)
   check_text(method, 1, "request", user)
   set_request(self, "request", letters.upper(method), 2, url, body, user)
   return self
end

local methods = schema.by_name(schema.by_name(schema.members).request.members).requestType
for _, list in ipairs { methods.known, methods.unconfirmed } do
   for _, method in ipairs(list) do
      local name = letters.lower(method)
      Builder[name] = function(self, url, body)
         set_request(self, name, method, 1, url, body, user)
         return self
      end
   end
end

--- Sets the call that the connection makes: GET.
-- @function get
-- @tparam string url `${key}` marks an input
-- @tparam[opt] any body text, or a value that is written as JSON
-- @treturn personalize.builder builder itself

--- Sets the call that the connection makes: POST.
-- @function post
-- @tparam string url `${key}` marks an input
-- @tparam[opt] any body text, or a value that is written as JSON
-- @treturn personalize.builder builder itself

--- Sets the call that the connection makes: PUT.
-- @function put
-- @tparam string url `${key}` marks an input
-- @tparam[opt] any body text, or a value that is written as JSON
-- @treturn personalize.builder builder itself

--- Sets the call that the connection makes: PATCH.
-- @function patch
-- @tparam string url `${key}` marks an input
-- @tparam[opt] any body text, or a value that is written as JSON
-- @treturn personalize.builder builder itself

--- Sets the call that the connection makes: DELETE.
-- @function delete
-- @tparam string url `${key}` marks an input
-- @tparam[opt] any body text, or a value that is written as JSON
-- @treturn personalize.builder builder itself

--- Authenticates with OAuth client credentials.
-- @tparam table given
-- @tparam[opt] string given.client_id
-- @tparam[opt] string given.client_secret is sent and never returned
-- @tparam[opt] string given.access_token_url token endpoint, `https://`
-- @tparam[opt] boolean given.use_mutual_tls whether the service presents a client certificate
-- @tparam[opt] table given.headers headers of the token call: name -> value, or an array of `{ name =, value = }`
-- @tparam[opt] table given.form form items of the token call, in the same way
-- @treturn personalize.builder builder itself
function Builder:oauth(given)
   check(self, "oauth", user)
   options.argument(1, given, "table", "builder:oauth", user)
   set(self, "oauth", "auth", oauth(given, user), user)
   return self
end

--- Makes the call without authentication.
-- @treturn personalize.builder builder itself
function Builder:no_auth()
   set(self, "no_auth", "auth", { authType = "NONE" }, user)
   return self
end

--- Authenticates in any other way that the service supports.
-- @tparam personalize.members.auth given the members of `auth` as on the wire
-- @treturn personalize.builder builder itself
function Builder:auth(given)
   check(self, "auth", user)
   options.argument(1, given, "table", "builder:auth", user)
   local copied, reason = raw.copy(given)
   if not copied then error("builder:auth: " .. reason, user) end
   set(self, "auth", "auth", copied, user)
   return self
end

--- Adds a header to the call.
-- @tparam string name
-- @tparam string value
-- @treturn personalize.builder builder itself
function Builder:header(name, value)
   check(self, "header", user)
   check_text(name, 1, "header", user)
   check_text(value, 2, "header", user)
   append(self, "customHeaders", { name = name, value = value })
   return self
end

-- Array of inputs -> { count =, keys = }: the keys of its first items. Items are only added.
local inputs_read = setmetatable({}, { __mode = "k" })

-- The set of the keys of inputs.
local function keys_of(inputs)
   if not inputs then return {} end
   local known = inputs_read[inputs] or { count = 0, keys = {} }
   inputs_read[inputs] = known
   for index = known.count + 1, #inputs do
      known.keys[inputs[index].key or false] = true
      known.count = index
   end
   return known.keys
end

local input_options = { type = "string", example = "any", label = "string", mapping = "string" }

--- Adds an input, which texts refer to as `${key}`.
-- @tparam string key
-- @tparam[opt] table given
-- @tparam[opt="string"] string given.type `string`, `number`, `boolean` or `object`
-- @tparam[opt] any given.example text, or a value that is written as JSON
-- @tparam[opt] string given.label the label for people; default the key
-- @tparam[opt=""] string given.mapping where the value comes from
-- @treturn personalize.builder builder itself
function Builder:input(key, given)
   local definition = check(self, "input", user)
   check_text(key, 1, "input", user)
   local checked = options.check(given, input_options, "builder:input", user)
   if keys_of(definition.inputMappings)[key] then
      error(("builder:input: there is an input %s already"):format(options.describe(key)), user)
   end
   local example = checked.example
   append(self, "inputMappings", {
      label = checked.label or key,
      key = key,
      type = checked.type or "string",
      exampleValue = example == nil and "" or as_text(example, 2, "input", user),
      mapping = checked.mapping or "",
   })
   return self
end

local output_options = { type = "string", label = "string" }

--- Adds an output: a member of the answer that the service passes on.
-- @tparam string reference path into the answer, such as `current.temp`
-- @tparam[opt] table given
-- @tparam[opt] string given.label the label for people; default the reference
-- @tparam[opt="string"] string given.type `string`, `number`, `boolean` or `object`
-- @treturn personalize.builder builder itself
function Builder:output(reference, given)
   check(self, "output", user)
   check_text(reference, 1, "output", user)
   local checked = options.check(given, output_options, "builder:output", user)
   append(self, "outputMappings", {
      label = checked.label or reference, outputReference = reference, type = checked.type or "string",
   })
   return self
end

-- Adds the items of a list, except those that already exist.
local function append_missing(self, name, list, by)
   local present = {}
   for _, item in ipairs(building.definition(self)[name] or {}) do present[item[by]] = true end
   for _, item in ipairs(list) do
      if not present[item[by]] then append(self, name, item) end
   end
end

--- Adds one output, with label and type, for each member of a sample answer; of an array, for each member of its first
-- item. Existing outputs do not change.
-- @tparam string|table sample JSON text, whose order is kept; or a table
-- @treturn personalize.builder builder itself
-- @usage
-- local hours = connections.build("Hours"):outputs_from [[{ "openToday": true, "closesAt": "18:00" }]]
-- print(hours:table().outputMappings[2].label)  --> Closes At
function Builder:outputs_from(sample)
   check(self, "outputs_from", user)
   if type(sample) ~= "string" then
      options.argument(1, sample, "table", "builder:outputs_from", user)
      local plain, reason = proxy.plain(sample)
      if not plain then error("builder:outputs_from: the sample " .. reason, user) end
      sample = plain
   end
   local list, expected = samples.outputs(sample)
   if not list then error("builder:outputs_from: expected " .. expected, user) end
   append_missing(self, "outputMappings", list, "outputReference")
   return self
end

--- Adds one input for each `${key}` in URL, headers and body that has none yet.
-- @treturn personalize.builder builder itself
-- @usage
-- local weather = connections.build("Weather"):get("https://api.example.com/${country}?q=${city}")
--    :inputs_from_request()
-- print(weather:table().inputMappings[2].key)  --> city
function Builder:inputs_from_request()
   local definition = check(self, "inputs_from_request", user)
   append_missing(self, "inputMappings", samples.inputs(definition), "key")
   return self
end

--- Sets the example answer.
-- @tparam any value text, or a value that is written as JSON
-- @treturn personalize.builder builder itself
function Builder:example(value)
   check(self, "example", user)
   set(self, "example", "exampleValue", as_text(value, 1, "example", user), user)
   return self
end

local timeout_options = { connect_ms = "count", socket_ms = "count" }

--- Sets the time limits of the call.
-- @tparam table given
-- @tparam[opt=1000] integer given.connect_ms milliseconds for connecting
-- @tparam[opt=1000] integer given.socket_ms milliseconds for waiting on data
-- @treturn personalize.builder builder itself
function Builder:timeouts(given)
   check(self, "timeouts", user)
   options.argument(1, given, "table", "builder:timeouts", user)
   local checked = options.check(given, timeout_options, "builder:timeouts", user)
   if checked.connect_ms then set(self, "timeouts", "connectionTimeout", checked.connect_ms, user) end
   if checked.socket_ms then set(self, "timeouts", "socketTimeout", checked.socket_ms, user) end
   return self
end

--- The definition so far, as a new table.
-- @treturn personalize.members definition
function Builder:table()
   return (assert(raw.copy(check(self, "table", user))))
end

local builder = {}

-- Begins a definition.
function builder.new(name)
   return builder.of { name = name }
end

-- Continues a definition, which is used and not copied; its members can still be set.
function builder.of(definition)
   return building.begin(setmetatable({}, metatable), definition)
end

-- True if a value is a builder.
function builder.is(value)
   return building.definition(value) ~= nil
end

return builder
