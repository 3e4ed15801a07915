--- Reading any resource: `list`, `each`, `get`, `find`.
-- @module personalize.resource.reading
-- @local

local call = require "personalize.resource.call"
local client = require "personalize.client"
local errors = require "personalize.error"
local json = require "personalize.json"
local list_of = require "personalize.resource.list"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local options = require "personalize.options"
local paging = require "personalize.resource.paging"
local raw = require "personalize.raw"
local request = require "personalize.http.request"
local suggestion = require "personalize.resource.suggestion"
local waiting = require "personalize.http.waiting"

local reading = {}

local function expect_list(value)
   local fine, expected = paging.is_list(value)
   return not fine and "a list (" .. expected .. ")" or nil
end

-- From this many items in one response, decoding takes longer than an event loop should be blocked.
local many_items = 1000

-- Clients that have had this warning.
local warned = setmetatable({}, { __mode = "k" })

-- Decoding does not yield: in an event loop, a client is warned once of the cost.
local function warn_of_large(kind, begun, count)
   if count < many_items or not waiting.used() or not waiting.is_shared() or warned[begun.client] then return end
   warned[begun.client] = true
   local advice = begun.page_size and begun.page_size < count and "the service does not keep to page_size"
      or kind.name .. ".each { page_size = 100 } asks for some at a time"
   call.warn(begun, { path = "", code = "large_list", message = ("an answer of %d %s was decoded in one go, and nobody "
      .. "else had a turn meanwhile: %s"):format(count, kind.many, advice) }, "GET")
end

