--- Reads whether a page says that more pages follow. Paging is not published, so all usual marks are recognised:
-- totals, flags and links to the next page, in the page, in the objects that usually hold them, and in the headers.
-- @module personalize.resource.more
-- @local

local json = require "personalize.json"
local letters = require "personalize.letters"
local raw = require "personalize.raw"

local more = {}

-- Names are compared in lower case and without punctuation: hasMore, has_more, @odata.nextLink.
local function set(names)
   local found = {}
   for name in names:gmatch "%S+" do found[name] = true end
   return found
end

local totals = set "total totalcount totalitems totalelements totalresults totalrecords totalsize \z
   recordstotal odatacount"
local total_pages = set "totalpages pagecount pages numberofpages"
local limits = set "limit pagesize perpage"
local flags_of_more = set "more hasmore hasnext hasnextpage hasmoreitems hasmoreresults hasmorepages moreavailable \z
   moreresults moreitems morerecords hasmorerecords truncated istruncated"
local flags_of_end = set "last islast lastpage islastpage"
local links = set "next nextpage nextlink odatanextlink nexturl nexthref nextpageurl nextpagelink nextpagetoken \z
   nexttoken nextcursor nextoffset nextstart nextmarker nextkey continuationtoken"
local containers = set "page paging pagination pageinfo meta metadata links info responsemetadata"

local largest_number = 2 ^ 53

-- A whole number from a number or a text; else nil.
local function whole(value)
   if type(value) == "string" or json.is_number(value) then value = tonumber((tostring(value))) end
   if type(value) ~= "number" or value % 1 ~= 0 or value < 0 or value > largest_number then return nil end
   return value
end

local function truth(value)
   if value == true or value == "true" or value == 1 then return true end
   if value == false or value == "false" or value == 0 then return false end
   return nil
end

local function plain_name(name)
   return type(name) == "string" and letters.lower(name):gsub("[^%w]", "") or ""
end

-- `{ "rel": "next", "href": "..." }` in an array of links.
local function link_in_array(list)
   for index = 1, raw.length(list) do
      local item = rawget(list, index)
      if raw.string(item, "rel") == "next" then return raw.string(item, "href") or true end
   end
   return nil
end

-- A total, which may be an object: `{ "value": 30 }`.
local function total_of(value)
   return whole(value) or whole(raw.get(value, "value"))
end

-- Reads a mark of a next page: its URL as a string, true if it is not a URL, nil if there is none.
local function next_of(value)
   if value == json.null then return nil end
   if type(value) == "table" then
      if next(value) == nil then return nil end
      return raw.string(value, "href") or raw.string(value, "url") or true
   end
   if value == nil or value == "" or value == false or value == 0 then return nil end
   return type(value) == "string" and value or true
end

local read_object

local function read_member(found, name, value, depth)
   if totals[name] then
      found.total = found.total or total_of(value)
   elseif total_pages[name] and whole(value) then
      found.pages = found.pages or whole(value)
   elseif limits[name] then
      found.limit = found.limit or whole(value)
   elseif flags_of_more[name] and truth(value) ~= nil then
      found.flag = found.flag or truth(value)
   elseif flags_of_end[name] and type(value) == "boolean" then
      found.flag = found.flag or not value
   elseif links[name] then
      local link = next_of(value)
      if type(found.next) ~= "string" then found.next = link or found.next end
   elseif name == "cursors" and raw.string(value, "after") then
      found.is_doubtful = true
   elseif containers[name] and type(value) == "table" and value ~= json.null then
      if raw.is_array(value) then
         found.next = found.next or link_in_array(value)
      elseif depth < 3 then
         read_object(found, value, depth + 1)
      end
   end
end

-- `{ "current_page": 1, "last_page": 5 }`
local function pages_of(object)
   local current, last
   for name, value in next, object do
      local plain = plain_name(name)
      if plain == "currentpage" then current = whole(value) elseif plain == "lastpage" then last = whole(value) end
   end
   return current and last
end

function read_object(found, object, depth)
   for name, value in next, object do read_member(found, plain_name(name), value, depth) end
   found.pages = found.pages or pages_of(object)
end

-- `Link: <https://...?page=2>; rel="next"`
local function link_header(text)
   for url, parameters in text:gmatch "<([^>]*)>([^<]*)" do
      local relation = letters.lower(parameters):match '[;%s]rel%s*=%s*"?([^";,]*)'
      if relation and (" " .. relation .. " "):find(" next ", 1, true) then return url end
   end
   return nil
end

local function header(headers, name)
   local value = headers and headers[name]
   return type(value) == "string" and value ~= "" and value or nil
end

-- `Content-Range: items 0-6/30`: the total, or that it is not known. A range of bytes says nothing of items.
local function content_range(text)
   local unit, total = (text or ""):match "^%s*(%a*)%s*%d+%-%d+/([%d*]+)%s*$"
   if not unit or letters.lower(unit) == "bytes" then return nil, false end
   return whole(total), total == "*"
end

local function read_headers(found, headers, status)
   local total, is_open = content_range(header(headers, "content-range"))
   found.total = found.total or whole(header(headers, "x-total-count")) or whole(header(headers, "x-total")) or total
   found.pages = found.pages or whole(header(headers, "x-total-pages"))
   if found.flag == nil then found.flag = truth(header(headers, "x-has-more")) end
   if found.total == nil and (is_open or status == 206) then found.is_doubtful = true end
   if type(found.next) ~= "string" then
      found.next = link_header(header(headers, "link") or "") or found.next or next_of(header(headers, "x-next-page"))
   end
end

-- `size` alone is a total, or the length of pages: where it is more than the items that came, there may be more.
local function read_size(found, page)
   local items, size = rawget(page, "items"), whole(raw.get(page, "size"))
   if found.total ~= nil or not size then return end
   if raw.is_array(items) and size > raw.length(items) then found.size = size else found.total = size end
end

--- The paging marks of a page.
-- @tparam table page
-- @tparam[opt] table headers of the response
-- @tparam[opt] integer status of the response
-- @treturn table `total`, `pages`, `limit` (numbers), `flag` (boolean: whether there is more), `next` (a URL, or true),
-- and what makes more likely without stating it: `size` (a total, or the length of pages) and `is_doubtful`; a field
-- is nil when the page has no such mark
function more.marks(page, headers, status)
   local found = {}
   read_object(found, page, 1)
   found.total = found.total or whole(raw.get(page, "count"))
   read_headers(found, headers, status)
   read_size(found, page)
   return found
end

--- True if marks say that there are more items.
-- @tparam table marks
-- @tparam number received items received so far
-- @tparam number answers responses that brought them
function more.is_stated(marks, received, answers)
   return marks.flag == true or marks.next ~= nil or (marks.total or 0) > received or (marks.pages or 0) > answers
end

-- Characters that a query may contain unescaped.
local query_characters = "^[%w%-._~!$&'()*+,;=:@/?%%%[%]]+$"

--- The query of the URL of a next page, if the URL is one of the same list. Only the query is used, so that no
-- credentials go to another server.
-- @tparam string|boolean url
-- @tparam string path of the list
-- @treturn ?string query
function more.query(url, path)
   if type(url) ~= "string" then return nil end
   local place, query = url:gsub("#.*", ""):match "^([^?]*)%?(.*)$"
   if not place or not query:find(query_characters) then return nil end
   local last = path:match "[^/]*$"
   if place == "" or place == last or place:sub(-#path) == path then return query end
   return nil
end

return more
