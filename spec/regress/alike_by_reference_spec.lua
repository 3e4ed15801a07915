-- A new file was taken for the renamed file of a connection whose URL it does not have: the values of references were
-- not compared, though the plan had looked them up. With renames allowed that connection got the other's name and URL.
local folder = require "personalize.sync.folder"
local json = require "personalize.json"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"
local temporary = require "spec.support.folder"

describe("a new file whose reference stands for another URL than that of a connection without a file", function()
   local getenv = os.getenv
   local made, path, variables

   before_each(function()
      made, path, variables = tenant.start(), temporary.new(), {}
      os.getenv = function(name) return variables[name] or getenv(name) end -- luacheck: ignore
   end)

   after_each(function()
      os.getenv = getenv -- luacheck: ignore
      made:stop()
      temporary.remove(path)
   end)

   local function request(url) return { requestType = "GET", connectionUrl = url } end

   local function plan()
      made:create { name = "A", request = request "https://a.example/" }
      assert(sync.export(made.client, path))
      os.remove(path .. "/A.json")
      temporary.write(path, "B.json",
         json.encode(tenant.definition { name = "B", request = request { ["$env"] = "HOME_URL" } }))
      return assert(sync.plan(made.client, path, { renames = true }))
   end

   it("is another connection", function()
      variables.HOME_URL = "https://b.example/"
      local made_plan = plan()
      assert.same({ 1, 0 }, { #made_plan.creates, #made_plan.updates })
      assert(made_plan:apply())
      assert.equal("https://a.example/", assert(made.connections.find "A").request.connectionUrl)
      assert.equal("https://b.example/", assert(made.connections.find "B").request.connectionUrl)
   end)

   it("is the renamed file where the reference stands for the same URL", function()
      variables.HOME_URL = "https://a.example/"
      local made_plan = plan()
      assert.same({ 0, 1 }, { #made_plan.creates, #made_plan.updates })
      assert.same({ from = "A", to = "B" }, made_plan.updates[1].rename)
   end)

   it("keeps what was looked up when its name is left out", function()
      local entry = folder.entry("f", { name = "A", archived = true, a = { ["$env"] = "X" }, b = { ["$env"] = "Y" } },
         true)
      entry.references[1].value, entry.references[2].value = "x", false
      local nameless = folder.nameless(entry)
      assert.same({ "x", false }, { nameless.references[1].value, nameless.references[2].value })
      assert.same({ a = { ["$env"] = "X" }, b = { ["$env"] = "Y" } }, nameless.given)
   end)
end)
