--- Writing connections: `create`, `update`.
-- @module personalize.connections

local ambiguity = require "personalize.connections.ambiguity"
local call = require "personalize.resource.call"
local call_options = require "personalize.connections.call_options"
local client = require "personalize.client"
local connection = require "personalize.connections.connection"
local connections = require "personalize.connections.resource"
local definition = require "personalize.connections.definition"
local expectation = require "personalize.connections.expectation"
local masking = require "personalize.http.masking"
local native = require "personalize.native"
local raw = require "personalize.raw"
local reading = require "personalize.connections.reading"
local redaction = require "personalize.redaction"
local renaming = require "personalize.connections.renaming"
local secrets = require "personalize.connections.secrets"
local validation = require "personalize.connections.validation"
local warnings = require "personalize.connections.warnings"

local create_options = call_options.of_writing {}
local update_options = call_options.of_writing { expect = expectation.rule }

local writing = {}

local outcomes = {
   created = "the create's answer was lost, but the connection was created (err.connection)",
   not_created = "the create's answer was lost, and no connection has that name: it may be repeated",
   unknown = "the create's answer was lost, and it cannot be told whether the connection was created: look before "
      .. "repeating it",
}

-- Finds out, in the remaining time, whether a create was carried out.
local function find_outcome(self, begun, err, body, started)
   local outcome, found = "unknown", nil
   local same_name, looked = reading.of_name(begun, body.name)
   if same_name then outcome, found = ambiguity.judge(body, same_name, started, looked.response.headers) end
   if outcome == "not_created" and looked.is_doubtful then outcome = "unknown" end
   err.outcome = outcome
   err.message = outcomes[outcome] .. ": " .. err.cause.message
   err.retryable = outcome == "not_created"
   if found then err.connection = connection.new(found, self.bound) end
   return nil, err
end

-- The arguments for checking a definition.
local function checks(begun, given, more)
   local all = { unknown_members = begun.unknown_members or client.settings(begun.client).unknown_members,
      is_edit = connection.is(given), carried = function() return connection.carried(given) end }
   for name, value in pairs(more or {}) do all[name] = value end
   return all
end

-- Checks a definition against the existing connection.
-- @return true; or nil and an error object of kind `validation`
function writing.judge(begun, given, retrieved)
   return validation.check(given, checks(begun, given, { retrieved = retrieved }))
end

-- Warns of what was sent. For an edit: only of changed parts, and of parts that the change made questionable.
local function warn_of(begun, sent, checked, retrieved)
   local known, hidden = {}, nil
   if checked.is_edit and retrieved then
      for _, each in ipairs(warnings.of(retrieved)) do known[each.path .. each.code] = true end
   end
   for _, each in ipairs(warnings.of(sent, checked)) do
      local name = each.path:match "^[^.%[]*"
      local is_old = known[each.path .. each.code] and raw.equal(sent[name], retrieved[name])
      if not is_old then
         hidden = hidden or masking.secrets({}, redaction.secrets_of(sent)) -- few writes have warnings
         each.message, each.path = masking.hide(each.message, hidden), masking.hide(each.path, hidden)
         call.warn(begun, each)
      end
   end
end

-- Reads the connection from the answer to a write; its `meta` has the warnings of the write.
local function read_written(self, begun, sent, value, response)
   if value == nil then return nil, response end
   secrets.learn(begun.client, sent, value)
   response.warnings = begun.warnings
   return call.read(self, value, response)
end

-- Checks a definition and sends it as a new connection.
-- @tparam table self the resource
-- @tparam table begun of `call.begin`
-- @tparam table given a plain definition
-- @return connection; or nil and an error object
function writing.send_create(self, begun, given)
   local checked = checks(begun, given)
   local fine, err = validation.check(given, checked)
   if not fine then return nil, err end
   local body, text
   body, err = definition.sendable(given)
   if not body then return nil, err end
   text, err = definition.encode(body)
   if not text then return nil, err end
   warn_of(begun, body, checked)
   local started = native.now()
   local value, response = call.send(begun, { method = "POST", path = connections.path, body = text,
      class = "create", expect = connections.expect, keeps_body = true, definition = body })
   if value == nil and response.kind == "ambiguous" then return find_outcome(self, begun, response, body, started) end
   return read_written(self, begun, body, value, response)
end

--- Creates a connection. The definition is validated first; the members that the server owns are left out. Two calls
-- make two connections of one name; `ensure` makes only one.
-- @api `POST /v2/connections`
-- @function create
-- @tparam personalize.members|personalize.builder given definition: a table, a builder, or a connection
-- @tparam[opt] personalize.connections.write_options opts
-- @treturn personalize.connection connection as the server answered; `personalize.meta` of it has `warnings`
-- @fails of kind `validation`; of kind `ambiguous` when the answer was lost: then `outcome` is `created` (the
-- connection is `err.connection`), `not_created` or `unknown`
-- @usage
-- local created = assert(connections.create {
--    name = "Opening hours", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
--    request = { requestType = "GET", connectionUrl = "https://api.example.com/hours" },
-- })
-- print(created.icon)  --> assets/images/icons/connections/plug.svg
function writing.create(self, given, opts)
   local plain, err = definition.of(given, 1, "connections.create", 2)
   if not plain then return nil, err end
   local begun
   begun, err = call.begin(self, opts, create_options, "create")
   if not begun then return nil, err end
   return writing.send_create(self, begun, plain)
