--- Changing connections: `patch`, `archive`, `restore`.
-- @module personalize.connections

local call = require "personalize.resource.call"
local call_options = require "personalize.connections.call_options"
local connection = require "personalize.connections.connection"
local definition = require "personalize.connections.definition"
local errors = require "personalize.error"
local expectation = require "personalize.connections.expectation"
local merge = require "personalize.connections.merge"
local options = require "personalize.options"
local order = require "personalize.order"
local raw = require "personalize.raw"
local schema = require "personalize.schema"
local text = require "personalize.text"
local writing = require "personalize.connections.writing"

local write_options = call_options.of_writing { expect = expectation.rule }
local retiring_options = call_options.of_writing { expect = expectation.rule, check_uses = "boolean" }

local changing = {}

-- Lets a caller's function change a connection. The function may return nil and a reason to abort.
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

-- True if anything differs that could be sent.
local function differs(changed, retrieved)
   for _, name in ipairs(order.names(changed, retrieved)) do
      if not schema.server_owned[name] and not raw.equal(rawget(changed, name), rawget(retrieved, name)) then
         return true
      end
   end
   return false
end

-- Applies changes to a copy of the retrieved connection.
-- @return the copy, a plain table; or nil and an error object
function changing.change_copy(self, retrieved, changes)
   local copy, reason = raw.copy(retrieved)
   if not copy then return errors.fail("encode", "the connection " .. reason) end
   local changed = connection.of_copy(copy, retrieved, self.bound)
   local fine, err = apply_changes(changed, changes)
   if not fine then return nil, err end
   return definition.plain(changed)
end

local function patch_retrieved(self, begun, target, retrieved, changes, expected)
   local changed, err = changing.change_copy(self, retrieved, changes)
   if not changed then return nil, err end
   if not differs(changed, retrieved) then return retrieved, false end
   local updated
   updated, err = writing.send_update(self, begun, target, changed, { retrieved = retrieved, is_edit = true,
      expected = expected })
   if not updated then return nil, err end
   return updated, true
end

--- Changes some members: retrieves the connection, merges the changes deeply, and sends it if anything changed.
-- Arrays replace; `personalize.null` sets null.
-- @api `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
-- @function patch
-- @tparam string|personalize.connection ref a ref or a connection
-- @tparam table|fun(connection:personalize.connection):any,any changes members; or a function that changes the
-- connection that it gets (it may return `nil, err` to abort)
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes, and
-- @tparam[opt] personalize.connections.expectation|false opts.expect the expected state of the retrieved connection;
-- default none: the changes are applied to the connection as it is now
-- @tparam[opt=false] boolean opts.check_uses when it is renamed or archived, warn of what uses it (`uses`)
-- @treturn personalize.connection connection
-- @treturn boolean changed whether anything was sent
-- @fails of kind `validation` when a member of the changes looks like another one (`connectionUrl` beside `request`);
-- `conflict` when the retrieved connection differs from `expect`; `cancelled` when the function aborts
-- @usage
-- local changed, sent = assert(connections.patch(ref, { request = { connectionUrl = "https://api.example.com/v2" } }))
-- print(sent, changed.request.connectionUrl)  --> true	https://api.example.com/v2
-- local _, err = connections.patch(ref, { description = "" }, { expect = { modifiedAt = "2020-01-01T00:00:00.000Z" } })
-- print(err.kind)  --> conflict
function changing.patch(self, ref, changes, opts)
   local target, err = call.target(self, ref, "patch")
   if not target then return nil, err end
   if type(changes) ~= "table" and type(changes) ~= "function" then
      error(("bad argument #2 to 'connections.patch' (expected a table or a function, got %s)")
         :format(options.describe(changes)), 2)
   end
   if type(changes) == "table" then
      changes, err = definition.of(changes, 2, "connections.patch", 2)
      if not changes then return nil, err end
   end
   local begun
   begun, err = call.begin(self, opts, retiring_options, "patch")
   if not begun then return nil, err end
   local expected = expectation.check(begun.expect, "connections.patch", 2)
   local retrieved, fine
   retrieved, err = call.retrieve(self, begun, target)
   if not retrieved then return nil, err end
   fine, err = expectation.meets(expected or {}, retrieved)
   if not fine then return nil, err end
   return patch_retrieved(self, begun, target, retrieved, changes)
end

local function set_archived(value, where, known)
   return function(self, ref, opts)
      local target, err = call.target(self, ref, where)
      if not target then return nil, err end
      local begun
      begun, err = call.begin(self, opts, known, where)
      if not begun then return nil, err end
      begun.expect = expectation.check(begun.expect, "connections." .. where, 2)
      local retrieved, fine
      retrieved, err = call.retrieve(self, begun, target)
      if not retrieved then return nil, err end
      fine, err = expectation.meets(begun.expect or {}, retrieved)
      if not fine then return nil, err end
      local result, problem = patch_retrieved(self, begun, target, retrieved, { archived = value },
         writing.expected(begun, ref, ref))
      if not result then return nil, problem end
      return result
   end
end

--- Retires a connection: sets `archived`. There is no delete. If you pass a connection that was changed in the tenant
-- since it was retrieved, nothing is sent.
-- @api `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
-- @function archive
-- @tparam string|personalize.connection ref a ref or a connection
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes, and
-- @tparam[opt] personalize.connections.expectation|false opts.expect as of `update`
-- @tparam[opt=false] boolean opts.check_uses warn of what uses it (`uses`)
-- @treturn personalize.connection connection
-- @fails as `update`
-- @usage print(assert(connections.archive(ref)).archived)  --> true
changing.archive = set_archived(true, "archive", retiring_options)

--- Takes a connection back from the archive. If you pass a connection that was changed in the tenant since it was
-- retrieved, nothing is sent.
-- @api `GET /v2/connections/<ref>`, `PUT /v2/connections/<ref>`
-- @function restore
-- @tparam string|personalize.connection ref a ref or a connection
-- @tparam[opt] personalize.connections.write_options opts what every call that writes takes, and
-- @tparam[opt] personalize.connections.expectation|false opts.expect as of `update`
-- @treturn personalize.connection connection
-- @fails as `update`
-- @usage print(assert(connections.restore(ref)).archived)  --> false
changing.restore = set_archived(false, "restore", write_options)

return changing
