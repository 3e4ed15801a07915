--- Reads all pages of a list whose paging is not published. It guarantees "all": no duplicates, no endless loop, and
-- never only the first ten items without a warning.
-- @module personalize.resource.paging
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local more = require "personalize.resource.more"
local native = require "personalize.native"
local raw = require "personalize.raw"

local paging = {}

-- Usual page lengths: a list whose length is a multiple of one of them may have been cut.
local suspicious_lengths = { 10, 25 }

-- The most items to ask for in one page when the server did not show a page length.
local longest_page = 100

-- A larger limit cannot be one that a service means.
local largest_limit = 1000000

-- Seconds for which the library remembers that a service does not page, or that a list came at once.
local remembered_for = 60

-- The items of such a list: in a shorter one no page of a usual length can be missing, a longer one takes much memory.
local fewest_remembered, most_remembered = 11, 1000

-- Responses in a row without new items, each with another link to the next page.
local most_empty_pages = 10

local function is_suspicious(length)
   for _, suspicious in ipairs(suspicious_lengths) do
      if length % suspicious == 0 then return true end
   end
   return false
end

-- How many items to ask for, judged by the first page.
local function page_length(page, marks)
   local stated = marks.limit
   if stated and stated >= 1 and stated <= largest_limit then return stated end
   return math.max(1, math.min(#page.items, longest_page))
end

-- The key that distinguishes an item: its ref, or the whole item if it has none.
local function identity(item)
   return raw.string(item, "ref") or json.encode(item, { canonical = true }) or item
end

-- The items of a page that earlier pages did not have.
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

local function has_any(items, seen)
   for index = 1, #items do
      if seen[identity(items[index])] then return true end
   end
   return false
end

local function repeated(many, received)
   return ("asked for what follows %d %s the service gave the same ones again: if there are more, they "
      .. "cannot be had"):format(received, many)
end

local function refused(many, received, err)
   return ("asked for what follows %d %s the service refused the parameters: if there are more, they cannot "
      .. "be had (%s)"):format(received, many, tostring(err))
end

local function shorter(many, received, longest)
   return ("%d %s came, fewer than the %d of a moment ago, and no more were asked for: if the service pages now, there "
      .. "are more"):format(received, many, longest)
end

local function incomplete(many, received, cause)
   local message = ("the service states that there are more %s than the %d that it gave, and they cannot be "
      .. "had: it does not follow limit and offset, nor has it a link to the next page"):format(many, received)
   if cause then message = ("%s (%s)"):format(message, tostring(cause)) end
   return errors.fail("incomplete", message, { cause = cause })
end

local function too_large(many, received, most)
   return errors.fail("too_large", ("the list has more than %d %s (%d received); max_list_items of "
      .. "personalize.new is the limit, against lists that never end: raise it if there are so many"):format(most, many,
      received))
end

local Reader = {}
Reader.__index = Reader

-- The next query: first none, then that of the last page's link, else limit and offset.
function Reader:query()
   if self.link then return self.link end
   if self.answers == 0 and not self.page_size then return nil end
   return { limit = self.limit or self.page_size, offset = self.received }
end

function Reader:finish(message)
   self.ended = true
   if message and self.warn then self.warn(message) end
   return nil
end

-- Ends with the warning `why(many, received, err)`, and remembers that the service gives nothing after its first page.
-- An end without a warning is not remembered: an item may have been added a moment ago.
function Reader:finish_unpaged(why, err)
   local function warning(received) return why(self.many, received, err) end
   if self.memory and self.answers <= 2 then
      self.memory.unpaged, self.memory.until_when = warning, native.now() + remembered_for
   end
   return self:finish(warning(self.received))
end

-- Remembers a list that came whole in one response, but of several the longest.
function Reader:note_whole(count)
   local memory, now = self.memory, native.now()
   if not memory or count < fewest_remembered or count > most_remembered then return end
   local whole = memory.whole
   if whole and now < whole.until_when and count < whole.count then return end
   memory.whole = { count = count, seen = self.seen, until_when = now + remembered_for }
end

-- True when earlier lists show that no more items can be had after these: the service did not page a moment ago, or a
-- longer list came in one response. The latter is no proof when the answer itself gives rise to doubt, nor when these
-- are items of that list: they may be its first page. Then thorough lists ask for more, and others say once that they
-- did not. The second value is the warning.
function Reader:recall(items, is_doubtful)
   local memory, now, count = self.memory, native.now(), #items
   if not memory then return false end
   local whole = memory.whole
   local is_shorter = whole and not is_doubtful and now < whole.until_when and count < whole.count
   if is_shorter and not has_any(items, whole.seen) then return true end
   if memory.unpaged and now < memory.until_when then return true, memory.unpaged(count) end
   if not is_shorter or self.is_thorough then return false end
   memory.whole = nil
   return true, shorter(self.many, count, whole.count)
end

-- Returns the link of a page to the next page; each link only once.
function Reader:follow(marks)
   local link = more.query(marks.next, self.path)
   if not link or self.links[link] then return nil end
   self.links[link] = true
   return link
end

function Reader:fail(err)
   local is_refusal = err.kind == "validation" and self.answers > 0
   if is_refusal and self.is_stated then
      self:finish()
      return incomplete(self.many, self.received, err)
   elseif is_refusal and not self.is_sure then
      -- paging is not published: a service that knows no parameters had no more items to give
      return self:finish_unpaged(refused, err)
   end
   self:finish()
   return nil, err
end

-- Decides what follows a page. Returns nil and an error object when more items exist but cannot be had.
function Reader:judge(page, marks, new)
   local length, is_first = #page.items, self.answers == 1
   local was_linked = self.link ~= nil
   self.total = marks.total or self.total
   self.is_stated = more.is_stated({ flag = marks.flag, next = marks.next, total = self.total, pages = marks.pages },
      self.received, self.answers)
   self.link = self:follow(marks)
   self.empty = #new == 0 and self.empty + 1 or 0
   if self.link and self.empty <= most_empty_pages then return true end
   local is_end = length == 0 or (not is_first and #new == 0)
   if is_end and self.is_stated then
      self:finish()
      return incomplete(self.many, self.received)
   elseif is_end then
      if length == 0 then self:finish() else self:finish_unpaged(repeated) end
      return true
   end
   local is_full = self.page_size and length >= self.page_size or (marks.limit or 0) > 0 and length >= marks.limit
   self.is_sure = self.is_sure or not is_first or self.is_stated or is_full
   -- the first page, or one that a link led to, may itself say that it is the last one
   local says_nothing = not was_linked and marks.flag ~= false
   if self.is_stated or says_nothing and is_full then return true end
   local is_doubtful = marks.is_doubtful or (marks.size or 0) > self.received
   if not (says_nothing and (is_doubtful or is_suspicious(length))) then
      if is_first then self:note_whole(length) end
      self:finish()
   elseif is_first then
      local is_known, warning = self:recall(page.items, is_doubtful)
      if is_known then self:finish(warning) end
   end
   return true
end

function Reader:next_page()
   if self.ended then return nil end
   local page, response = self.fetch(self:query())
   if not page then return self:fail(response) end
   self.answers = self.answers + 1
   local marks = more.marks(page, response and response.headers, response and response.status)
   local new = unseen(page.items, self.seen)
   self.received = self.received + (#new == 0 and self.answers > 1 and 0 or #page.items)
   if self.received > self.most then
      self:finish()
      return too_large(self.many, self.received, self.most)
   end
   local fine, err = self:judge(page, marks, new)
   if not fine then return nil, err end
   if self.progress then self.progress(self.received, self.total) end
   self.limit = self.limit or self.page_size or page_length(page, marks)
   if self.ended and #new == 0 and self.answers > 1 then return nil end
   return new, page
end

--- An iterator over pages.
-- @tparam function fetch `fetch(query)` -> the page as a table whose `items` are objects, and the response with its
-- `headers`; or nil and an error object. A query is a table, or a text that the service itself gave.
-- @tparam table opts `most` (the most items of the whole list), `many` (the word for items), and optionally `page_size`
-- (asked for from the first page on), `memory` (a table kept for the next list of this path), `is_thorough` (asks for
-- more where this may be the first page of a list that came at once a moment ago), `path` (of the list; links to the
-- next page must have it), `warn` (called with a message when the list may lack items), `progress` (called with the
-- number of items so far, and their total if stated)
-- @treturn function each call returns an array of new items and the whole page; nil alone at the end; nil and an error
-- object on failure: of kind `incomplete` when the service says that there is more and does not give it
function paging.pages(fetch, opts)
   local reader = setmetatable({
      fetch = fetch, most = opts.most, many = opts.many, page_size = opts.page_size, path = opts.path or "",
      warn = opts.warn, progress = opts.progress, memory = not opts.page_size and opts.memory or nil,
      is_thorough = opts.is_thorough, is_sure = opts.page_size ~= nil,
      seen = {}, links = {}, received = 0, answers = 0, empty = 0, ended = false,
   }, Reader)
   return function() return reader:next_page() end
end

--- True if a decoded body is a list: an object whose `items` is an array of objects.
-- @return true; or false and what was expected
function paging.is_list(value)
   if type(value) ~= "table" or raw.is_array(value) or value == json.null then
      return false, "an object with items"
   end
   local items = rawget(value, "items")
   if type(items) ~= "table" or not json.is_array(items) then return false, "an object whose items is an array" end
   for index = 1, #items do
      if type(items[index]) ~= "table" or raw.is_array(items[index]) then
         return false, ("items[%d] to be an object"):format(index)
      end
   end
   return true
end

return paging
