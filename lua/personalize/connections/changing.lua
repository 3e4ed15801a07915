--- Changing connections: `patch`, `ensure`, `archive`, `restore`.
-- @module personalize.connections

local errors = require "personalize.error"
local json = require "personalize.json"
local meta = require "personalize.http.meta"
local options = require "personalize.options"
local schema = require "personalize.schema"
local connection = require "personalize.connections.connection"
local definition = require "personalize.connections.definition"
local merge = require "personalize.connections.merge"
local operation = require "personalize.connections.operation"
local reading = require "personalize.connections.reading"
local order = require "personalize.order"
local secrets = require "personalize.connections.secrets"
local shape = require "personalize.raw"
local text = require "personalize.text"
local writing = require "personalize.connections.writing"

local plain_options = operation.options {}
local patch_options = operation.options { expect = "table" }
local ensure_options = operation.options { force_secrets = "boolean" }
local expect_options = {
   revision = { text = "a number", fits = function(value)
      return type(value) == "number" or json.is_number(value)
   end },
   modifiedAt = "string",
}

--- What `patch` expects of the connection that it retrieves: what an earlier answer said.
-- @table expectation
-- @tfield[opt] integer|personalize.number revision
-- @tfield[opt] string modifiedAt

local changing = {}

local function meets(expected, retrieved)
   for name, value in pairs(expected) do
      local present = shape.get(retrieved, name)
      if not shape.equal(present, value) then
         return errors.fail("conflict", ("%s: expected %s, but the connection has %s: it was changed meanwhile")
            :format(name, tostring(value), type(present) == "table" and "a table" or tostring(present)),
            { connection = retrieved })
      end
   end
   return true
end

-- Lets a caller's function change a connection; it may return nil and a reason to leave off.
local function change_by(changes, changed)
   local returned, reason = changes(changed)
   if returned == nil and reason ~= nil then
      if errors.is(reason) then return nil, reason end
      return errors.fail("cancelled", "the function left off: " .. text.line(reason))
   elseif type(returned) == "table" and returned ~= changed then
      return errors.fail("validation", "the function returned another table; it has to change the one that it is given")
   end
   return true
end

local function apply_changes(changed, changes)
   if type(changes) == "function" then return change_by(changes, changed) end
   local fine, reason = merge.into(changed, changes)
   if fine then return true end
   return errors.fail("validation", "the changes: " .. reason)
end

-- Whether anything differs that can be sent.
local function differs(changed, retrieved)
   for _, name in ipairs(order.names(changed, retrieved)) do
      if not schema.server_owned[name] and not shape.equal(rawget(changed, name), rawget(retrieved, name)) then
         return true
      end
   end
   return false
end

-- Applies changes to a copy of what was retrieved.
-- @return the copy; or nil and an error object
local function change_copy(self, retrieved, changes)
   local copy, reason = shape.copy(retrieved)
   if not copy then return errors.fail("encode", "the connection " .. reason) end
   local changed = connection.new(copy, self.bound)
   local fine, err = apply_changes(changed, changes)
   if not fine then return nil, err end
   return changed
end

local function patch_retrieved(self, how, target, retrieved, changes)
   local changed, err = change_copy(self, retrieved, changes)
   if not changed then return nil, err end
   if not differs(changed, retrieved) then return retrieved, false end
   local updated
   updated, err = writing.send_update(self, how, target, changed)
   if not updated then return nil, err end
   return updated, true
end

