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

local totals = set "total totalcount totalitems totalelements totalresults totalrecords totalsize"
local totals_at_top = { "count", "size" } -- used only when nothing else states a total
local total_pages = set "totalpages pagecount pages numberofpages"
local limits = set "limit pagesize perpage"
local flags_of_more = set "more hasmore hasnext hasnextpage hasmoreitems hasmoreresults hasmorepages moreavailable \z
   moreresults moreitems truncated istruncated"
local flags_of_end = set "last islast lastpage islastpage"
local links = set "next nextpage nextlink odatanextlink nexturl nexthref nextpageurl nextpagelink nextpagetoken \z
   nexttoken nextcursor nextoffset nextstart nextmarker nextkey continuationtoken"
local containers = set "page paging pagination pageinfo meta metadata links"

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
      found.total = found.total or whole(value)
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
   elseif containers[name] and type(value) == "table" and value ~= json.null then
      if raw.is_array(value) then
         found.next = found.next or link_in_array(value)
      elseif depth < 3 then
         read_object(found, value, depth + 1)
      end
   end
end

function read_object(found, object, depth)
   for name, value in next, object do read_member(found, plain_name(name), value, depth) end
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

--- The paging marks of a page.
-- @tparam table page
-- @tparam[opt] table headers of the response
-- @treturn table `total`, `pages`, `limit` (numbers), `flag` (boolean: whether there is more), `next` (a URL, or true);
-- a field is nil when the page has no such mark
function more.marks(page, headers)
   local found = {}
   read_object(found, page, 1)
   for _, name in ipairs(totals_at_top) do found.total = found.total or whole(raw.get(page, name)) end
   found.total = found.total or whole(header(headers, "x-total-count"))
   if type(found.next) ~= "string" then
      found.next = link_header(header(headers, "link") or "") or found.next or next_of(header(headers, "x-next-page"))
   end
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
