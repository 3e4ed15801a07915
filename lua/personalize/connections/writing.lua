--- Writing connections: `create`, `update`.
-- @module personalize.connections

local client = require "personalize.client"
local native = require "personalize.native"
local ambiguity = require "personalize.connections.ambiguity"
local connection = require "personalize.connections.connection"
local definition = require "personalize.connections.definition"
local operation = require "personalize.connections.operation"
local reading = require "personalize.connections.reading"
local secrets = require "personalize.connections.secrets"
local validation = require "personalize.connections.validation"

local plain_options = operation.options {}

local writing = {}

local outcomes = {
   created = "the create's answer was lost, but the connection was created (err.connection)",
   not_created = "the create's answer was lost, and no connection has that name: it may be repeated",
   unknown = "the create's answer was lost, and it cannot be told whether the connection was created: look before "
      .. "repeating it",
}

-- Looks, in the time that is left, what became of a create.
local function find_outcome(self, how, err, body, started)
   local outcome, found = "unknown", nil
   local same_name, looked = reading.of_name(how, body.name)
   if same_name then outcome, found = ambiguity.judge(body, same_name, started, looked.response.headers) end
   if outcome == "not_created" and looked.is_doubtful then outcome = "unknown" end
   err.outcome = outcome
   err.message = outcomes[outcome] .. ": " .. err.cause.message
   err.retryable = outcome == "not_created"
   if found then err.connection = connection.new(found, self.bound) end
   return nil, err
end

function writing.send_create(self, how, body)
   local text, err = definition.encode(body)
   if not text then return nil, err end
   local started = native.now()
   local value, response = operation.perform(how, { method = "POST", path = operation.path, body = text,
      class = "create", expect = operation.expect_connection, definition = body, deadline = how.deadline,
      retry = how.retry })
   if value == nil and response.kind == "ambiguous" then return find_outcome(self, how, response, body, started) end
   return operation.read(self, value, response)
end

function writing.prepare(given)
   local fine, err = validation.check(given)
   if not fine then return nil, err end
   return definition.sendable(given)
end

--- Creates a connection. The definition is validated first; the members that the server owns are left out.
-- @api `POST /v2/connections`
-- @function create
-- @tparam personalize.members|personalize.builder given definition: a table, a builder, or a connection
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection as the server answered
-- @fails of kind `validation`; of kind `ambiguous` when the answer was lost: then `outcome` is `created` (the
-- connection is `err.connection`), `not_created` or `unknown`
-- @usage
-- local created = assert(connections.create {
--    name = "Opening hours", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
--    request = { requestType = "GET", connectionUrl = "https://api.example.com/hours" },
-- })
-- print(created.icon)  --> assets/images/icons/connections/plug.svg
function writing.create(self, given, opts)
   local body, err = writing.prepare(definition.of(given, 1, "connections.create", 2))
   if not body then return nil, err end
   local how
   how, err = operation.begin(self, opts, plain_options, "create")
   if not how then return nil, err end
   return writing.send_create(self, how, body)
end

local function guard(how, body, original)
   local defaults = client.settings(how.client)
   return secrets.guard(body, original, {
      secrets = how.secrets or defaults.secrets,
      missing_secrets = how.missing_secrets or defaults.missing_secrets,
   }, function(message) client.emit(how.client, "warning", { message = message }) end)
end

function writing.send_update(self, how, target, given)
   local body, err = writing.prepare(given)
   if not body then return nil, err end
   local fine
   fine, err = guard(how, body, given)
   if not fine then return nil, err end
   local text
   text, err = definition.encode(body)
   if not text then return nil, err end
   return operation.read(self, operation.perform(how, { method = "PUT", path = target, body = text,
      class = "idempotent", expect = operation.expect_connection, definition = body, deadline = how.deadline,
      retry = how.retry }))
end

--- Replaces a connection. What the definition leaves out is gone afterwards, as the API has it. An OAuth connection
-- without its client secret is refused unless `secrets` or `missing_secrets` say otherwise.
-- @api `PUT /v2/connections/<ref>`
-- @function update
-- @tparam string|personalize.connection ref reference or connection
-- @tparam[opt] personalize.members|personalize.builder given definition: a table, a builder, or a connection; default:
-- `ref` itself, if that is a connection
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection as the server answered
-- @fails of kind `validation` (`problems` names the secret that is missing), `not_found`
-- @usage
-- c.description = "Weather by city"
-- print(assert(connections.update(c)).description)  --> Weather by city
function writing.update(self, ref, given, opts)
   local target, err = operation.target(ref, "update")
   if not target then return nil, err end
   if given == nil and type(ref) == "table" then given = ref end
   local plain = definition.of(given, 2, "connections.update", 2)
   local how
   how, err = operation.begin(self, opts, plain_options, "update")
   if not how then return nil, err end
   return writing.send_update(self, how, target, plain)
end

return writing
