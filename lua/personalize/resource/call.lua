--- One call of a resource's function: its options, its client, and the deadline that its exchanges share.
-- @module personalize.resource.call
-- @local

local client = require "personalize.client"
local errors = require "personalize.error"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local options = require "personalize.options"
local raw = require "personalize.raw"
local request = require "personalize.http.request"
local settings = require "personalize.settings"

local call = {}

local common = { timeout = "seconds", retry = settings.known.retry }

--- The options of one function: its own, those that every call takes, and those that every function of the resource
-- takes.
-- @tparam table own as `options.check` takes them; this table is completed
-- @tparam[opt] table of_resource
-- @treturn table own
function call.options(own, of_resource)
   for name, rule in pairs(common) do own[name] = rule end
   for name, rule in pairs(of_resource or {}) do own[name] = rule end
   return own
end

-- Misuse is raised at the caller of the public function: user -> public function -> function here.
local user = 3

--- Begins a call: checks its options and sets its deadline.
-- @tparam table self of the bound resource
-- @tparam ?table opts as the user gave them
-- @tparam table known options of the function
-- @tparam string where name of the function
-- @treturn table the checked options with `client`, `began`, `deadline` and `warnings`; or nil and an error object
function call.begin(self, opts, known, where)
   local begun = { client = nil, began = nil, deadline = nil, warnings = nil } -- allocates room for these fields
   if opts ~= nil then
      where = self.resource.name .. "." .. where
      begun = options.check(opts, known, where, user)
      if begun.retry ~= nil then begun.retry = settings.retry(begun.retry, where, user) end
   end
   local owner, err = self.client()
   if not owner then return nil, err end
   begun.client = owner
   begun.warnings = {}
   begun.began = native.now()
   begun.deadline = begun.began + (begun.timeout or client.settings(owner).timeout)
   return begun
end

--- Warns: emits the event, and keeps the warning for the `meta` of the result.
-- @tparam table begun of `call.begin`
-- @tparam table warning `path`, `message`, `code`
-- @tparam[opt] string method of the exchange that the warning is about
function call.warn(begun, warning, method)
   table.insert(begun.warnings, warning)
   client.emit(begun.client, "warning", { path = warning.path, message = warning.message, code = warning.code,
      method = method })
end

--- Makes an exchange with the service.
-- @tparam table begun of `call.begin`
-- @tparam table exchange as `client.perform` takes it
function call.send(begun, exchange)
   exchange.began, exchange.deadline, exchange.retry = begun.began, begun.deadline, begun.retry
   return client.perform(begun.client, exchange)
end

-- The ref of an item; or nil and an error object.
local function ref_of(kind, item, where)
   if type(item) ~= "table" or errors.is(item) then
      error(("bad argument #1 to '%s.%s' (expected a ref or a %s, got %s)")
         :format(kind.name, where, kind.one, options.describe(item)), user + 1)
   end
   local ref = raw.get(item, "ref")
   if type(ref) == "string" then return ref end
   return errors.fail("validation", ("ref: the %s has none%s; only a %s that was retrieved or created has one")
      :format(kind.one, ref ~= nil and " that is a string" or "", kind.one),
      { problems = { { path = "ref", message = "is missing" } } })
end

--- The path of one item.
-- @tparam table self of the bound resource
-- @tparam string|table ref ref or item
-- @tparam string where name of the function
-- @treturn string path; or nil and an error object
function call.target(self, ref, where)
   local kind = self.resource
   local text, err = ref
   if type(ref) ~= "string" then
      text, err = ref_of(kind, ref, where)
      if err then return nil, err end
   end
   text, err = request.ref(text, kind.name)
   if err then return nil, err end
   return kind.path .. "/" .. text
end

--- Makes the `expect` function of an exchange that returns an item: it says what was expected, or returns nil. Every
-- published item has a `ref`; a response without one does not show whether a write took effect.
function call.expect_item(kind)
   local object = "a " .. kind.one .. " (an object)"
   local object_with_ref = "a " .. kind.one .. " (an object with a ref)"
   return function(value)
      if type(value) ~= "table" or raw.is_array(value) then return object end
      return raw.string(value, "ref") == nil and object_with_ref or nil
   end
end

--- Returns the item of a response whose call had `keeps_body`; or nil and the error in place of the response.
function call.read(self, value, response)
   if value == nil then return nil, response end
   return meta.attach(self.resource.wrap(value, self.bound, response), response)
end

--- Retrieves an item.
-- @tparam table self of the bound resource
-- @tparam table begun of `call.begin`
-- @tparam string target of `call.target`
function call.retrieve(self, begun, target)
   local kind = self.resource
   return call.read(self, client.perform(begun.client, { method = "GET", path = target, class = "idempotent",
      expect = kind.expect, keeps_body = true, began = begun.began, deadline = begun.deadline, retry = begun.retry,
      url = nil, settings = nil, profile = nil, uses_proxy = nil })) -- with room for later fields
end

return call
