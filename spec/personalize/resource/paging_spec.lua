-- Paging without a service: answers of every habit, and what is asked for next.
local paging = require "personalize.resource.paging"
local errors = require "personalize.error"
local json = require "personalize.json"
local native = require "personalize.native"

-- Reads all pages from a server: `answer(query, number)` returns refs and what stands beside them.
local function read(answer, page_size, memory)
   local refs, queries, warnings, number = {}, {}, {}, 0
   local next_page = paging.pages(function(query)
      number = number + 1
      assert(number < 100, "does not end")
      queries[number] = type(query) == "table" and ("%s+%s"):format(query.limit, query.offset) or query or "plain"
      local list, beside, headers = answer(query or {}, number)
      if list == nil then return nil, beside end
      local page = json.decode(json.encode(beside or {}))
      page.items = json.array {}
      for index, ref in ipairs(list) do page.items[index] = type(ref) == "table" and ref or { ref = "r" .. ref } end
      return page, { headers = headers or {} }
   end, { most = 1000000, many = "connections", page_size = page_size, memory = memory, path = "/v2/connections",
      warn = function(message) warnings[#warnings + 1] = message end })
   while true do
      local new, err = next_page()
      if not new then
         assert.is_nil((next_page()))
         return refs, queries, warnings, err
      end
      for _, item in ipairs(new) do refs[#refs + 1] = item.ref and tonumber(item.ref:sub(2)) or item.name end
   end
end

local function range(first, last)
   local list = {}
   for number = first, last do list[#list + 1] = number end
   return list
end

-- A server of `count` connections that gives at most `most` at once.
local function server(count, most, beside)
   return function(query)
      local offset, limit = query.offset or 0, math.min(query.limit or most, most)
      return range(offset + 1, math.min(count, offset + limit)), beside and beside(limit, offset)
   end
end

describe("paging", function()
   it("asks once where everything came at once", function()
      local refs, queries, warnings = read(server(7, 1000))
      assert.same(range(1, 7), refs)
      assert.same({ "plain" }, queries)
      assert.same({}, warnings)
      refs, queries = read(server(0, 10))
      assert.same({}, refs)
      assert.same({ "plain" }, queries)
   end)

   it("goes on behind a page of a suspicious length", function()
      for _, most in ipairs { 10, 20, 25, 50, 100 } do
         for _, count in ipairs { most - 1, most, most + 1, 2 * most, 5 * most + 3 } do
            local refs, _, warnings = read(server(count, most))
            assert.same(range(1, count), refs)
            assert.same({}, warnings)
         end
      end
      local _, queries = read(server(23, 10))
      assert.same({ "plain", "10+10", "10+20" }, queries)
   end)

   it("goes on behind a page that is full by its own limit, if that is one item", function()
      local refs, queries = read(server(3, 1, function(limit) return { limit = limit } end))
      assert.same(range(1, 3), refs)
      assert.same({ "plain", "1+1", "1+2", "1+3" }, queries)
   end)

   it("knows items without a ref again, by all that they are", function()
      local names = {}
      for number = 1, 10 do names[number] = "n" .. number end
      local found, queries, warnings = read(function()
         local list = {}
         for number, name in ipairs(names) do list[number] = { name = name } end
         return list
      end)
      assert.same({ names, 2, 1 }, { found, #queries, #warnings })
   end)

   it("does not ask again for a while where what follows cannot be had", function()
      local now, real = 1000, native.now
      native.now = function() return now end
      finally(function() native.now = real end)
      local habits = {
         { function() return range(1, 20) end, "gave the same ones again" },
         { function(query)
            if query.limit then return nil, errors.new { kind = "validation", message = "no" } end
            return range(1, 20)
         end, "refused the parameters" },
      }
      for _, habit in ipairs(habits) do
         local memory = {}
         for round = 1, 4 do
            if round == 4 then now = now + 60 end
            local refs, queries, warnings = read(habit[1], nil, memory)
            assert.same(range(1, 20), refs)
            assert.same((round == 1 or round == 4) and { "plain", "20+20" } or { "plain" }, queries)
            assert.equal(1, #warnings)
            assert.matches(habit[2], warnings[1])
         end
      end
   end)

   it("remembers of a service that does not page what it is, whatever the items are", function()
      local memory = {}
      read(function() return range(1, 10) end, nil, memory)
      local refs, queries, warnings = read(function() return range(3, 32) end, nil, memory)
      assert.same({ range(3, 32), { "plain" } }, { refs, queries })
      assert.matches("asked for what follows 30 connections the service gave the same ones again", warnings[1])
      -- one that pages, and repeats itself at the end, is none of these
      memory = {}
      local function clamped(query)
         local offset = math.min(query.offset or 0, 10)
         return range(offset + 1, offset + 10)
      end
      for _ = 1, 2 do assert.same(range(1, 20), (read(clamped, nil, memory))) end
   end)

   it("asks again where the service pages: the next item may have been added a moment ago", function()
      local memory = {}
      for _ = 1, 2 do assert.same({ "plain", "10+10" }, (select(2, read(server(10, 10), nil, memory)))) end
      assert.same(range(1, 11), (read(server(11, 10), nil, memory)))
      memory = {}
      for _ = 1, 2 do
         local _, queries = read(server(10, 10, function(limit) return { limit = limit } end), nil, memory)
         assert.same({ "plain", "10+10" }, queries)
      end
   end)

   it("knows a list for whole that is shorter than one that came at once", function()
      local memory = {}
      read(server(27, 1000), nil, memory)
      local refs, queries = read(server(20, 1000), nil, memory)
      assert.same(range(1, 20), refs)
      assert.same({ "plain" }, queries)
      -- what a page of the caller's own length brings says nothing of that
      memory = {}
      read(server(27, 1000), 27, memory)
      assert.equal(2, #select(2, read(server(20, 1000), nil, memory)))
   end)

   it("goes on where the answer says that there is more", function()
      for _, beside in ipairs {
         function() return { total = 17 } end, function() return { totalCount = 17 } end,
         function(limit) return { limit = limit } end,
         function(_, offset) return { next = offset + 7 < 17 and "/next" or json.null } end,
      } do
         assert.same(range(1, 17), (read(server(17, 7, beside))))
      end
   end)

   it("asks for pages of a length of its own", function()
      local refs, queries = read(server(17, 1000), 5)
      assert.same(range(1, 17), refs)
      assert.same({ "5+0", "5+5", "5+10", "5+15" }, queries)
      refs, queries = read(server(12, 10), 50)
      assert.same(range(1, 12), refs)
      assert.same({ "50+0", "50+10" }, queries)
   end)

   it("ends, and says so, where the service ignores the offset", function()
      local refs, queries, warnings = read(function() return range(1, 10) end)
      assert.same(range(1, 10), refs)
      assert.same({ "plain", "10+10" }, queries)
      assert.matches("asked for what follows 10 connections the service gave the same ones again", warnings[1])
   end)

   it("brings nothing twice and loses nothing when the list grows at its front", function()
      local refs = read(function(query, number)
         local all = range(1, 25)
         for added = 1, number - 1 do table.insert(all, 1, 100 + added) end
         local offset, page = query.offset or 0, {}
         for index = offset + 1, math.min(offset + 10, #all) do page[#page + 1] = all[index] end
         return page
      end)
      local seen = {}
      for _, ref in ipairs(refs) do
         assert.is_nil(seen[ref])
         seen[ref] = true
      end
      for ref = 1, 25 do assert.is_true(seen[ref]) end
   end)

   it("ends when the list shrinks meanwhile", function()
      local refs = read(function(query, number)
         local count = number == 1 and 30 or 5
         local offset = query.offset or 0
         return range(offset + 1, math.min(count, offset + 10))
      end)
      assert.same(range(1, 10), refs)
   end)

   it("brings a connection once that is on two pages", function()
      local pages = { range(1, 10), range(6, 15), range(11, 16) }
      assert.same(range(1, 16), (read(function(_, number) return pages[number] or {} end)))
   end)

   it("tells connections without a ref apart by all that they have", function()
      local first, second = {}, { { name = "last" } }
      for number = 1, 10 do first[number] = { name = "n" .. number } end
      local pages = { first, second }
      assert.equal(11, #read(function(_, number) return pages[number] or {} end))
      assert.equal(10, #read(function() return first end))
   end)

   it("believes no senseless numbers beside the items", function()
      for _, number in ipairs { -1, 0, 0.5, 1e300, "10", json.null, json.number "99999999999999999999" } do
         local refs, queries = read(server(13, 10, function() return { limit = number, offset = number } end))
         assert.same(range(1, 13), refs)
         assert.equal("10+10", queries[2])
      end
   end)

   it("ends, and says so, where the service knows no parameters", function()
      local _, refusal = errors.fail("validation", "unknown parameter", { status = 400 })
      local refs, queries, warnings, err = read(function(query)
         if query.limit then return nil, refusal end
         return range(1, 10)
      end)
      assert.is_nil(err)
      assert.same(range(1, 10), refs)
      assert.equal(2, #queries)
      assert.matches("refused the parameters: if there are more, they cannot be had", warnings[1])
      -- but not where it said that there is more, nor later on, nor where a page size was asked for
      for _, case in ipairs { { { limit = 10 }, 2 }, { {}, 3 }, { {}, 2, 10 } } do
         local _
         refs, _, warnings, err = read(function(query, number)
            if number == case[2] then return nil, refusal end
            return server(30, 10, function() return case[1] end)(query)
         end, case[3])
         assert.equal(refusal, err)
         assert.equal((case[2] - 1) * 10, #refs)
         assert.same({}, warnings)
      end
   end)

   -- Every usual way to say that there is more, for an answer that ends at `offset + 7` of 30, or at the end.
   local marks = {
      function(has_more) return { hasMore = has_more } end, function(has_more) return { has_more = has_more } end,
      function(has_more) return { meta = { pagination = { has_next_page = has_more } } } end,
      function(has_more) return { last = not has_more } end,
      function(has_more) return { truncated = tostring(has_more) } end,
      function() return { total = 30 } end, function() return { total = "30" } end,
      function() return { count = 30 } end,
      function() return { page = { totalElements = 30, size = 7 } } end,
      function() return { paging = { total_count = "30" } } end, function() return { totalPages = 5 } end,
      function() return {}, { ["x-total-count"] = "30" } end,
      function() return {}, { ["x-total"] = "30" } end, function() return {}, { ["x-total-pages"] = "5" } end,
      function(has_more) return {}, { ["x-has-more"] = tostring(has_more) } end,
      function() return {}, { ["content-range"] = "items 0-6/30" } end,
      function() return { ["@odata.count"] = 30 } end, function() return { recordsTotal = 30 } end,
      function() return { total = { value = 30, relation = "eq" } } end,
      function() return { meta = { current_page = 1, last_page = 5 } } end,
      function(has_more) return { info = { more_records = has_more } } end,
      function(has_more) return { response_metadata = { next_cursor = has_more and "abc" or "" } } end,
      function(has_more) return { next = has_more and "abc" or json.null } end,
      function(has_more) return { nextPage = has_more and 2 or json.null } end,
      function(has_more) return { meta = { nextCursor = has_more and "abc" or "" } } end,
      function(has_more) return { links = has_more and { next = "https://other.example/page/2" } or {} } end,
      function(has_more) return { _links = has_more and { next = { href = "/elsewhere?page=2" } } or {} } end,
      function(has_more) return { ["@odata.nextLink"] = has_more and "?" or nil } end,
      function(has_more) return {}, { link = has_more and '<https://other.example/2>; rel="next"' or nil } end,
   }

   it("asks for more where any usual mark says so, and ends where it no longer does", function()
      for number, mark in ipairs(marks) do
         local refs, _, warnings, err = read(function(query)
            local offset = query.offset or 0
            return range(offset + 1, math.min(30, offset + 7)), mark(offset + 7 < 30)
         end)
         assert.is_nil(err, number)
         assert.same(range(1, 30), refs, number)
         assert.same({}, warnings, number)
      end
   end)

   it("fails with kind incomplete where more is stated and cannot be had", function()
      local _, refusal = errors.fail("validation", "unknown parameter", { status = 400 })
      local habits = {
         function() return range(1, 7) end,
         function(query) return query.offset and {} or range(1, 7) end,
         function(query) if query.offset then return nil, refusal end return range(1, 7) end,
      }
      for number, mark in ipairs(marks) do
         for habit, give in ipairs(habits) do
            local refs, queries, _, err = read(function(query)
               local list, reason = give(query)
               if not list then return nil, reason end
               return list, mark(true)
            end)
            assert.same(range(1, 7), refs, number)
            assert.same({ "plain", "7+7" }, queries, number)
            assert.equal("incomplete", err and err.kind, number)
            assert.matches("states that there are more connections than the 7 that it gave", err.message, 1, true)
            assert.equal(habit == 3 and refusal or nil, err.cause)
         end
      end
      local refs, _, _, err = read(function() return {}, { total = 5 } end)
      assert.same({}, refs)
      assert.equal("incomplete", err.kind)
   end)

   it("follows a link to the next page of the same list", function()
      for _, style in ipairs {
         function(link) return { next = link } end,
         function(link) return { links = { next = link } } end,
         function(link) return { _links = { next = { href = link } } } end,
         function(link)
            return { links = json.array { { rel = "self", href = "?" }, { rel = "next", href = link } } }
         end,
         function(link) return { paging = { nextLink = link } } end,
         function(link) return {}, { link = '<x>; rel="prev", <' .. link .. '>; rel="next"' } end,
      } do
         for _, url in ipairs { "https://api.example.com/v2/connections?cursor=", "/v2/connections?cursor=", "?cursor=",
            "connections?cursor=" } do
            local refs, queries, warnings, err = read(function(query)
               local first = type(query) == "string" and tonumber(query:match "%d+") or 1
               if first + 10 > 30 then return range(first, 30), {} end
               return range(first, first + 9), style(url .. first + 10)
            end)
            assert.is_nil(err)
            assert.same(range(1, 30), refs)
            assert.same({ "plain", "cursor=11", "cursor=21" }, queries)
            assert.same({}, warnings)
         end
      end
   end)

   it("does not follow links in circles", function()
      local refs, queries, _, err = read(function(query)
         return range(1, 7), { next = type(query) == "string" and "?page=1" or "?page=2" }
      end)
      assert.same(range(1, 7), refs)
      assert.same({ "plain", "page=2", "page=1" }, queries)
      assert.equal("incomplete", err.kind)
      local pages = 0
      refs, _, _, err = read(function()
         pages = pages + 1
         return {}, { next = "?page=" .. pages }
      end)
      assert.same({}, refs)
      assert.equal("incomplete", err.kind)
      assert.equal(11, pages)
   end)

   it("asks no second time where the answer says that it was all", function()
      for _, beside in ipairs { { hasMore = false }, { page = { last = true } }, { limit = 10, has_more = "false" } } do
         local refs, queries = read(function() return range(1, 10), beside end)
         assert.same(range(1, 10), refs)
         assert.same({ "plain" }, queries)
      end
   end)

   it("hands on the error of a page, and then ends", function()
      local _, lost = errors.fail("timeout", "no answer")
      local refs, _, _, err = read(function(query, number)
         if number == 2 then return nil, lost end
         return server(30, 10)(query)
      end)
      assert.same(range(1, 10), refs)
      assert.equal(lost, err)
   end)

   it("gives up on a list that does not end", function()
      local next_number = 0
      local next_page = paging.pages(function()
         local items = json.array {}
         for index = 1, 100000 do
            next_number = next_number + 1
            items[index] = { ref = tostring(next_number) }
         end
         return { items = items }
      end, { most = 1000000, many = "connections" })
      local new, err
      repeat new, err = next_page() until not new
      assert.equal("too_large", err.kind)
      assert.equal("the list has more than 1000000 connections (1100000 received); max_list_items of personalize.new "
         .. "is the limit, against lists that never end: raise it if there are so many", err.message)
   end)

   it("tells lists from what is none", function()
      assert.is_true(paging.is_list(json.decode '{"items":[{}]}'))
      for text, expected in pairs {
         ["[]"] = "an object with items", ["null"] = "an object with items",
         ['{"items":{}}'] = "an object whose items is an array",
         ["{}"] = "an object whose items is an array", ['{"items":[{},1]}'] = "items%[2%] to be an object",
         ['{"items":[[]]}'] = "items%[1%] to be an object",
      } do
         local fine, message = paging.is_list(json.decode(text))
         assert.is_false(fine)
         assert.matches(expected, message)
      end
   end)
end)
