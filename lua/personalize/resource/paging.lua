--- Reads all pages of a list whose paging is not published. Makes sure of "all": never a duplicate, never endless,
-- never silently the first ten.
-- @module personalize.resource.paging
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local shape = require "personalize.raw"

local paging = {}

-- Usual lengths of pages: a list of a multiple of one of them may have been cut.
local suspicious_lengths = { 10, 25 }

-- Most connections that are asked for at once when the server did not show a page's length itself.
local longest_page = 100

-- Most connections that a list may bring: a server that always has new ones is broken.
local most_connections = 1000000

-- What the members of an answer beside its items may call the number of all connections.
local total_names = { "total", "totalCount", "count", "totalItems", "totalElements", "size" }

local function stated_number(page, name)
   local value = shape.get(page, name)
   return type(value) == "number" and value >= 0 and value or nil
end

-- Whether the answer states that there are more connections than came so far.
local function states_more(page, received)
   for _, name in ipairs(total_names) do
      local total = stated_number(page, name)
      if total and total > received then return true end
   end
   return false
end

-- Whether the answer says by itself that there is more behind this page.
local function says_more(page, length, received)
   local limit = stated_number(page, "limit")
   return states_more(page, received) or shape.get(page, "next") ~= nil
      or (limit ~= nil and limit > 0 and length >= limit)
end

local function is_suspicious(length)
   for _, suspicious in ipairs(suspicious_lengths) do
      if length % suspicious == 0 then return true end
   end
   return false
end

-- How many to ask for, going by the first page.
local function page_length(page)
   local stated = stated_number(page, "limit")
   if stated and stated >= 1 and stated <= most_connections and stated % 1 == 0 then return stated end
   return math.min(#page.items, longest_page)
end

-- What tells an item from others: its ref, or all of it where it has none.
local function identity(item)
   return shape.string(item, "ref") or json.encode(item, { canonical = true }) or item
end

-- The items of a page that were not seen before.
local function unseen(items, seen)
   local new = {}
   for index = 1, #items do
      local id = identity(items[index])
      if not seen[id] then
         seen[id] = true
         new[#new + 1] = items[index]
      end
   end
   return new
end

local function repeated(page, received)
   if states_more(page, received) then
      return ("the service states that there are more connections than the %d that it gave"):format(received)
   end
   return ("asked for what follows %d connections the service gave the same ones again: if there are more, they "
      .. "cannot be had"):format(received)
end

local function refused(received, err)
   return ("asked for what follows %d connections the service refused the parameters: if there are more, they cannot "
      .. "be had (%s)"):format(received, tostring(err))
end

--- An iterator over pages.
-- @tparam function fetch `fetch(query)` -> the answer as a table whose `items` are objects; or nil and an error
-- object
-- @tparam[opt] number page_size asked for from the first page on
-- @tparam[opt] function warn called with a message when the list may lack connections, and whether it does for sure:
-- the service says so itself
-- @treturn function each call brings an array of new items and the whole answer; nil alone
-- at the end; nil and an error object when it fails
function paging.pages(fetch, page_size, warn)
   local seen, received, ended, limit, is_sure = {}, 0, false, page_size, page_size ~= nil
   local function finish(message, page)
      ended = true
      if message and warn then warn(message, page ~= nil and states_more(page, received)) end
   end
   return function()
      if ended then return nil end
      local is_first = received == 0
      local page, err = fetch((page_size or not is_first) and { limit = limit, offset = received } or nil)
      if not page then
         -- paging is not published: a service that knows no parameters had no more to give
         local is_refusal = not is_first and not is_sure and err.kind == "validation"
         finish(is_refusal and refused(received, err) or nil)
         if is_refusal then return nil end
         return nil, err
      end
      local length, new = #page.items, unseen(page.items, seen)
      if not is_first and #new == 0 then return finish(length > 0 and repeated(page, received) or nil, page) end
      received = received + length
      if received > most_connections then
         finish()
         return errors.fail("too_large", ("more than %d connections: does the list end?"):format(most_connections))
      end
      is_sure = is_sure or not is_first or says_more(page, length, received)
      local is_full = page_size and length >= page_size
      if length == 0 or not (is_full or says_more(page, length, received) or is_suspicious(length)) then finish() end
      limit = limit or page_length(page)
      return new, page
   end
end

--- Whether a decoded answer is a list: an object whose `items` is an array of objects.
-- @return true; or false and what was expected
function paging.is_list(value)
   if type(value) ~= "table" or shape.is_array(value) or value == json.null then
      return false, "an object with items"
   end
   local items = rawget(value, "items")
   if type(items) ~= "table" or not json.is_array(items) then return false, "an object whose items is an array" end
   for index = 1, #items do
      if type(items[index]) ~= "table" or shape.is_array(items[index]) then
         return false, ("items[%d] to be an object"):format(index)
      end
   end
   return true
end

return paging
