-- What a client remembers of lists from one call to the next, and what it says of large ones.
local blocking = require "personalize.http.loops.blocking"
local personalize = require "personalize"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

local plain, behind = "GET /v2/connections", "GET /v2/connections?limit=20&offset=20"

describe("a list of a length that pages have", function()
   local made, connections

   before_each(function()
      made = tenant.start()
      connections = made.connections
      made:create_many(20)
   end)

   after_each(function() made:stop() end)

   -- What was asked for meanwhile.
   local function asked(act)
      local before = #made:calls()
      act()
      local calls, found = made:calls(), {}
      for index = before + 1, #calls do found[#found + 1] = calls[index] end
      return found
   end

   local function list() assert.equal(20, #assert(connections.list())) end

   it("is asked about what follows each time: another may have been added since", function()
      for _ = 1, 2 do assert.same({ plain, behind }, asked(list)) end
      made:new_client().connections.create(tenant.definition { name = "C21" })
      assert.equal(21, #assert(connections.list()))
   end)

   it("is not asked about it where a longer one came at once", function()
      made:create { name = "C21" }
      assert.equal(21, #assert(connections.list()))
      made.emulator:reset()
      local other = made:new_client().connections
      for index = 1, 20 do assert(other.create(tenant.definition { name = "D" .. index })) end
      assert.same({ plain }, asked(list))
      assert.same({ plain }, asked(function() assert(connections.find "D20") end))
      assert.same({ plain }, asked(function() for _ in connections.each() do end end))
   end)
end)

describe("a list below an item", function()
   it("is remembered with those of other items, not beside them", function()
      -- 21 variants of the first, 20 of the second, all at once
      local s = server.start [[
         return function(connection)
            for request in function() return connection:request() end do
               local index, items = tonumber(request.path:match "(%d+)/variants"), {}
               for number = 1, 22 - index do
                  items[number] = ('{"ref":"r%d-%d","name":"V%d"}'):format(index, number, number)
               end
               connection:answer('{"items":[' .. table.concat(items, ",") .. ']}')
            end
         end]]
      local asked = 0
      local client = assert(personalize.new { base_url = s.url, access_token = "the-token-1", on_event = function(event)
         if event.type == "response" then asked = asked + 1 end
      end })
      finally(function()
         client:close()
         s:stop()
      end)
      local function ref(index) return ("00000000-0000-4000-8000-%012d"):format(index) end
      assert.equal(21, #assert(client.decision_models.variants(ref(1))))
      assert.equal(20, #assert(client.decision_models.variants(ref(2))))
      assert.equal(2, asked)
   end)
end)

describe("a large list", function()
   local s

   setup(function()
      s = server.start [[
         local items = {}
         for number = 1, 1001 do items[number] = ('{"ref":"r%d","name":"C%d"}'):format(number, number) end
         local large = '{"items":[' .. table.concat(items, ",") .. ']}'
         local small = '{"items":[' .. table.concat(items, ",", 1, 999) .. ']}'
         return function(connection)
            for request in function() return connection:request() end do
               connection:answer(request.path:find "flow" and small or large)
            end
         end]]
   end)

   teardown(function() s:stop() end)

   after_each(function() personalize.use_loop(false) end)

   local function new_client(warnings, member)
      return assert(personalize.new { base_url = s.url, access_token = "the-token-1", on_event = function(event)
         if event.type == "warning" then warnings[#warnings + 1] = event[member or "code"] end
      end })
   end

   it("is warned of in an event loop, once for a client", function()
      personalize.use_loop { runs_here = function() return true end, ready = function() return true end,
         wait = blocking.wait, begin = blocking.begin }
      local warnings = {}
      local client = new_client(warnings)
      local list = assert(client.connections.list())
      assert.equal(1001, #list)
      assert.equal("an answer of 1001 connections was decoded in one go, and nobody else had a turn meanwhile: "
         .. "connections.each { page_size = 100 } asks for some at a time", personalize.meta(list).warnings[1].message)
      assert(client.connections.list())
      assert(client.flows.list())
      assert.same({ "large_list" }, warnings)
   end)

   it("is warned of whatever function asked for it, with advice that fits", function()
      personalize.use_loop { runs_here = function() return true end, ready = function() return true end,
         wait = blocking.wait, begin = blocking.begin }
      local new = { name = "C7", systemType = "DATA_SYSTEM", auth = { authType = "NONE" },
         request = { requestType = "GET", connectionUrl = "https://api.example.com/v1" } }
      local ask_less = "connections.each { page_size = 100 } asks for some at a time"
      local cases = {
         { ask_less, function(connections) return connections.find "C7" end },
         { ask_less, function(connections) return connections.list { limit = 5000 } end },
         { ask_less, function(connections) return connections.each()() end },
         { ask_less, function(connections) return connections.each { page_size = 5000 }() end },
         { "the service does not keep to page_size",
            function(connections) return connections.each { page_size = 100 }() end },
         -- the same answer comes to its write, and is no connection
         { ask_less, function(connections) return not connections.ensure(new) end },
      }
      for index, case in ipairs(cases) do
         local warnings = {}
         local client = new_client(warnings, "message")
         local result = case[2](client.connections)
         assert.is_truthy(result, index)
         assert.same({ "an answer of 1001 connections was decoded in one go, and nobody else had a turn meanwhile: "
            .. case[1] }, warnings, index)
         if index <= 2 then assert.equal("large_list", personalize.meta(result).warnings[1].code) end
      end
   end)

   it("is none of anybody's business where nobody waits", function()
      local warnings = {}
      local client = new_client(warnings)
      assert.equal(1001, #assert(client.connections.list()))
      personalize.map({ 1 }, function() return client.connections.list() end)
      assert.same({}, warnings)
   end)
end)