end

local function guard(begun, body, original)
   local defaults = client.settings(begun.client)
   return secrets.guard(begun.client, body, original, {
      secrets = begun.secrets or defaults.secrets,
      missing_secrets = begun.missing_secrets or defaults.missing_secrets,
   }, function(warning) call.warn(begun, warning) end)
end

-- Checks a definition. A member that looks misspelt may exist in the service: then the connection is retrieved.
local function check(self, begun, target, given, context)
   local checked = checks(begun, given, { is_edit = context.is_edit, retrieved = context.retrieved })
   local plain = { unknown_members = "send" }
   local fine, err = validation.check(given, context.retrieved and checked or plain)
   if not fine then return nil, err end
   if context.retrieved or checked.unknown_members == "send" then return checked end
   fine, err = validation.check(given, checked)
   if fine then return checked end
   if checked.is_edit then return nil, err end
   local reason
   context.retrieved, reason = call.retrieve(self, begun, target)
   if not context.retrieved then return nil, reason end
   checked.retrieved = context.retrieved
   fine, err = validation.check(given, checked)
   if not fine then return nil, err end
   return checked
end

local function meets(self, begun, target, context)
   if not context.expected then return true end
   if not context.retrieved then
      local err
      context.retrieved, err = call.retrieve(self, begun, target)
      if not context.retrieved then return nil, err end
   end
   return expectation.meets(context.expected, context.retrieved)
end

-- Checks a definition and sends it as an update.
-- @tparam table self the resource
-- @tparam table begun of `call.begin`
-- @tparam string target path of the connection
-- @tparam table given a plain definition
-- @tparam table context `retrieved` (the connection as it is now), `expected` (see `expectation`), `is_edit` (whether
-- `given` is a changed version of the retrieved connection); each if known
-- @return connection; or nil and an error object
function writing.send_update(self, begun, target, given, context)
   local checked, err = check(self, begun, target, given, context)
   if not checked then return nil, err end
   local body, fine, text
   body, err = definition.sendable(given)
   if not body then return nil, err end
   fine, err = guard(begun, body, given)
   if not fine then return nil, err end
   text, err = definition.encode(body)
   if not text then return nil, err end
   fine, err = meets(self, begun, target, context)
   if not fine then return nil, err end
   warn_of(begun, body, checked, context.retrieved)
   if context.retrieved then renaming.warn(self, begun, context.retrieved, body) end
   return read_written(self, begun, body, call.send(begun, { method = "PUT", path = target, body = text,
      class = "idempotent", expect = connections.expect, keeps_body = true, definition = body }))
end

-- The default expectation of `update`: the state of the retrieved connection that is written back or replaced.
local function remembered(ref, given)
   local text = type(ref) == "string" and ref or raw.get(ref, "ref")
   if connection.is(given) and raw.get(given, "ref") == text then return expectation.of(given) end
   return connection.is(ref) and expectation.of(ref) or nil
end

-- The expectation of a call: from its option, else from the connection; nil for none.
function writing.expected(begun, ref, given)
   if begun.expect == false then return nil end
   return begun.expect or remembered(ref, given)
end

--- Replaces a connection. As the API defines it, members that the definition lacks are removed. An OAuth connection
-- without its client secret is refused unless `secrets` or `missing_secrets` say otherwise.
--
-- A retrieved connection is checked first, which costs one more call: if `modifiedAt` or `revision` show that it was
-- changed since, nothing is sent. Between the check and the write someone may still change it.
-- @api `GET /v2/connections/<ref>` (for retrieved connections), `PUT /v2/connections/<ref>`
-- @function update
-- @tparam string|personalize.connection ref a ref or a connection
-- @tparam[opt] personalize.members|personalize.builder given definition: a table, a builder, or a connection; default:
-- `ref` itself, if that is a connection
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes, and
-- @tparam[opt] personalize.connections.expectation|false opts.expect the expected state of the connection; default the
-- state of `given`, or else of `ref`, when it was retrieved; `false` overwrites without checking
-- @treturn personalize.connection connection as the server answered
-- @fails of kind `validation` (`problems` names the missing secret, or the member that looks like another one),
-- `conflict` when it was changed meanwhile (`err.connection` is its present state), `not_found`
-- @usage
-- c.description = "Weather by city"
-- print(assert(connections.update(c)).description)  --> Weather by city
function writing.update(self, ref, given, opts)
   local target, err = call.target(self, ref, "update")
   if not target then return nil, err end
   if given == nil and type(ref) == "table" then given = ref end
   local plain
   plain, err = definition.of(given, 2, "connections.update", 2)
   if not plain then return nil, err end
   local begun
   begun, err = call.begin(self, opts, update_options, "update")
   if not begun then return nil, err end
   begun.expect = expectation.check(begun.expect, "connections.update", 2)
   return writing.send_update(self, begun, target, plain, { is_edit = connection.is(given),
      expected = writing.expected(begun, ref, given) })
end

return writing
