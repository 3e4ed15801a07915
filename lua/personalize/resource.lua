--- A resource of the service as a value: its name, its path below the base URL, its schema, and how its lists look.
-- `list`, `each`, `get` and `find` work on any resource.
-- @module personalize.resource
-- @local

local call = require "personalize.resource.call"
local display = require "personalize.display"
local raw = require "personalize.raw"
local reading = require "personalize.resource.reading"
local redaction = require "personalize.redaction"

local Resource = {}
Resource.__index = Resource

-- Makes plain items: tables that print as text and encode as objects.
local function wrapper(self)
   local metatable = {
      __name = "personalize." .. self.one,
      __jsontype = "object",
      __tostring = function(item) return display.item(self.one, item, self.schema) end,
   }
   return function(item) return setmetatable(item, metatable) end
end

local function match_members(wanted)
   return function(item) return raw.has(item, wanted) end
end

-- The schema of a resource of which little more than the order of its members is known.
local function plain_schema(members)
   local rank = {}
   for index, member in ipairs(members) do rank[member[1]] = index end
   return { rank = rank, arrays = {}, mask = redaction.value }
end

local resource = {}

--- Makes a resource.
-- @tparam table given
--
-- - `name`: the member of a client, as messages show it (`connections.get`)
-- - `one`, `many`: the words for an item and for several; `many` is `name` by default
-- - `path` below the base URL
-- - `columns` of a list's table: see `personalize.resource.list`
-- - `members`: `{ name, type, about }` in the order in which an item shows them, also for the reference; or `schema`:
--   `rank` (name -> place), `arrays` (as the encoder takes them), `mask(item)` (a copy without secrets)
-- - `wrap(item, bound)`: makes what a caller gets for an item; by default the item itself with a `tostring`
-- - `match(wanted)`: makes a function that compares an item with a table given to `find`
-- - `options`: rules of options that every function takes besides `timeout` and `retry`
-- - `functions`: name -> `implementation(self, ...)`, besides those for reading; `below`: the resources listed by
--   functions that `reading.list_below` makes
-- - `about`: a sentence for the reference
-- @treturn table resource
function resource.new(given)
   local self = setmetatable({}, Resource)
   for name, value in pairs(given) do self[name] = value end
   self.many = self.many or self.name
   self.schema = self.schema or plain_schema(self.members)
   self.wrap = self.wrap or wrapper(self)
   self.match = self.match or match_members
   self.expect = call.expect_item(self)
   self.known = {
      list = call.options({ limit = "count", offset = "index" }, self.options),
      each = call.options({ page_size = "count" }, self.options),
      plain = call.options({}, self.options),
   }
   return self
end

--- Binds the functions of a resource to a client.
-- @tparam function get_client returns the client; or nil and an error object
-- @tparam[opt] table functions additional functions
-- @treturn table the functions; they also work when called with a colon by mistake
function Resource:bind(get_client, functions)
   local bound = {}
   local context = { client = get_client, bound = bound, resource = self }
   for _, list in ipairs { reading.functions, self.functions or {}, functions or {} } do
      for name, implementation in pairs(list) do
         bound[name] = function(first, ...)
            if rawequal(first, bound) then return implementation(context, ...) end
            return implementation(context, first, ...)
         end
      end
   end
   return setmetatable(bound, { __name = "personalize." .. self.name, __tostring = function()
      local owner, err = get_client()
      return self.many .. " of " .. tostring(owner or err)
   end })
end

return resource
