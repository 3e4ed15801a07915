--- Reading connections: `list`, `each`, `get`, `find`.
-- @module personalize.connections

local client = require "personalize.client"
local errors = require "personalize.error"
local json = require "personalize.json"
local meta = require "personalize.http.meta"
local native = require "personalize.native"
local options = require "personalize.options"
local request = require "personalize.http.request"
local connection = require "personalize.connections.connection"
local definition = require "personalize.connections.definition"
local list_of = require "personalize.resource.list"
local merge = require "personalize.connections.merge"
local operation = require "personalize.connections.operation"
local paging = require "personalize.resource.paging"
local shape = require "personalize.raw"

local list_options = operation.options { limit = "count", offset = "index" }
local each_options = operation.options { page_size = "count" }
local plain_options = operation.options {}

local reading = {}

local function expect_list(value)
   local fine, expected = paging.is_list(value)
   return not fine and "a list (" .. expected .. ")" or nil
end

local function fetch_page(how, query)
   local encoded = query and assert(request.query(query)) or nil
   return operation.perform(how, { method = "GET", path = operation.path, query = encoded, class = "idempotent",
      expect = expect_list, deadline = how.deadline, retry = how.retry })
end

-- An iterator over the pages of all connections. The second value remembers the last response, and whether connections
-- may be missing (`is_doubtful`) or are (`is_incomplete`).
local function all_pages(how, page_size)
   local last = {}
   local next_page = paging.pages(function(query)
      local value, response = fetch_page(how, query)
      if value then last.response = response end
      return value, response
   end, page_size, function(message, is_incomplete)
      last.is_doubtful, last.is_incomplete = true, is_incomplete
      client.emit(how.client, "warning", { message = message, method = "GET" })
   end)
   return next_page, last
end

-- Calls `visit(item)` for all connections until it returns true.
-- @return what `all_pages` remembers; or nil and an error object
local function visit_all(how, visit)
   local next_page, last = all_pages(how)
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

local function collect(self, how)
   local next_page, last = all_pages(how)
   local items, first_answer = json.array {}, nil
   while true do
      local new, page = next_page()
      if not new then
         if page then return nil, page end
         break
      end
      first_answer = first_answer or page
      for index = 1, #new do items[#items + 1] = connection.new(new[index], self.bound) end
   end
   return meta.attach(list_of.new(items, first_answer), last.response)
end

--- Lists connections: all of them without `limit` and `offset`, whatever the service's paging; else that page.
-- @api `GET /v2/connections` (no parameter of it is published)
-- @function list
-- @tparam[opt] personalize.connections.call_options opts what every call takes, and
-- @tparam[opt] integer opts.limit how many at most
-- @tparam[opt] integer opts.offset how many to leave out before
-- @treturn personalize.list list
-- @fails
-- @usage
-- for _, each in ipairs(assert(connections.list())) do print(each.name) end
-- print(#assert(connections.list { limit = 1, offset = 1 }))  --> 1
function reading.list(self, opts)
   local how, err = operation.begin(self, opts, list_options, "list")
   if not how then return nil, err end
   if not how.limit and not how.offset then return collect(self, how) end
   local page, response = fetch_page(how, { limit = how.limit, offset = how.offset })
   if not page then return nil, response end
   local items = page.items
   for index = 1, #items do connection.new(items[index], self.bound) end
   return meta.attach(list_of.new(items, page), response)
end

--- Iterates over all connections, page by page, as they are needed. Raises an error object when a page cannot be had.
-- @api `GET /v2/connections`
-- @function each
-- @tparam[opt] personalize.connections.call_options opts what every call takes (`timeout` is for each page), and
-- @tparam[opt] integer opts.page_size how many to ask for at a time
-- @treturn fun():personalize.connection|nil iterator for `for`
-- @usage for each in connections.each() do if each.archived then print(each.name) end end
function reading.each(self, opts)
   local how, err = operation.begin(self, opts, each_options, "each")
   if not how then error(err, 2) end
   local next_page = all_pages(how, how.page_size)
   local page, index = {}, 0
   local seconds = how.timeout or client.settings(how.client).timeout
   return function()
      while page and index >= #page do
         how.deadline = native.now() + seconds
         local new, problem = next_page()
         if not new and errors.is(problem) then error(problem, 0) end
         page, index = new, 0
      end
      if not page then return nil end
      index = index + 1
      return connection.new(page[index], self.bound)
   end
end

--- Retrieves a connection.
-- @api `GET /v2/connections/<ref>`
-- @function get
-- @tparam string|personalize.connection ref reference or connection
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection
-- @fails of kind `not_found` when there is none
-- @usage print(assert(connections.get(ref)).ref == ref)  --> true
function reading.get(self, ref, opts)
   local target, err = operation.target(ref, "get")
   if not target then return nil, err end
   local how
   how, err = operation.begin(self, opts, plain_options, "get")
   if not how then return nil, err end
   return operation.retrieve(self, how, target)
end

local function matcher(wanted)
   if type(wanted) == "function" then return wanted end
   local given = type(wanted) == "string" and { name = wanted } or definition.of(wanted)
   return function(candidate) return merge.has(candidate, given) end
end

--- Finds the first connection that fits.
-- @api `GET /v2/connections`
-- @function find
-- @tparam string|personalize.members|fun(connection:personalize.connection):any wanted a name; or a table of members
-- that it must have; or a function of a connection
-- @tparam[opt] personalize.connections.call_options opts
-- @treturn personalize.connection connection
-- @fails of kind `not_found` when none fits
-- @usage
-- local weather = assert(connections.find "Weather Data System")
-- local gets = assert(connections.find { request = { requestType = "GET" } })
-- local other = assert(connections.find(function(each) return each.ref ~= weather.ref end))
function reading.find(self, wanted, opts)
   local kind = type(wanted)
   if kind ~= "string" and kind ~= "table" and kind ~= "function" then
      error(("bad argument #1 to 'connections.find' (expected a name, a table of members or a function, got %s)")
         :format(options.describe(wanted)), 2)
   end
   local how, err = operation.begin(self, opts, plain_options, "find")
   if not how then return nil, err end
   local fits, found = matcher(wanted), nil
   local last
   last, err = visit_all(how, function(item)
      local candidate = connection.new(item, self.bound)
      if fits(candidate) then found = candidate end
      return found ~= nil
   end)
   if not last then return nil, err end
   if found then return meta.attach(found, last.response) end
   local what = kind == "string" and ("is named %s"):format(options.describe(wanted)) or "fits"
   return errors.fail("not_found", ("no connection %s"):format(what))
end

-- The connections of a name, as plain tables, and what `all_pages` remembers; or nil and an error object.
function reading.of_name(how, name)
   local found = {}
   local last, err = visit_all(how, function(item)
      if shape.string(item, "name") == name then found[#found + 1] = item end
   end)
   if not last then return nil, err end
   return found, last
end

return reading
