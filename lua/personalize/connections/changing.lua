--- Changing connections: `patch`, `ensure`, `archive`, `restore`.
-- @module personalize.connections

local errors = require "personalize.error"
local json = require "personalize.json"
local options = require "personalize.options"
local schema = require "personalize.schema"
local connection = require "personalize.connections.connection"
local definition = require "personalize.connections.definition"
local merge = require "personalize.connections.merge"
local operation = require "personalize.connections.operation"
local reading = require "personalize.connections.reading"
local shape = require "personalize.connections.shape"
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

local changing = {}

local function check_expectation(how, retrieved)
   if not how.expect then return true end
   local expected = options.check(how.expect, expect_options, "connections.patch: expect", 3)
   for name, value in pairs(expected) do
      local present = shape.get(retrieved, name)
      if not shape.equal(present, value) then
         return errors.fail("conflict", ("%s: expected %s, but the connection has %s: it was changed meanwhile")
            :format(name, tostring(value), tostring(present)), { connection = retrieved })
      end
   end
   return true
end

local function apply_changes(changed, changes)
   if type(changes) == "table" then return merge.into(changed, changes) end
   local fine, returned, reason = pcall(changes, changed)
   if not fine then error(returned, 0) end
   if returned == nil and reason ~= nil then
      return nil, errors.is(reason) and reason or tostring(reason)
   end
   return true
end

local function patch_retrieved(self, how, target, retrieved, changes)
   local changed, reason = shape.copy(retrieved)
   if changed == nil then return errors.fail("decode", reason) end
   connection.new(changed, self.bound)
   local fine
   fine, reason = apply_changes(changed, changes)
   if not fine then
      if errors.is(reason) then return nil, reason end
      return errors.fail("validation", "the changes: " .. reason)
   end
   if shape.equal(changed, retrieved) then return retrieved, false end
   local updated, err = writing.send_update(self, how, target, changed)
   if not updated then return nil, err end
   return updated, true
end

--- Changes some members: retrieves the connection, merges the changes deeply, and sends it if anything changed.
-- Arrays replace; `personalize.null` sets null.
-- @function patch
-- @param ref reference or connection
-- @param changes a table; or a function that changes the connection it is given (it may return `nil, err` to leave
-- off)
-- @tparam[opt] table opts `expect` (`{ revision =, modifiedAt = }`), `timeout` (seconds), `retry`, `missing_secrets`,
-- `secrets`
-- @treturn personalize.connection
-- @treturn boolean whether anything was sent
-- @return `nil` and an error object; of kind `conflict` when the retrieved object differs from `expect`
-- @usage assert(connections.patch(ref, { request = { connectionUrl = "https://api.example.com/v2" } }))
function changing.patch(self, ref, changes, opts)
   local target, err = operation.target(ref, "patch")
   if not target then return nil, err end
   if type(changes) ~= "table" and type(changes) ~= "function" then
      error(("bad argument #2 to 'connections.patch' (expected a table or a function, got %s)")
         :format(options.describe(changes)), 2)
   end
   local how
   how, err = operation.begin(self, opts, patch_options, "patch")
   if not how then return nil, err end
   if type(changes) == "table" then changes = definition.of(changes, 2, "connections.patch", 2) end
   local retrieved
   retrieved, err = operation.retrieve(self, how, target)
   if not retrieved then return nil, err end
   local fine
   fine, err = check_expectation(how, retrieved)
   if not fine then return nil, err end
   return patch_retrieved(self, how, target, retrieved, changes)
end

local function unarchived(list)
   local live = {}
   for _, candidate in ipairs(list) do
      if shape.get(candidate, "archived") ~= true then live[#live + 1] = candidate end
   end
   return live
end

local function is_secret(path) return schema.secrets[path] end

local function holds_secret(body)
   for _, found in ipairs(shape.objects(body, "auth")) do
      for path in pairs(schema.secrets) do
         if shape.get(found[1], path:match "[^.]+$") ~= nil then return true end
      end
   end
   return false
end

--- Makes sure that a connection is there as defined: creates it, or updates the one of that name among the
-- unarchived. Only the members given are compared. Secrets can't be, for the service never returns them.
-- @function ensure
-- @tparam table given a definition: a table, a builder, or a connection
-- @tparam[opt] table opts `force_secrets` (send secrets although nothing else differs), `timeout` (seconds), `retry`,
-- `missing_secrets`, `secrets`
-- @treturn personalize.connection
-- @treturn string `created`, `updated` or `unchanged`
-- @return `nil` and an error object; of kind `conflict` when two have that name
function changing.ensure(self, given, opts)
   local body, err = writing.prepare(definition.of(given, 1, "connections.ensure", 2))
   if not body then return nil, err end
   local how
   how, err = operation.begin(self, opts, ensure_options, "ensure")
   if not how then return nil, err end
   local found, response_headers = reading.of_name(how, body.name)
   if not found then return nil, response_headers end
   local live = unarchived(found)
   if #live > 1 then
      return errors.fail("conflict", ("%d connections are named %s: which one is meant cannot be told")
         :format(#live, options.describe(body.name)))
   elseif #live == 0 then
      local created, problem = writing.send_create(self, how, body)
      if not created then return nil, problem end
      return created, "created"
   end
   local present = connection.new(live[1], self.bound)
   if merge.has(present, body, is_secret) and not (how.force_secrets and holds_secret(body)) then
      return present, "unchanged"
   end
   local target
   target, err = operation.target(present, "ensure")
   if not target then return nil, err end
   local merged = assert(shape.copy(present))
   assert(merge.into(merged, body))
   local updated
   updated, err = writing.send_update(self, how, target, merged)
   if not updated then return nil, err end
   return updated, "updated"
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
-- @function archive
-- @param ref reference or connection
-- @tparam[opt] table opts as for `patch`
-- @treturn personalize.connection
-- @return `nil` and an error object
changing.archive = set_archived(true, "archive")

--- Takes a connection back from the archive.
-- @function restore
-- @param ref reference or connection
-- @tparam[opt] table opts as for `patch`
-- @treturn personalize.connection
-- @return `nil` and an error object
changing.restore = set_archived(false, "restore")

return changing
