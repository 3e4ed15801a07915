--- Reads all pages of a list whose paging is not published. Makes sure of "all": never a duplicate, never endless,
-- never silently the first ten.
-- @module personalize.connections.paging
-- @local

local json = require "personalize.json"
local shape = require "personalize.connections.shape"

local paging = {}

-- The usual length of a page when none is stated: a list of a multiple of it may have been cut.
local suspicious_length = 10

-- Most connections that are asked for at once when the server did not show a page's length itself.
local longest_page = 100

-- What the members of an answer beside its items may call the number of all connections.
local total_names = { "total", "totalCount", "count", "totalItems", "totalElements", "size" }

local function stated_number(page, name)
   local value = shape.get(page, name)
   return type(value) == "number" and value >= 0 and value or nil
end

-- Whether there is more behind a page, as far as it can be told.
local function may_continue(page, length, received)
   for _, name in ipairs(total_names) do
      local total = stated_number(page, name)
      if total and total > received then return true end
   end
   local limit = stated_number(page, "limit")
   if limit and limit > 0 and length >= limit then return true end
   return shape.get(page, "next") ~= nil or length % suspicious_length == 0
end

-- The items of a page that were not seen before.
local function unseen(items, seen)
   local new, has_new_ref = {}, false
   for index = 1, #items do
      local ref = shape.string(items[index], "ref")
      if not ref then
         new[#new + 1] = items[index]
      elseif not seen[ref] then
         seen[ref], has_new_ref = true, true
         new[#new + 1] = items[index]
      end
   end
   return new, has_new_ref
end

--- An iterator over pages.
-- @tparam function fetch `fetch(query)` -> the answer as a table whose `items` are objects; or nil and an error
-- object
-- @tparam[opt] number page_size asked for from the first page on
-- @treturn function each call brings an array of new items and the whole answer; nil alone
-- at the end; nil and an error object when it fails
function paging.pages(fetch, page_size)
   local seen, received, ended = {}, 0, false
   local limit = page_size
   return function()
      if ended then return nil end
      local first = received == 0
      local query = (not first or page_size) and { limit = limit, offset = received } or nil
      local page, err = fetch(query)
      if not page then
         ended = true
         return nil, err
      end
      local items = page.items
      local new, has_new_ref = unseen(items, seen)
      received = received + #items
      if #items == 0 or not (first or has_new_ref) then
         ended = true
         if first then return new, page end
         return nil
      end
      ended = not (may_continue(page, #items, received) or (page_size and #items >= page_size))
      limit = limit or stated_number(page, "limit") or math.min(#items, longest_page)
      if limit < 1 then limit = suspicious_length end
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
