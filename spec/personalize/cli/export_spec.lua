-- `personalize export`: its options, and what it says.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

describe("personalize export", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
      made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
      made:create { name = "Plug" }
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function run(...) return command.here(environment, { "export", path .. "/new", ... }) end

   local function names()
      local found = {}
      for name in pairs(folder.contents(path .. "/new")) do
         if name:find "^%u" then found[#found + 1] = name end
      end
      table.sort(found)
      return table.concat(found, " ")
   end

   it("writes files, and warns of credentials in them", function()
      local out, err, code = run()
      assert.equal(("2 files written, 0 unchanged in %s/new.\n"):format(path), out)
      assert.same({ "warning: 1 value looks like a credential and stands in 1 file (--json names it); "
         .. "--extract-secrets makes references where they can stand\n", 0 }, { err, code })
      assert.equal("Plug.json Weather.json", names())
      assert.matches('"$schema"', folder.read(path .. "/new", "Plug.json"), 1, true)
      out, err, code = run "--json"
      local data = dkjson.decode(out)
      assert.same({ 2, 1, 0 }, { #data.unchanged, #data.warnings, code }, err)
   end)

   it("writes some, without a schema, with references", function()
      local out, err, code = run("--select", "W*", "--no-schema", "--extract-secrets")
      assert.matches("\n  Weather.json: customHeaders%[1%].value is %$env %u", out)
      assert.same({ "", 0 }, { err, code })
      assert.equal("Weather.json", names())
      assert.not_matches("canary", folder.read(path .. "/new", "Weather.json"))
      assert.not_matches("$schema", folder.read(path .. "/new", "Weather.json"), 1, true)
   end)

   it("removes files of connections that are gone when told to", function()
      run()
      folder.write(path .. "/new", "Gone.json", dkjson.encode(tenant.definition { name = "Gone" }))
      run()
      assert.equal("Gone.json Plug.json Weather.json", names())
      assert.matches("\n  removed Gone.json\n", (run "--prune"))
      assert.equal("Plug.json Weather.json", names())
   end)

   it("says why it fails", function()
      folder.write(path, "new", "a file")
      local out, err, code = run()
      assert.same({ "", ("personalize export: config: %s/new: Not a directory (a folder is needed, or is made)\n")
         :format(path), 1 }, { out, err, code })
   end)
end)
