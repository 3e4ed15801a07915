-- A service whose answers state the size of a page, `{ "items": [3 items], "size": 10 }`, was said to have more
-- connections than it gave: there was no list of it and no plan. One that answered with status 206 was believed to have
-- given all.
local json = require "personalize.json"
local paging = require "personalize.resource.paging"

-- Lists what `answer(offset)` gives: how many items, of how many calls, the warnings and the error.
local function read(answer, memory)
   local calls, items, warnings = 0, 0, {}
   local next_page = paging.pages(function(query)
      calls = calls + 1
      local first, last, beside, response = answer(query and query.offset or 0)
      local page = beside or {}
      page.items = json.array {}
      for number = first, last do page.items[#page.items + 1] = { ref = "r" .. number } end
      return page, response or {}
   end, { most = 1000, many = "connections", memory = memory, is_thorough = true,
      warn = function(message) warnings[#warnings + 1] = message end })
   while true do
      local new, err = next_page()
      if not new then return items, calls, #warnings, err and err.kind end
      items = items + #new
   end
end

describe("a page that may not be the last", function()
   -- A service of `count` items that gives `most` at once.
   local function service(count, most, beside, response)
      return function(offset)
         return offset + 1, math.min(count, offset + most), beside and beside(), response
      end
   end

   local function size_of_page() return { size = 10 } end
   local function size_of_all() return { size = 30 } end

   it("is asked about by a size alone, and all is well where nothing follows", function()
      assert.same({ 3, 2, 0 }, { read(service(3, 10, size_of_page)) })
      assert.same({ 10, 2, 0 }, { read(service(10, 10, size_of_page)) })
      assert.same({ 13, 2, 0 }, { read(service(13, 10, size_of_page)) })
      assert.same({ 30, 5, 0 }, { read(service(30, 7, size_of_all)) })
      assert.same({ 30, 1, 0 }, { read(service(30, 100, function() return { size = 30, hasMore = false } end)) })
   end)

   it("is warned of where what follows cannot be had", function()
      assert.same({ 3, 2, 1 }, { read(function() return 1, 3, { size = 10 } end) })
      assert.same({ 7, 2, 1 }, { read(function() return 1, 7, {}, { status = 206 } end) })
   end)

   it("is asked about by its status and its cursors", function()
      assert.same({ 30, 6, 0 }, { read(service(30, 7, nil, { status = 206 })) })
      assert.same({ 30, 5, 0 }, { read(service(30, 7, nil, { status = 206,
         headers = { ["content-range"] = "items 0-6/30" } })) })
      assert.same({ 30, 6, 0 }, { read(service(30, 7, function()
         return { paging = { cursors = { after = "abc" } } }
      end)) })
   end)

   it("is asked about though a longer list of others came at once", function()
      local memory = {}
      assert.same({ 27, 1, 0 }, { read(function() return 101, 127 end, memory) })
      assert.same({ 7, 2, 0 }, { read(service(7, 7, size_of_page), memory) })
   end)
end)
