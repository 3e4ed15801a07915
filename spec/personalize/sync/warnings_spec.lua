-- What is probably not meant in a file is said by each way of sending it: in a plan's warnings, and by the command.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("warnings of files", function()
   local made, to, path

   before_each(function() made, to, path = tenant.start(), tenant.start(), folder.new() end)

   after_each(function()
      made:stop()
      to:stop()
      folder.remove(path)
   end)

   local odd = { name = "Not-good", request = { requestType = "GET", connectionUrl = "https://example.com/?q=${q}" } }

   local function lines(warnings)
      local found = {}
      for index, warning in ipairs(warnings) do
         found[index] = ("%s %s: %s"):format(warning.file, warning.path, warning.message)
      end
      return found
   end

   it("are in plans, saved ones and those of a promotion", function()
      folder.write(path, "w.json", personalize.json.encode(tenant.definition(odd), { pretty = true, canonical = true }))
      local plan = assert(sync.plan(made.client, path))
      local _, warnings = assert(made.connections.validate(tenant.definition(odd)))
      assert.equal(2, #warnings)
      local expected = {}
      for index, each in ipairs(warnings) do expected[index] = ("w.json %s: %s"):format(each.path, each.message) end
      assert.same(expected, lines(plan.warnings))
      assert.is_number(plan.warnings[1].line)
      assert(plan:save(path .. "/plan"))
      assert.same(expected, lines(assert(sync.load(made.client, path .. "/plan")).warnings))
      assert(plan:apply())
      assert.same(expected, lines(assert(sync.plan(made.client, path)).warnings))
      for index, line in ipairs(expected) do expected[index] = line:gsub("^w.json", "Not-good") end
      assert.same(expected, lines(assert(sync.promote(made.client, to.client)).warnings))
      assert.same({}, lines(assert(sync.plan(made.client, path, { names = "x" })).warnings))
   end)

   it("tell of two names with one variable, in files and in the tenant", function()
      made:create { name = "Loyalty Tier" }
      made:create { name = "Old Offer", archived = true }
      for file, name in pairs { ["a.json"] = "loyalty tier", ["b.json"] = "Weather", ["c.json"] = "weather",
         ["d.json"] = "old offer" } do
         folder.write(path, file, personalize.json.encode(tenant.definition { name = name }))
      end
      local found = {}
      for _, each in ipairs(assert(sync.plan(made.client, path)).warnings) do
         if each.code == "name_variable_twice" then found[#found + 1] = each.file .. " " .. each.message end
      end
      table.sort(found)
      local fix = "; let one name differ in more than capitals and blanks"
      assert.same({ 'a.json is the variable "loyaltyTier" in decision models, as "Loyalty Tier" is' .. fix,
         'c.json is the variable "weather" in decision models, as "Weather" is' .. fix }, found)
   end)

   it("tell of a credential in clear once, and of none behind a reference", function()
      local headers = { { name = "X-Api-Key", value = "0123456789abcdef" } }
      made:create { name = "Keyed", customHeaders = headers }
      local function codes(plan)
         local found = {}
         for index, each in ipairs(plan.warnings) do found[index] = each.code end
         return found
      end
      assert.same({ "credential_in_file" }, codes(assert(sync.promote(made.client, to.client))))
      folder.write(path, "k.json", personalize.json.encode(tenant.definition { name = "Keyed",
         customHeaders = headers }))
      assert.same({ "credential_in_header" }, codes(assert(sync.plan(made.client, path))))
      folder.write(path, "k.json", personalize.json.encode(tenant.definition { name = "Keyed",
         customHeaders = { { name = "X-Api-Key", value = { ["$env"] = "PATH" } } } }))
      assert.same({}, codes(assert(sync.plan(made.client, path))))
   end)

   it("are written by the command as errors, a line each, and stand in its JSON", function()
      folder.write(path, "w.json", personalize.json.encode(tenant.definition(odd)))
      local environment = command.environment(made.emulator, "FROM")
      for name, value in pairs(command.environment(to.emulator, "TO")) do environment[name] = value end
      for _, arguments in ipairs { { "plan", path, "--prefix", "FROM" }, { "apply", path, "--yes", "--prefix", "FROM" },
         { "promote", "--from", "FROM", "--to", "TO", "--timeout", "20" } } do
         local out, err = command.run(environment, arguments)
         assert.not_matches("warning", out)
         local _, count = err:gsub("warning: [^\n]+\n", "")
         assert.same({ 2, true }, { count, err:find "name: holds a hyphen" ~= nil }, arguments[1])
         arguments[#arguments + 1] = "--json"
         out, count = command.run(environment, arguments)
         assert.equal(2, select(2, count:gsub("warning: [^\n]+\n", "")))
         local data = assert(personalize.json.decode(out))
         if data.warnings then assert.equal(2, #data.warnings) end
      end
   end)
end)
