-- Resources beside connections, read from a service that pages them and answers as published.
local json = require "personalize.json"
local personalize = require "personalize"
local server = require "spec.support.server"

local REF = "e8878fdb-4031-423c-a12b-5691381f0c89"

-- A service of the three resources: 12 of each, at most 5 at a time, by `limit` and `offset`.
local SERVICE = [[
   local json = require "dkjson"
   local paths = { ["/v2/decisionModelDefinitions"] = true, ["/v3/flowDefinitions"] = true, ["/v3/templates"] = true }
   local function item(number)
      return { ref = ("00000000-0000-4000-8000-%012d"):format(number), name = "Item " .. number, type = "WEB",
         friendlyId = "item_" .. number, subtype = "EXPERIENCE", status = "DRAFT", revision = number,
         modifiedAt = "2025-07-04T13:45:32.922Z", archived = number == 12, tags = json.decode "[]",
         token = "hush-hush-hush",
         deploymentConfiguration = { variants = { { variantRef = "a", split = 80 }, { variantRef = "b" } } },
         inProduction = number == 1, definition = "<definitions/>" }
   end
   local function list(path, query)
      local offset = tonumber(query:match "offset=(%d+)" or 0)
      local limit = math.min(5, tonumber(query:match "limit=(%d+)" or 5))
      local items = setmetatable({}, { __jsontype = "array" })
      for number = offset + 1, math.min(12, offset + limit) do items[#items + 1] = item(number) end
      return json.encode { href = path, items = items, limit = limit, offset = offset, total = 12 }
   end
   return function(connection)
      for request in function() return connection:request() end do
         local path, query = request.path:match "^([^?]*)%??(.*)$"
         local parent, last = path:match "^(.*)/([^/]+)$"
         if paths[path] or last == "variants" then
            connection:answer(list(path, query))
         elseif paths[parent] and last:find "^0000" then
            connection:answer(json.encode(item(tonumber(last:match "%d+$"))))
         else
            local body = '{"message": "no such thing"}'
            connection:respond(404, { "Content-Length: " .. #body }, body)
         end
      end
   end]]

for name, words in pairs {
   decision_models = { "decision model", "decision models", "/v2/decisionModelDefinitions" },
   flows = { "flow", "flows", "/v3/flowDefinitions" },
   templates = { "template", "templates", "/v3/templates" },
} do
   describe("client." .. name, function()
      local service, client, of, events

      setup(function()
         service = server.start(SERVICE)
         events = {}
         client = assert(personalize.new { base_url = service.url, access_token = "t", retry = false,
            on_event = function(event) events[#events + 1] = event end })
         of = client[name]
      end)

      teardown(function()
         client:close()
         service:stop()
      end)

      it("lists all of them, whatever the paging, as a table with its own columns and words", function()
         local list = assert(of.list())
         assert.equal(12, #list)
         assert.equal("Item 12", list[12].name)
         assert.equal(words[3], list.href)
         local shown = tostring(list)
         assert.matches("^NAME .*REV +MODIFIED +ARCHIVED\n", shown)
         assert.matches("\nItem 12 .* 12 +2025%-07%-04 13:45 +yes\n", shown)
         assert.matches("\n12 " .. words[2] .. "$", shown)
         assert.not_matches("hush", shown)
         assert.is_true(json.is_array(list))
         assert.equal(200, personalize.meta(list).status)
      end)

      it("lists one page, and an empty one", function()
         assert.equal("Item 3", assert(of.list { limit = 2, offset = 2 })[1].name)
         assert.equal("no " .. words[2], tostring(assert(of.list { limit = 2, offset = 40 })))
      end)

      it("iterates over all of them", function()
         local seen = {}
         for item in of.each { page_size = 3 } do seen[#seen + 1] = item.name end
         assert.equal(12, #seen)
         assert.equal("Item 1", seen[1])
      end)

      it("retrieves one by its reference, and by the item itself", function()
         local item = assert(of.get "00000000-0000-4000-8000-000000000007")
         assert.equal("Item 7", item.name)
         assert.equal("Item 7", assert(of:get(item)).name)
         assert.same({}, item.tags)
         assert.matches('"tags":%[%]', (json.encode(item)))
      end)

      it("shows one with its members in order, secrets masked", function()
         local shown = tostring(assert(of.get "00000000-0000-4000-8000-000000000001"))
         assert.matches("^" .. words[1] .. ' "Item 1"\n +ref +0000', shown)
         assert.matches("\n +revision +1\n", shown)
         assert.not_matches("hush", shown)
         assert.matches("%*%*%*", shown)
      end)

      it("finds one by name, members or a function", function()
         assert.equal(4, assert(of.find "Item 4").revision)
         assert.equal("Item 12", assert(of.find { archived = true }).name)
         assert.equal("Item 11", assert(of.find(function(item) return item.revision == 11 end)).name)
         local none, err = of.find "Nobody"
         assert.is_nil(none)
         assert.equal("not_found", err.kind)
         assert.equal(("no %s is named \"Nobody\""):format(words[1]), err.message)
         assert.equal(("no %s fits"):format(words[1]), select(2, of.find { revision = 99 }).message)
      end)

      it("says what there is no such thing of, and refuses what is no ref", function()
         assert.equal("not_found", select(2, of.get(REF)).kind)
         for _, ref in ipairs { "../connections", "a/b", "", ".", "a?b", ("a"):rep(201) } do
            local item, err = of.get(ref)
            assert.is_nil(item)
            assert.equal("validation", err.kind)
            assert.matches("^ref: expected one path segment .*%(" .. name .. "%.find looks one up by its name%)",
               err.message)
         end
         local item, err = of.get { name = "no ref" }
         assert.is_nil(item)
         assert.equal(("ref: the %s has none; only a %s that was retrieved or created has one")
            :format(words[1], words[1]), err.message)
      end)

      it("raises misuse where it was called, by its own name", function()
         local here = "^spec/personalize/resource/resources_spec.lua:%d+: "
         for _, case in ipairs {
            { function() local v = of.get(5) return v end,
               ("bad argument #1 to '%s.get' (expected a ref or a %s, got 5)"):format(name, words[1]) },
            { function() local v = of.find(5) return v end,
               ("bad argument #1 to '%s.find' (expected a name, a table of members or a function, got 5)")
                  :format(name) },
            { function() local v = of.list { limits = 1 } return v end,
               ("%s.list: unknown option \"limits\" (did you mean \"limit\"?)"):format(name) },
            { function() local v = of.list { missing_secrets = "send" } return v end,
               ("%s.list: unknown option \"missing_secrets\""):format(name) },
         } do
            local fine, message = pcall(case[1])
            assert.is_false(fine)
            assert.matches(here, message)
            assert.truthy(message:find(case[2], 1, true), message)
         end
      end)

      it("only reads", function()
         for _, change in ipairs { "create", "update", "patch", "ensure", "archive", "test" } do
            assert.is_nil(of[change])
         end
         assert.equal(words[2] .. " of " .. tostring(client), tostring(of))
      end)
   end)
end

describe("client.decision_models.variants", function()
   it("lists the variants of one", function()
      local service = server.start(SERVICE)
      local client = assert(personalize.new { base_url = service.url, access_token = "t" })
      finally(function()
         client:close()
         service:stop()
      end)
      local variants = assert(client.decision_models.variants(REF, { timeout = 5 }))
      assert.equal(12, #variants)
      assert.equal("/v2/decisionModelDefinitions/" .. REF .. "/variants", variants.href)
      assert.matches("^NAME +IN PRODUCTION +REV", tostring(variants))
      assert.matches("\nItem 1 +yes +1 ", tostring(variants))
      assert.matches("\n12 variants$", tostring(variants))
      assert.matches('^variant "Item 2"\n', tostring(variants[2]))
      assert.equal(12, #assert(client.decision_models.variants { ref = REF }))
      assert.equal("validation", select(2, client.decision_models.variants "a/b").kind)
      local fine, message = pcall(function() local v = client.decision_models.variants() return v end)
      assert.is_false(fine)
      assert.truthy(message:find("bad argument #1 to 'decision_models.variants' (expected a ref or a "
         .. "decision model, got nil)", 1, true), message)
   end)
end)

describe("a list of a resource that may lack items", function()
   it("warns in the words of the resource", function()
      local service = server.start [[
         return function(connection)
            for request in function() return connection:request() end do
               local items = {}
               for number = 1, 10 do items[number] = ('{"ref": "r%d"}'):format(number) end
               connection:answer('{"items": [' .. table.concat(items, ",") .. ']}')
            end
         end]]
      local messages = {}
      local client = assert(personalize.new { base_url = service.url, access_token = "t",
         on_event = function(event) messages[#messages + 1] = event.type == "warning" and event.message or nil end })
      finally(function()
         client:close()
         service:stop()
      end)
      assert.equal(10, #assert(client.flows.list()))
      assert.same({ "asked for what follows 10 flows the service gave the same ones again: if there are more, they "
         .. "cannot be had" }, messages)
   end)
end)
