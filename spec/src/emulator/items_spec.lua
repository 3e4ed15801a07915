-- The resources beside connections, to be read: pages, single ones, variants, and how more are put there.
local support = require "spec.support.emulator"

describe("the emulator's other resources", function()
   local session
   before_each(function() session = support.start { seed = true } end)
   after_each(function() session:stop() end)

   local model = "/v2/decisionModelDefinitions/36b56832-e5b4-46ac-856d-7ae2dd26e94c"

   it("mention the published connections", function()
      local _, variants = session:send("GET", model .. "/variants")
      assert.is_truthy(variants.items[1].definition:find("weatherDataSystem", 1, true))
      local _, flows = session:send("GET", "/v3/flowDefinitions")
      assert.is_truthy(flows.items[1].variants[1].tasks[1].input.template:find('"Weather Data System"', 1, true))
   end)

   it("are listed by pages of ten unless asked otherwise", function()
      local items = {}
      for number = 1, 25 do
         items[number] = { ref = ("0d6a4f9b-3f1e-4c31-9d0b-%012d"):format(number), name = "T" .. number,
            type = number % 2 == 0 and "EVEN" or "ODD" }
      end
      assert(session.e:put("/v3/templates", items))
      local _, page = session:send("GET", "/v3/templates")
      assert.same({ 0, 10, 10 }, { page.offset, page.limit, #page.items })
      _, page = session:send("GET", "/v3/templates?limit=20&offset=20")
      assert.same({ 20, 20, 7 }, { page.offset, page.limit, #page.items })
      _, page = session:send("GET", "/v3/templates?type=EVEN&limit=50")
      assert.equal(12, #page.items)
      _, page = session:send("GET", "/v3/templates?offset=100")
      assert.equal(0, #page.items)
   end)

   it("are listed in the order in which they were put there, below their own href", function()
      local function item(digit, name)
         return { ref = ("00000000-0000-4000-8000-00000000000%d"):format(digit), name = name, type = "OWN" }
      end
      assert(session.e:put("/v3/templates", { item(3, "a"), item(1, "b"), item(2, "c") }))
      assert(session.e:put("/v3/templates", { item(3, "d") }))
      local _, page = session:send("GET", "/v3/templates?type=OWN")
      local names = {}
      for i, one in ipairs(page.items) do names[i] = one.name end
      assert.equal("d b c", table.concat(names, " "))
      assert.equal(session.url .. "/v3/templates", page.href)
      _, page = session:send("GET", model .. "/variants?limit=1")
      assert.same({ session.url .. model .. "/variants", 0, 1 }, { page.href, page.offset, page.limit })
   end)

   it("know limit, offset and type alone when strict", function()
      local strict = support.start { strict = true, seed = true }
      finally(function() strict:stop() end)
      local _, page = strict:send("GET", "/v3/templates?type=EMAIL&limit=1&offset=0")
      assert.equal("Order confirmation", page.items[1].name)
      local status, body = strict:send("GET", "/v3/templates?types=EMAIL")
      assert.same({ 400, "Unknown query parameter: types" }, { status, body.developerMessage })
      assert.equal(400, (strict:send("GET", "/v2/connections?type=EMAIL")))
   end)

   it("have refs that are UUIDs, from the first character to the last", function()
      for place, wrong in pairs { [1] = "x", [9] = "0", [36] = "g", [37] = "0" } do
         local ref = "00000000-0000-4000-8000-000000000000"
         ref = ref:sub(1, place - 1) .. wrong .. ref:sub(place + 1)
         local done, err = session.e:put("/v3/templates", { { ref = ref } })
         assert.same({ nil, "config" }, { done, err and err.kind }, ref)
      end
      assert(session.e:put("/v3/templates", { { ref = "0AaFf9b0-0000-4000-8000-00000000000F" } }))
   end)

   it("are retrieved by their refs", function()
      local status, one = session:send("GET", model)
      assert.same({ 200, "Offer for the weather" }, { status, one.name })
      assert.equal(404, (session:send("GET", "/v3/templates/00000000-0000-4000-8000-000000000000")))
      assert.equal(404, (session:send("GET", "/v3/templates/x")))
      local unknown = "/v2/decisionModelDefinitions/00000000-0000-4000-8000-000000000000/variants"
      assert.equal(404, (session:send("GET", unknown)))
      assert.equal(405, (session:send("POST", "/v3/templates", {})))
      assert.equal(401, (session:send("GET", "/v3/templates", nil, { authorization = false })))
   end)

   it("are put there by the emulator's own calls, replaced, and gone after a reset", function()
      local ref = "0d6a4f9b-3f1e-4c31-9d0b-9b9e6b7c1a31"
      local function put(body) return session:send("POST", "/_emulator/items", body, { authorization = false }) end
      assert.equal(200, (put { path = "/v3/templates", items = { { ref = ref, name = "Other" } } }))
      local _, one = session:send("GET", "/v3/templates/" .. ref)
      assert.equal("Other", one.name)
      for expected, body in pairs {
         ["path must be"] = { path = "/v2/connections", items = {} },
         ["ref is a UUID"] = { path = "/v3/templates", items = { {} } },
         ["items must be an array"] = { path = "/v3/templates", items = "x" },
         ["/<ref>/variants,"] = { path = model:gsub("Definitions/", "Definitionsx") .. "/variants", items = {} },
         ["/v3/flowDefinitions or"] = { path = model .. "/variantsx", items = {} },
      } do
         local status, answer = put(body)
         assert.equal(400, status)
         assert.is_truthy(answer.developerMessage:find(expected, 1, true), answer.developerMessage)
      end
      assert(session.e:put("/v3/templates", { { ref = "00000000-0000-4000-8000-000000000000" } }))
      session.e:reset()
      session.token = session:get_token()
      local _, page = session:send("GET", "/v3/templates")
      assert.equal(2, #page.items)
      _, one = session:send("GET", "/v3/templates/" .. ref)
      assert.equal("Banner", one.name)
   end)
end)