--- Changes some members: retrieves the connection, merges the changes deeply, and sends it if anything changed.
-- Arrays replace; `personalize.null` sets null.
-- @api `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
-- @function patch
-- @tparam string|personalize.connection ref reference or connection
-- @tparam table|fun(connection:personalize.connection):any,any changes members; or a function that changes the
-- connection it is given (it may return `nil, err` to leave off)
-- @tparam[opt] personalize.connections.call_options opts what every call takes, and
-- @tparam[opt] personalize.connections.expectation opts.expect what the retrieved connection must be like
-- @treturn personalize.connection connection
-- @treturn boolean changed whether anything was sent
-- @fails of kind `conflict` when the retrieved connection differs from `expect`; `cancelled` when the function left off
-- @usage
-- local changed, sent = assert(connections.patch(ref, { request = { connectionUrl = "https://api.example.com/v2" } }))
-- print(sent, changed.request.connectionUrl)  --> true	https://api.example.com/v2
-- local _, err = connections.patch(ref, { description = "" }, { expect = { modifiedAt = "2020-01-01T00:00:00.000Z" } })
-- print(err.kind)  --> conflict
function changing.patch(self, ref, changes, opts)
   local target, err = operation.target(ref, "patch")
   if not target then return nil, err end
   if type(changes) ~= "table" and type(changes) ~= "function" then
      error(("bad argument #2 to 'connections.patch' (expected a table or a function, got %s)")
         :format(options.describe(changes)), 2)
   end
   if type(changes) == "table" then changes = definition.of(changes, 2, "connections.patch", 2) end
   local how
   how, err = operation.begin(self, opts, patch_options, "patch")
   if not how then return nil, err end
   local expected = options.check(how.expect, expect_options, "connections.patch: expect", 2)
   local retrieved, fine
   retrieved, err = operation.retrieve(self, how, target)
   if not retrieved then return nil, err end
   fine, err = meets(expected, retrieved)
   if not fine then return nil, err end
   return patch_retrieved(self, how, target, retrieved, changes)
end

-- Those of a list that a definition may mean: the unarchived ones; where it is archived itself and there are none,
-- all of them.
local function candidates(list, body)
   local live = {}
   for _, candidate in ipairs(list) do
      if shape.get(candidate, "archived") ~= true then live[#live + 1] = candidate end
   end
   if #live == 0 and shape.get(body, "archived") == true then return list end
   return live
end

local function is_secret(path) return schema.secrets[path] end

-- Whether nothing that can be compared is left to send.
local function is_met(how, present, body)
   return merge.has(present, body, is_secret) and not (how.force_secrets and secrets.given(body))
end

-- What a list shows of a connection may be less than all of it, and an update erases what it leaves out.
local function update_present(self, how, listed, body)
   local target, err = operation.target(listed, "ensure")
   if not target then return nil, err end
   local present, changed, updated
   present, err = operation.retrieve(self, how, target)
   if not present then return nil, err end
   if is_met(how, present, body) then return present, "unchanged" end
   changed, err = change_copy(self, present, body)
   if not changed then return nil, err end
   updated, err = writing.send_update(self, how, target, changed)
   if not updated then return nil, err end
   return updated, "updated"
end

local function create_missing(self, how, body)
   local created, err = writing.send_create(self, how, body)
   if not created then return nil, err end
   return created, "created"
end

--- Makes sure that a connection is there as defined: creates it, or updates the one of that name among the
-- unarchived. Only the members given are compared. Secrets can't be, for the service never returns them.
-- @api `GET /v2/connections`, then `POST /v2/connections`, or `GET` and `PUT /v2/connections/<ref>`
-- @function ensure
-- @tparam personalize.members|personalize.builder given definition: a table, a builder, or a connection
-- @tparam[opt] personalize.connections.call_options opts what every call takes, and
-- @tparam[opt=false] boolean opts.force_secrets send secrets although nothing else differs
-- @treturn personalize.connection connection
-- @treturn "created"|"updated"|"unchanged" what was done
-- @fails of kind `validation`; `conflict` when two have that name; `ambiguous` as `create`
-- @usage
-- local hours = connections.build("Hours"):destination():no_auth():post("https://api.example.com/hours", "{}")
-- print(select(2, assert(connections.ensure(hours))))  --> created
-- print(select(2, assert(connections.ensure(hours))))  --> unchanged
function changing.ensure(self, given, opts)
   local body, err = writing.prepare(definition.of(given, 1, "connections.ensure", 2))
   if not body then return nil, err end
   local how
   how, err = operation.begin(self, opts, ensure_options, "ensure")
   if not how then return nil, err end
   local found, looked = reading.of_name(how, body.name)
   if not found then return nil, looked end
   local present = candidates(found, body)
   if #present > 1 then
      return errors.fail("conflict", ("%d connections are named %s: which one is meant cannot be told")
         :format(#present, options.describe(body.name)))
   elseif #present == 0 then
      return create_missing(self, how, body)
   elseif is_met(how, present[1], body) then
      return meta.attach(connection.new(present[1], self.bound), looked.response), "unchanged"
   end
   return update_present(self, how, present[1], body)
end

local function set_archived(value, where)
   return function(self, ref, opts)
      local target, err = operation.target(ref, where)
      if not target then return nil, err end
      local how
      how, err = operation.begin(self, opts, plain_options, where)
      if not how then return nil, err end
      local retrieved
      retrieved, err = operation.retrieve(self, how, target)
      if not retrieved then return nil, err end
      local result, problem = patch_retrieved(self, how, target, retrieved, { archived = value })
      if not result then return nil, problem end
      return result
   end
end

--- Retires a connection: sets `archived`. There is no delete.
-- @api `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
-- @function archive
-- @tparam string|personalize.connection ref reference or connection
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection
-- @fails as `update`
-- @usage print(assert(connections.archive(ref)).archived)  --> true
changing.archive = set_archived(true, "archive")

--- Takes a connection back from the archive.
-- @api `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
-- @function restore
-- @tparam string|personalize.connection ref reference or connection
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection
-- @fails as `update`
-- @usage print(assert(connections.restore(ref)).archived)  --> false
changing.restore = set_archived(false, "restore")

return changing
