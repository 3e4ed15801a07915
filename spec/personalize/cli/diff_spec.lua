-- `personalize diff`: of connections of one tenant, of two, and of files.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local tenant = require "spec.support.tenant"

describe("personalize diff", function()
   local made, other, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      made:stop()
      if other then other:stop() end
      other = nil
      folder.remove(path)
   end)

   local function run(...) return command.here(environment, { "diff", ... }) end

   it("shows what differs, and exits by whether anything does", function()
      made:create { description = "old" }
      local created = made:create { name = "Other", description = ("x"):rep(200) }
      local out, err, code = run("Weather", "Other")
      assert.matches('^name: "Weather" %-> "Other"\n', out)
      assert.matches('\ndescription: "old" %-> "x+"?%.%.%.\n', out)
      assert.same({ "", 2 }, { err, code })
      assert.matches(('\ndescription: "old" %%-> "%s"\n'):format(("x"):rep(200)), (run("Weather", "Other", "--full")))
      local differences = dkjson.decode((run("Weather", created.ref, "--json")))
      assert.same({ path = "name", old = "Weather", new = "Other", shown = 'name: "Weather" -> "Other"' },
         differences[1])
      assert.same({ "", 0 }, { select(2, run("Weather", "Weather")) })
      assert.same({ "[]\n", "", 0 }, { run("Weather", "Weather", "--json") })
   end)

   it("leaves out what the server owns where one is a file, and of two connections does not", function()
      made:create()
      folder.write(path, "w.json", json.encode(assert(made.connections.find "Weather")))
      assert.same({ "", 0 }, { select(2, run("Weather", path .. "/w.json")) })
      assert.same({ "", 0 }, { select(2, run(path .. "/w.json", "Weather")) })
      assert.same({ "", 0 }, { select(2, run(path .. "/w.json", path .. "/w.json")) })
      local document = folder.read(path, "w.json"):gsub('"https://api[^"]*"', '"https://other.example/"')
      folder.write(path, "w.json", document)
      local out, _, code = run("Weather", path .. "/w.json")
      assert.same({ 'request.connectionUrl: "https://api.example.com/v1" -> "https://other.example/"\n', 2 },
         { out, code })
      -- only the end of a name makes it a file
      made:create { name = "x.json y" }
      assert.equal(2, select(3, run("x.json y", "Weather")))
   end)

   it("looks the second one up elsewhere, by prefix or profile", function()
      other = tenant.start()
      made:create { description = "here" }
      other:create { description = "there" }
      for name, value in pairs(command.environment(other.emulator, "STAGING")) do environment[name] = value end
      local out, err, code = run("Weather", "Weather", "--to-prefix", "STAGING")
      assert.matches('description: "here" %-> "there"\n', out)
      assert.same({ "", 2 }, { err, code })
      environment.XDG_CONFIG_HOME = path
      os.execute("mkdir " .. path .. "/personalize")
      local lines = {}
      for name, value in pairs(command.environment(other.emulator)) do lines[#lines + 1] = name .. "=" .. value end
      folder.write(path .. "/personalize", "there.env", table.concat(lines, "\n") .. "\n")
      os.execute("chmod 600 " .. path .. "/personalize/there.env")
      out = run("Weather", "Weather", "--to-profile", "there")
      assert.matches('description: "here" %-> "there"\n', out)
      local said = "personalize diff: config: give --profile or --prefix, not both\n"
      assert.same({ "", said, 1 }, { run("Weather", "Weather", "--to-prefix", "A", "--to-profile", "b") })
   end)

   it("says which one it does not find", function()
      made:create()
      for _, case in ipairs { { "None", "Weather" }, { "Weather", "None" } } do
         local out, err, code = run(case[1], case[2])
         assert.same({ "", 1 }, { out, code })
         assert.matches('^personalize diff: not_found: no connection is named "None"', err)
      end
      for _, case in ipairs { { path .. "/none.json", "Weather" }, { "Weather", path .. "/none.json" } } do
         local out, err, code = run(case[1], case[2])
         assert.same({ "", 1 }, { out, code })
         assert.matches("^personalize diff: config: .*/none.json: No such file or directory", err)
      end
      local out, err, code = run("Weather", "Weather", "--to-prefix", "NOBODY")
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize diff: config: NOBODY_REGION or NOBODY_BASE_URL is needed", err)
   end)
end)
