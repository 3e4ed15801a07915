--- Reads all pages of a list whose paging is not published. Makes sure of "all": never a duplicate, never endless,
-- never silently the first ten.
-- @module personalize.resource.paging
-- @local

local errors = require "personalize.error"
local json = require "personalize.json"
local native = require "personalize.native"
local more = require "personalize.resource.more"
local raw = require "personalize.raw"

local paging = {}

-- Usual lengths of pages: a list of a multiple of one of them may have been cut.
local suspicious_lengths = { 10, 25 }

-- Most items that are asked for at once when the server did not show a page's length itself.
local longest_page = 100

-- A limit beyond it is none that a service can mean.
local largest_limit = 1000000

-- Seconds for which it is remembered that a service does not page.
local remembered_for = 60

-- Answers in a row that bring nothing new, each with another link to the next page.
local most_empty_pages = 10

local function is_suspicious(length)
   for _, suspicious in ipairs(suspicious_lengths) do
      if length % suspicious == 0 then return true end
   end
   return false
end

-- How many to ask for, going by the first page.
local function page_length(page, marks)
   local stated = marks.limit
   if stated and stated >= 1 and stated <= largest_limit then return stated end
   return math.max(1, math.min(#page.items, longest_page))
end

-- What tells an item from others: its ref, or all of it where it has none.
local function identity(item)
   return raw.string(item, "ref") or json.encode(item, { canonical = true }) or item
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

local function repeated(many, received)
   return ("asked for what follows %d %s the service gave the same ones again: if there are more, they "
      .. "cannot be had"):format(received, many)
end

local function refused(many, received, err)
   return ("asked for what follows %d %s the service refused the parameters: if there are more, they cannot "
      .. "be had (%s)"):format(received, many, tostring(err))
end

local function incomplete(many, received, cause)
   local message = ("the service states that there are more %s than the %d that it gave, and they cannot be "
      .. "had: it does not follow limit and offset, nor has it a link to the next page"):format(many, received)
   if cause then message = ("%s (%s)"):format(message, tostring(cause)) end
   return errors.fail("incomplete", message, { cause = cause })
end

local function too_large(many, received, most)
   return errors.fail("too_large", ("more than %d %s (%d so far): does the list end? If it does, "
      .. "max_list_items of personalize.new is the limit"):format(most, many, received))
end

local Reader = {}
Reader.__index = Reader

-- What to ask for: nothing particular first, then the page that the last answer links to, else limit and offset.
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
-- That there was nothing is not remembered: the next item may have been added a moment ago.
function Reader:finish_unpaged(why, err)
   local function warning(received) return why(self.many, received, err) end
   if self.memory and self.answers <= 2 then
      self.memory.unpaged, self.memory.until_when = warning, native.now() + remembered_for
   end
   return self:finish(warning(self.received))
end

-- Whether nothing can be had after so many items, going by lists before: a longer one came at once, or the service did
-- not page a moment ago. With the warning that this takes.
function Reader:recall(count)
   local memory = self.memory
   if not memory then return false end
   local longest = memory.longest or 0
   memory.longest = math.max(longest, count)
   if count < longest then return true end
   local is_unpaged = memory.unpaged and native.now() < memory.until_when
   return is_unpaged, is_unpaged and memory.unpaged(count) or nil
end

-- The link of an answer to the next page, each once.
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
      -- paging is not published: a service that knows no parameters had no more to give
      return self:finish_unpaged(refused, err)
   end
   self:finish()
   return nil, err
end

-- Decides what follows an answer. Gives nil and an error object where it is known that more cannot be had.
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
   -- the first page may say itself that it is the last one, and so may one that was linked to
   local says_nothing = not was_linked and marks.flag ~= false
   if self.is_stated or says_nothing and is_full then return true end
   local is_known, warning = false, nil
   if is_first then is_known, warning = self:recall(length) end
   if not (says_nothing and is_suspicious(length)) then
      self:finish()
   elseif is_known then
      self:finish(warning)
   end
   return true
end

function Reader:next_page()
   if self.ended then return nil end
   local page, response = self.fetch(self:query())
   if not page then return self:fail(response) end
   self.answers = self.answers + 1
   local marks = more.marks(page, response and response.headers)
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
-- @tparam function fetch `fetch(query)` -> the answer as a table whose `items` are objects, and the response with its
-- `headers`; or nil and an error object. A query is a table, or the text of one that the service gave.
-- @tparam table opts `most` (items of the whole list), `many` (the word for items), and where they apply `page_size`
-- (asked for from the first page on), `memory` (a table for the next list of this path), `path` (of the list, which
-- links to the next page have to have), `warn` (called with a message when the list may lack items), `progress` (called
-- with the items so far, and their total if stated)
-- @treturn function each call brings an array of new items and the whole answer; nil alone
-- at the end; nil and an error object when it fails: of kind `incomplete` when the service says that there is more and
-- does not give it
function paging.pages(fetch, opts)
   local reader = setmetatable({
      fetch = fetch, most = opts.most, many = opts.many, page_size = opts.page_size, path = opts.path or "",
      warn = opts.warn, progress = opts.progress, memory = not opts.page_size and opts.memory or nil,
      seen = {}, links = {}, received = 0, answers = 0, empty = 0, ended = false, is_sure = opts.page_size ~= nil,
   }, Reader)
   return function() return reader:next_page() end
end

--- True if a decoded answer is a list: an object whose `items` is an array of objects.
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
