-- Who uses a connection: decision models and flows that mention it, and what a rename and a retirement say of that.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local socket = require "socket"
local tenant = require "spec.support.tenant"

local function ref(number) return ("00000000-0000-4000-8000-%012d"):format(number) end

local DMN = [[
<definitions>
  <inputData name="Loyalty Tier"/>
  <!-- Loyalty Tier is asked for its tier; my Loyalty Tier too -->
  <text>var tier = loyaltyTier.result; // myloyaltyTier loyaltyTiers x.$loyaltyTier
  call("Loyalty Tier &amp; more", &quot;Loyalty Tier&quot;, 'Other')</text>
</definitions>
]]

describe("connections.uses", function()
   local made, connections, loyalty

   before_each(function()
      made = tenant.start()
      connections = made.connections
      loyalty = made:create { name = "Loyalty Tier" }
      made:create { name = "Other & co" }
      local e = made.emulator
      assert(e:put("/v2/decisionModelDefinitions", { { ref = ref(1), name = "Tiers" }, { ref = ref(2), name = "None" },
         { ref = ref(3), name = "Loyalty Tier" } }))
      assert(e:put("/v2/decisionModelDefinitions/" .. ref(1) .. "/variants", {
         { ref = ref(11), name = "A", definition = DMN },
         { ref = ref(12), name = "B", definition = "<a>nothing</a>" } }))
      assert(e:put("/v2/decisionModelDefinitions/" .. ref(2) .. "/variants", {
         { ref = ref(21), name = "Loyalty Tier", definition = "otherCo, password=hush-hush-hush, otherCo2" } }))
      assert(e:put("/v2/decisionModelDefinitions/" .. ref(3) .. "/variants", {}))
      assert(e:put("/v3/flowDefinitions", {
         { ref = ref(31), name = "Loyalty Tier", variants = { { tasks = {
            { input = { template = 'a\n${getDecisionModelResultNode("Loyalty Tier").outputs[0].loyaltyTier!"d"}\nb' } },
            { input = { connectionRef = loyalty.ref:upper(), other = loyalty.ref, whole = "Loyalty Tier" } } } } } },
         { ref = ref(32), name = "Other", variants = { { tasks = {} } } } }))
   end)

   after_each(function() made:stop() end)

   local function lines(found)
      local list = {}
      for index, use in ipairs(found) do
         list[index] = ("%s %s | %s | %s"):format(use.kind, use.ref:sub(-2), use.where, use.text)
      end
      return list
   end

   local expected = function()
      return {
         'decision_model 01 | variant "A": definition, line 2 | <inputData name="Loyalty Tier"/>',
         'decision_model 01 | variant "A": definition, line 4 | '
            .. '<text>var tier = loyaltyTier.result; // myloyaltyTier loyaltyTiers x.$loyaltyTier',
         'decision_model 01 | variant "A": definition, line 5 | '
            .. "call(\"Loyalty Tier &amp; more\", &quot;Loyalty Tier&quot;, 'Other')</text>",
         'flow 31 | variants[1].tasks[1].input.template, line 2 | '
            .. '${getDecisionModelResultNode("Loyalty Tier").outputs[0].loyaltyTier!"d"}',
         "flow 31 | variants[1].tasks[2].input.other | " .. loyalty.ref,
         "flow 31 | variants[1].tasks[2].input.whole | Loyalty Tier",
      }
   end

   it("finds the name between quotes, the variable and the ref, by name, ref or connection", function()
      for _, wanted in ipairs { "Loyalty Tier", loyalty.ref, loyalty } do
         local found = assert(connections.uses(wanted))
         assert.same(expected(), lines(found))
         assert.same({ decision_models = 3, flows = 2 }, found.looked_at)
      end
      assert.equal("Tiers", assert(connections.uses(loyalty))[1].name)
   end)

   it("finds names that XML and JSON write otherwise, and shows no secret", function()
      local put = { { ref = ref(31), name = "F", variants = { { t = '{"of":"Say \\"hi\\""}' },
         { t = "x(&quot;A &amp; B&quot;)" }, { t = "x('A & B')" },
         { t = ("y"):rep(300) .. ' "A & B" password=hush-hush-hush' } } } }
      assert(made.emulator:put("/v3/flowDefinitions", put))
      assert.same({ 'flow 31 | variants[1].t | {"of":"Say \\"hi\\""}' }, lines(assert(connections.uses 'Say "hi"')))
      local found = assert(connections.uses "A & B")
      assert.equal(3, #found)
      assert.matches('^%.%.%.yyy+ "A & B" password=%*%*%*$', found[3].text)
      assert.is_true(#found[3].text < 170)
      found = assert(connections.uses "Other & co")
      assert.same({}, lines(found))
      found = assert(connections.uses "Other Co")
      assert.equal('variant "Loyalty Tier": definition', found[1].where)
      assert.equal("otherCo, password=*** otherCo2", found[1].text)
   end)

   it("shows as a table, and says how many it looked at", function()
      local found = assert(connections.uses(loyalty))
      assert.matches("^KIND +NAME +WHERE +TEXT\ndecision model +Tiers +variant", tostring(found))
      assert.matches("mentions: 6; looked at 3 decision models and 2 flows$", tostring(found))
      assert.equal("nothing mentions it; looked at 3 decision models and 2 flows",
         tostring(assert(connections.uses "No such")))
   end)

   for failing = 1, 3 do
      it("tells of the error itself, and not of those that it cancelled: model " .. failing, function()
         for number = 1, 3 do
            local path = "/v2/decisionModelDefinitions/" .. ref(number) .. "/variants"
            made.emulator:fail(number == failing and { path = path, status = 403 } or { path = path, delay = 1 })
         end
         local found, err = connections.uses("Loyalty Tier")
         assert.is_nil(found)
         assert.equal("forbidden", err.kind)
      end)
   end

   it("fails where something cannot be read, and does not pass for an answer", function()
      for _, path in ipairs { "/v2/decisionModelDefinitions", "/v2/decisionModelDefinitions/" .. ref(2) .. "/variants",
         "/v3/flowDefinitions" } do
         made.emulator:fail { path = path, status = 403 }
         local found, err = connections.uses("Loyalty Tier")
         assert.is_nil(found)
         assert.equal("forbidden", err.kind)
         assert.matches("cannot be read, and may use it", err.message)
      end
      -- nor a flow that the list shows without its variants
      assert(made.emulator:put("/v3/flowDefinitions", { { ref = ref(33), name = "Short" } }))
      made.emulator:fail { path = "/v3/flowDefinitions/" .. ref(33), status = 403 }
      local found, err = connections.uses("Loyalty Tier")
      assert.is_nil(found)
      assert.equal("forbidden", err.kind)
      assert.matches("flows cannot be read, and may use it", err.message)
      err = select(2, connections.uses(ref(99)))
      assert.equal("not_found", err.kind)
      assert.has_error(function() connections.uses(nil) end)
      assert.has_error(function() connections.uses(5) end)
   end)

   it("is linear in what it searches, and lists a line once", function()
      local function seconds(count)
         local text = ("loyaltyTier loyaltyTierx\n"):rep(count) .. ("loyaltyTierloyaltyTier"):rep(count)
         local flow = { ref = ref(31), name = "F", variants = { { t = text } } }
         assert(made.emulator:put("/v3/flowDefinitions", { flow }))
         local started = socket.gettime()
         local found = assert(connections.uses "Loyalty Tier")
         return socket.gettime() - started, #found
      end
      local small = math.max(seconds(1000), 0.02)
      local large, count = seconds(10000)
      assert.is_true(large < 40 * small)
      assert.equal(53, count)
   end)

   -- ------------------------------------------------------------------ warnings of writes

   local function warnings_of(result)
      local list = {}
      for _, warning in ipairs(require "personalize".meta(result).warnings) do
         list[#list + 1] = warning.code .. " " .. warning.path .. ": " .. warning.message
      end
      return list
   end

   it("is asked by archive and patch, which go on", function()
      local archived = assert(connections.archive(loyalty, { check_uses = true }))
      assert.is_true(archived.archived)
      local warnings = warnings_of(archived)
      assert.equal(6, #warnings)
      assert.equal(('in_use archived: decision model "Tiers" (%s) mentions it: variant "A": definition, line 2'):format(
         ref(1)), warnings[1])
      assert.same({}, warnings_of(assert(connections.restore(archived))))
      assert.same({}, warnings_of(assert(connections.archive(loyalty.ref))))
      local renamed = assert(connections.patch(loyalty.ref, { name = "Tier", archived = false }, { check_uses = true }))
      warnings = warnings_of(renamed)
      assert.equal(7, #warnings)
      assert.equal('renamed name: "Loyalty Tier" becomes "Tier": decision models have the variable "tier" for it, and '
         .. 'no more "loyaltyTier"; FreeMarker refers to it by its name', warnings[1])
      assert.matches('^in_use name: decision model "Tiers"', warnings[2])
      -- nothing is looked for where the name stays
      local before = #made:calls()
      assert.same({}, warnings_of(assert(connections.patch(loyalty.ref, { description = "x" }, { check_uses = true }))))
      assert.equal(before + 2, #made:calls())
      assert.has_error(function() connections.restore(loyalty.ref, { check_uses = true }) end)
   end)

   it("says which variable changes on each way to rename", function()
      local renamed = assert(connections.patch(loyalty, { name = "loyalty TIER" }))
      assert.same({ 'renamed name: "Loyalty Tier" becomes "loyalty TIER": decision models go on with the variable '
         .. '"loyaltyTier"; FreeMarker refers to it by its name' }, warnings_of(renamed))
      renamed.name = "Tier"
      assert.matches("^renamed name: ", warnings_of(assert(renamed:save()))[1])
   end)

   it("does not stop a write where it cannot be told", function()
      made.emulator:fail { path = "/v3/flowDefinitions", status = 403 }
      local archived = assert(connections.archive(loyalty, { check_uses = true }))
      assert.is_true(archived.archived)
      assert.matches("^uses_unknown archived: who uses it cannot be told: flows cannot be read",
         warnings_of(archived)[1])
   end)

   -- ------------------------------------------------------------------ the command

   it("has a command", function()
      local environment = command.environment(made.emulator)
      local out, err, code = command.run(environment, { "uses", "Loyalty Tier" })
      assert.same({ "", 0 }, { err, code })
      assert.matches("mentions: 6; looked at 3 decision models and 2 flows\n$", out)
      out, err, code = command.run(environment, { "uses", loyalty.ref, "--json" })
      assert.same({ "", 0 }, { err, code })
      assert.same(expected(), lines(dkjson.decode(out)))
      made.emulator:fail { path = "/v3/flowDefinitions", status = 403 }
      out, err, code = command.run(environment, { "uses", "Loyalty Tier" })
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize uses: forbidden", err)
   end)
end)
