--- What the operations on connections share: their options, the deadline, references, reading a connection of an
-- answer.
-- @module personalize.connections.operation
-- @local

local client = require "personalize.client"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local options = require "personalize.options"
local request = require "personalize.http.request"
local settings = require "personalize.settings"
local call_options = require "personalize.connections.call_options"
local connection = require "personalize.connections.connection"
local shape = require "personalize.raw"

local operation = {}

--- The path of all connections below the base URL.
operation.path = "/v2/connections"

--- Adds the options that every operation has to those of one.
operation.options = call_options

--- Likewise for one that writes.
operation.write_options = call_options.of_writing

-- Misuse is raised at the caller of the public function: user -> public function -> function here.
local user = 3

--- The call's options, checked, with what all calls of one operation share: the deadline.
function operation.begin(self, opts, known, where)
   local checked = {}
   if opts ~= nil then
      checked = options.check(opts, known, "connections." .. where, user)
      if checked.retry ~= nil then checked.retry = settings.retry(checked.retry, "connections." .. where, user) end
   end
   local owner, err = self.client()
   if not owner then return nil, err end
   checked.client = owner
   checked.warnings = {}
   checked.deadline = native.now() + (checked.timeout or client.settings(owner).timeout)
   return checked
end

--- Performs a call of an operation.
-- @tparam table how of `operation.begin`
-- @tparam table call as `client.perform` takes it, with `deadline` and `retry` of the operation
function operation.perform(how, call)
   return client.perform(how.client, call)
end

--- What was expected instead of a connection, or nil: for a call's `expect`. Every published answer has its `ref`; what
-- has none is not the service's word on what became of a write.
function operation.expect_connection(value)
   if type(value) ~= "table" or shape.is_array(value) then return "a connection (an object)" end
   return shape.string(value, "ref") == nil and "a connection (an object with a ref)" or nil
end

--- The connection of an answer; or nil and the error in the response's place.
function operation.read(self, value, response)
   if value == nil then return nil, response end
   return meta.attach(connection.new(value, self.bound), response)
end

--- Warns: reports the event and keeps it for the `warnings` of the result's `meta`.
-- @tparam table how of `operation.begin`
-- @tparam table warning `{ path=, message=, code= }`
-- @tparam[opt] string method of the call
function operation.warn(how, warning, method)
   how.warnings[#how.warnings + 1] = warning
   client.emit(how.client, "warning", { path = warning.path, message = warning.message, code = warning.code,
      method = method })
end

--- The path of one connection.
function operation.target(ref, where)
   local text, err = connection.reference(ref, 1, "connections." .. where, user)
   if not text then return nil, err end
   text, err = request.reference(text)
   if not text then return nil, err end
   return operation.path .. "/" .. text
end

--- Retrieves a connection within an operation.
function operation.retrieve(self, how, target)
   local call = { method = "GET", path = target, class = "idempotent", expect = operation.expect_connection,
      deadline = how.deadline, retry = how.retry }
   return operation.read(self, operation.perform(how, call))
end

return operation
