--- Trying connections and definitions: `test`, `validate`, `build`.
-- @module personalize.connections

local builder = require "personalize.connections.builder"
local call = require "personalize.resource.call"
local call_options = require "personalize.connections.call_options"
local connection = require "personalize.connections.connection"
local connections = require "personalize.connections.resource"
local definition = require "personalize.connections.definition"
local meta = require "personalize.http.meta"
local options = require "personalize.options"
local settings = require "personalize.settings"
local validation = require "personalize.connections.validation"

local plain_options = call_options {}

local checking = {}

--- Asks the service to make the call that a connection describes, and sends it the whole connection. It is never
-- repeated, because it calls a third party. Inputs have their example values, so a test does not show what FreeMarker
-- makes of the texts, or how a guest's data changes them.
-- @api `POST /v2/connections/testConnection`
-- @function test
-- @tparam string|personalize.members|personalize.builder target a ref (the connection is retrieved first), a
-- connection, or a definition
-- @tparam[opt] personalize.connections.call_options opts `retry` is for the retrieval
-- @treturn any answer the service's JSON, unchanged (its format is not published); `personalize.null` when it is empty
-- @fails
-- @usage
-- local answer = assert(connections.test {
--    name = "Itself", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
--    request = { requestType = "GET", connectionUrl = emulator.url },
-- })
-- print(answer.status)  --> 200
function checking.test(self, target, opts)
   local ref, err
   if type(target) == "string" then
      ref, err = call.target(self, target, "test")
      if not ref then return nil, err end
   else
      target, err = definition.of(target, 1, "connections.test", 2)
      if not target then return nil, err end
   end
   local begun
   begun, err = call.begin(self, opts, plain_options, "test")
   if not begun then return nil, err end
   if ref then
      target, err = call.retrieve(self, begun, ref)
      if not target then return nil, err end
   end
   local text
   text, err = definition.encode_test(target)
   if not text then return nil, err end
   local value, response = call.send(begun, {
      method = "POST", path = connections.path .. "/testConnection", body = text, class = "never", definition = target,
   })
   if value == nil then return nil, response end
   response.definition = target
   return meta.attach(value, response)
end

local validate_options = { unknown_members = settings.known.unknown_members }

--- Checks a definition without sending it.
-- @function validate
-- @tparam personalize.members|personalize.builder given definition: a table, a builder, or a connection
-- @tparam[opt] table opts
-- @tparam[opt="refuse"] "refuse"|"send" opts.unknown_members whether members that look like published ones, misspelt
-- or at the wrong place, are refused or sent; `send` makes them warnings
-- @treturn boolean valid `true`
-- @treturn {personalize.connections.warning,...} warnings about what is allowed but probably a mistake
-- @fails of kind `validation` with `problems`
-- @usage
-- local _, err = connections.validate { name = "Weather" }
-- print(err.problems[1].path)  --> auth
function checking.validate(_, given, opts)
   local checked = options.check(opts, validate_options, "connections.validate", 2)
   local plain, err = definition.of(given, 1, "connections.validate", 2)
   if not plain then return nil, err end
   return validation.report(plain, { unknown_members = checked.unknown_members, is_edit = connection.is(given),
      carried = function() return connection.carried(given) end })
end

--- Begins a definition.
-- @function build
-- @tparam string name
-- @treturn personalize.builder builder
-- @usage
-- local plan = connections.build("Plan"):destination():no_auth():put("https://api.example.com/plan", { free = true })
-- print(plan:table().request.requestBody)  --> {"free":true}
function checking.build(_, name)
   options.argument(1, name, "string", "connections.build", 2)
   return builder.new(name)
end

return checking