-- A query may also be a text that the service itself gave.
local function fetch_page(kind, begun, query)
   local encoded = type(query) == "table" and assert(request.query(query)) or query
   local page, response = call.send(begun, { method = "GET", path = kind.path, query = encoded, class = "idempotent",
      is_list = true, limit = type(query) == "table" and query.limit or nil, expect = expect_list })
   if page then
      warn_of_large(kind, begun, #page.items)
      response.warnings = begun.warnings
   end
   return page, response
end

-- An iterator over all pages. The second value remembers the last response, and whether items may be missing
-- (`is_doubtful`).
local function all_pages(kind, begun, opts)
   local last = {}
   local next_page = paging.pages(function(query)
      local value, response = fetch_page(kind, begun, query)
      if value then last.response = response end
      return value, response
   end, {
      progress = function(count, total) client.tell(begun.client, kind.many, count, total) end,
      most = client.settings(begun.client).max_list_items, page_size = opts.page_size, path = kind.path,
      many = kind.many, is_thorough = opts.is_thorough,
      memory = client.list_memory(begun.client, kind.name),
      warn = function(message)
         last.is_doubtful = true
         call.warn(begun, { path = "", message = message, code = "list_may_lack" }, "GET")
      end,
   })
   return next_page, last
end

-- What decides about a write, or is taken for all that there is.
local thorough = { is_thorough = true }

-- Calls `visit(item)` for all items until it returns true.
-- @return what `all_pages` remembers; or nil and an error object
local function visit_all(kind, begun, visit)
   local next_page, last = all_pages(kind, begun, thorough)
   while true do
      local new, page = next_page()
      if not new then
         if page then return nil, page end
         return last
      end
      for index = 1, #new do
         if visit(new[index]) then return last end
      end
   end
end

-- A list of all items.
local function collect(self, begun)
   local kind = self.resource
   local next_page, last = all_pages(kind, begun, thorough)
   local items, first_answer = json.array {}, nil
   while true do
      local new, page = next_page()
      if not new then
         if page then return nil, page end
         break
      end
      first_answer = first_answer or page
      for index = 1, #new do items[#items + 1] = kind.wrap(new[index], self.bound) end
   end
   last.response.warnings = begun.warnings -- one may be about the end of the list
   return meta.attach(list_of.new(kind, items, first_answer), last.response)
end

--- Lists items. Without `limit` and `offset`: all of them, whatever the service's paging. With them: that page.
function reading.list(self, opts)
   local kind = self.resource
   local begun, err = call.begin(self, opts, kind.known.list, "list")
   if not begun then return nil, err end
   if not begun.limit and not begun.offset then return collect(self, begun) end
   local page, response = fetch_page(kind, begun, { limit = begun.limit, offset = begun.offset })
   if not page then return nil, response end
   local items = page.items
   for index = 1, #items do kind.wrap(items[index], self.bound) end
   return meta.attach(list_of.new(kind, items, page), response)
end

--- Iterates over all items and fetches pages as needed. Raises an error object when a page cannot be had.
function reading.each(self, opts)
   local kind = self.resource
   local begun, err = call.begin(self, opts, kind.known.each, "each")
   if not begun then error(err, 2) end
   local next_page = all_pages(kind, begun, { page_size = begun.page_size })
   local page, index = {}, 0
   local seconds = begun.timeout or client.settings(begun.client).timeout
   return function()
      while page and index >= #page do
         begun.began = native.now()
         begun.deadline = begun.began + seconds
         local new, failure = next_page()
         if not new and errors.is(failure) then error(failure, 0) end
         page, index = new, 0
      end
      if not page then return nil end
      index = index + 1
      return kind.wrap(page[index], self.bound)
   end
end

--- Retrieves an item.
function reading.get(self, ref, opts)
   local target, err = call.target(self, ref, "get")
   if not target then return nil, err end
   local begun
   begun, err = call.begin(self, opts, self.resource.known.plain, "get")
   if not begun then return nil, err end
   return call.retrieve(self, begun, target)
end

-- Makes a function that tells whether an item matches; or nil and an error object.
local function matcher(kind, wanted)
   if type(wanted) == "function" then return wanted end
   return kind.match(type(wanted) == "string" and { name = wanted } or wanted)
end

--- Finds the first item that matches: by its name, by members, or by a function.
function reading.find(self, wanted, opts)
   local kind, kind_of_wanted = self.resource, type(wanted)
   if kind_of_wanted ~= "string" and kind_of_wanted ~= "table" and kind_of_wanted ~= "function" then
      error(("bad argument #1 to '%s.find' (expected a name, a table of members or a function, got %s)")
         :format(kind.name, options.describe(wanted)), 2)
   end
   local begun, err = call.begin(self, opts, kind.known.plain, "find")
   if not begun then return nil, err end
   local fits, found, last
   fits, err = matcher(kind, wanted)
   if not fits then return nil, err end
   local names = {}
   last, err = visit_all(kind, begun, function(item)
      if #names < suggestion.most_looked_at then names[#names + 1] = raw.string(item, "name") end
      local candidate = kind.wrap(item, self.bound)
      if fits(candidate) then found = candidate end
      return found ~= nil
   end)
   if not last then return nil, err end
   if found then return meta.attach(found, last.response) end
   local what = kind_of_wanted == "string"
      and ("is named %s%s"):format(options.describe(wanted), suggestion.of(wanted, names)) or "fits"
   return errors.fail("not_found", ("no %s %s"):format(kind.one, what))
end

--- The functions that every resource has.
reading.functions = { list = reading.list, each = reading.each, get = reading.get, find = reading.find }

--- The items that match, as plain tables, and what `all_pages` remembers; or nil and an error object.
-- @tparam table kind resource
-- @tparam table begun of `call.begin`
-- @tparam[opt] function fits `fits(item)`; all items without it
function reading.all(kind, begun, fits)
   local found = {}
   local last, err = visit_all(kind, begun, function(item)
      if not fits or fits(item) then found[#found + 1] = item end
   end)
   if not last then return nil, err end
   return found, last
end

--- Makes a function that lists what belongs to an item, below the item's path.
-- @tparam string name of the function
-- @tparam table kind the resource of the listed items; its path is the last part of the list's path
-- @treturn function for `functions` of the item's resource
function reading.list_below(name, kind)
   return function(self, ref, opts)
      local target, err = call.target(self, ref, name)
      if not target then return nil, err end
      local begun
      begun, err = call.begin(self, opts, self.resource.known.plain, name)
      if not begun then return nil, err end
      local below = setmetatable({ path = target .. kind.path }, { __index = kind })
      return collect({ resource = below, bound = self.bound }, begun)
   end
end

return reading
