-- Commands that write: archive, restore, request, edit, and what --dry-run shows of each.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"
local terminal = require "spec.support.terminal"

local definition = '{"name": "Weather", "auth": {"authType": "NONE"}, "systemType": "DATA_SYSTEM", '
   .. '"request": {"requestType": "GET", "connectionUrl": "https://x.example"}}'

describe("the command personalize", function()
   local made, path, environment, shown

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      if shown then shown:stop() end
      shown = nil
      made:stop()
      folder.remove(path)
   end)

   local function run(...)
      return command.run(environment, { ... })
   end

   local function run_json(...)
      local arguments = { ... }
      arguments[#arguments + 1] = "--json"
      local out, err, code = command.run(environment, arguments)
      return dkjson.decode(out), code, err
   end

   -- What has been written so far.
   local function writes()
      local counts = made.emulator:counts()
      return counts.creates + counts.updates
   end

   it("archives and restores", function()
      local created = made:create()
      local out, err, code = run("archive", "Weather")
      assert.same({ "", 0 }, { err, code })
      assert.matches("\n  archived +true\n", out)
      assert.is_true(assert(made.connections.get(created.ref)).archived)
      local before = writes()
      assert.same({ "it is archived already\n", 0 }, { select(2, run("archive", "Weather")) })
      assert.is_false(run_json("restore", "Weather").archived)
      assert.same({ "it is not archived\n", 0 }, { select(2, run("restore", "Weather")) })
      assert.equal(before + 1, writes())
      out, err, code = run("archive", "Wether")
      assert.same({ "", 'personalize archive: not_found: no connection is named "Wether", nor is it the '
         .. 'ref of one (did you mean "Weather"?)\n', 1 }, { out, err, code })
   end)

   it("restore means the archived one of a name, and refuses to make twins", function()
      local old = made:create()
      assert(made.connections.archive(old.ref))
      local new = made:create()
      local _, err, code = run("restore", "Weather")
      assert.equal(1, code)
      assert.equal(('personalize restore: conflict: there is a connection named "Weather" in use (%s): --another '
         .. "restores this one too\n"):format(new.ref), err)
      assert.is_true(assert(made.connections.get(old.ref)).archived)
      assert.equal(old.ref, run_json("restore", "Weather", "--another").ref)
      assert.is_false(assert(made.connections.get(old.ref)).archived)
   end)

   it("makes any call of the service", function()
      local created = made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
      assert.equal(1, #run_json("request", "/v2/connections").items)
      assert.equal("Weather", run_json("request", "get", "/v2/connections/" .. created.ref).name)
      assert.equal(0, #run_json("request", "/v2/connections", "--query", "limit=5", "--query", "offset=1").items)
      assert.not_matches("canary", (run("request", "/v2/connections")))
      assert.matches("canary", (run("request", "/v2/connections", "--json")))
      assert.not_matches("canary", (run("request", "/v2/connections", "--json", "--mask")))
      folder.write(path, "w.json", definition:gsub("Weather", "New"))
      assert.equal("New", run_json("request", "POST", "/v2/connections", "--body", path .. "/w.json").name)
      local third = definition:gsub("Weather", "Third")
      assert.equal("Third", run_json("request", "/v2/connections", "--body", third).name)
      local value, code = run_json("request", "/v2/nothing")
      assert.same({ "not_found", 1 }, { value.error.kind, code })
      assert.equal(64, select(3, run("request", "v2/connections")))
      assert.equal(64, select(3, run("request", "/v2/connections", "--query", "limit")))
   end)

   describe("--dry-run", function()
      -- Runs it dry: nothing may be written. What it prints.
      local function dry(...)
         local before, arguments = writes(), { ... }
         arguments[#arguments + 1] = "--dry-run"
         local out, err, code = command.run(environment, arguments)
         assert.same({ "a dry run: nothing was sent\n", 0 }, { err, code })
         arguments[#arguments + 1] = "--json"
         local json, complaint = command.run(environment, arguments)
         assert.equal("", complaint)
         assert.equal(before, writes())
         return out, dkjson.decode(json)
      end

      it("shows what would be created", function()
         local out, data = dry("create", definition)
         assert.equal(('would create "Weather" in %s\n'):format(made.emulator.url), out)
         assert.same({ true, "create", "Weather" }, { data.dry_run, data.action, data.connection.name })
         assert.same(select(2, dry("ensure", definition)), data)
      end)

      it("shows what would change", function()
         local created = made:create()
         for _, arguments in ipairs { { "patch", "Weather", '{"description": "x"}' },
            { "ensure", (definition:gsub("^{", '{"description": "x",'):gsub("x.example", "api.example.com/v1")) } } do
            local out, data = dry((table.unpack or unpack)(arguments)) -- luacheck: ignore
            assert.matches(('^would update "Weather" %%(%s%%) in http://127.0.0.1:%%d+ %%(organisation %%w+%%):\n')
               :format(created.ref:gsub("%-", "%%-")), out)
            assert.matches('\ndescription: .* %-> "x"\n', out)
            assert.same({ "update", created.ref, "x" }, { data.action, data.ref, data.differences[1].new })
         end
         local out, data = dry("archive", "Weather")
         assert.matches("\narchived: false %-> true\n$", out)
         assert.same({ path = "archived", old = false, new = true, shown = "archived: false -> true" },
            data.differences[1])
         out = dry("update", "Weather", definition)
         assert.matches('\nrequest.connectionUrl: "https://api.example.com/v1" %-> "https://x.example"\n', out)
      end)

      it("says when nothing would change, and refuses what a write would refuse", function()
         made:create()
         local ensured = definition:gsub("x.example", "api.example.com/v1")
         for _, arguments in ipairs { { "ensure", ensured }, { "restore", "Weather" } } do
            arguments[#arguments + 1] = "--dry-run"
            local out, _, code = command.run(environment, arguments)
            assert.same({ "nothing would change\n", 0 }, { out, code })
         end
         local before = writes()
         for _, arguments in ipairs { { "create", definition }, { "patch", "Weather", '{"descripton": "x"}' },
            { "update", "Weather", "{}" }, { "archive", "None" } } do
            arguments[#arguments + 1] = "--dry-run"
            local out, err, code = command.run(environment, arguments)
            assert.same({ "", 1 }, { out, code }, arguments[1])
            assert.matches("^personalize " .. arguments[1] .. ": %l+", err)
         end
         assert.equal(before, writes())
      end)

      it("hides secrets", function()
         environment.MY_SECRET = "canary-canary"
         local auth = '{"authType": "OAUTH", "clientId": "i", "accessTokenUrl": "https://x.example/t", '
            .. '"clientSecret": {"$env": "MY_SECRET"}}'
         local out, err = command.run(environment, { "create", (definition:gsub('{"authType": "NONE"}', auth)),
            "--dry-run", "--json" })
         assert.not_matches("canary", out .. err)
         assert.equal("***", dkjson.decode(out).connection.auth.clientSecret)
      end)

      it("shows a request", function()
         local before = writes()
         local out, err, code = run("request", "PUT", "/v2/connections/x", "--body", '{"clientSecret": "canary"}',
            "--dry-run")
         assert.same({ "a dry run: nothing was sent\n", 0 }, { err, code })
         assert.equal(("would send PUT %s/v2/connections/x\n{\n  \"clientSecret\": \"***\"\n}\n")
            :format(made.emulator.url), out)
         assert.equal(before, writes())
         assert.equal(0, select(3, run("request", "/v2/connections", "--dry-run")))
      end)

      it("shows the plan of apply and promote", function()
         folder.write(path, "w.json", definition)
         local out, err, code = run("apply", path, "--dry-run", "--yes")
         assert.same({ "a dry run: nothing was sent\n", 0 }, { err, code })
         assert.matches('\n  create   "Weather"', out)
         for name, value in pairs(command.environment(made.emulator, "OTHER")) do environment[name] = value end
         made:create { name = "Other" }
         local before = writes()
         assert.equal(0, select(3, run("promote", "--from", "OTHER", "--to", "PERSONALIZE", "--dry-run", "--yes")))
         assert.equal("Weather", run_json("apply", path, "--dry-run").creates[1].name)
         assert.equal(before, writes())
      end)
   end)

   describe("edit", function()
      -- An editor that changes the file by a script of sed.
      local function editor(script)
         environment.EDITOR = "sed -i -e " .. command.quote(script)
      end

      -- The file that the message names, if it is there.
      local function kept(err)
         local name = err:match "your text is in (%S+);"
         local file = name and io.open(name)
         if not file then return nil end
         local text = file:read "*a"
         file:close()
         return text, name
      end

      it("sends what the editor leaves, canonical JSON without what the server owns", function()
         local created = made:create { description = "old" }
         environment.VISUAL = ("cat >%s/seen <"):format(path)
         assert.same({ "", "nothing to change\n", 0 }, { run("edit", "Weather", "--yes") })
         local seen = folder.read(path, "seen")
         assert.matches('^{\n  "name": "Weather",\n  "description": "old",\n', seen)
         assert.not_matches('"ref"', seen)
         environment.VISUAL = nil
         editor 's/"old"/"new"/'
         local out, err, code = run("edit", "Weather", "--yes")
         assert.same({ "", 0 }, { err, code })
         assert.matches('^description: "old" %-> "new"\nconnection "Weather"\n', out)
         assert.equal("new", assert(made.connections.get(created.ref)).description)
      end)

      it("has a file that nobody else can read, and leaves none behind", function()
         made:create { description = "old" }
         environment.EDITOR = ("stat -c '%%a %%n' >%s/mode"):format(path)
         run("edit", "Weather", "--yes")
         local mode, name = folder.read(path, "mode"):match "^(%d+) (.-)\n"
         assert.equal("600", mode)
         assert.is_nil(io.open(name))
         assert.is_nil(io.open((name:gsub("%.json$", ""))))
      end)

      it("keeps the text where it is refused, and says where", function()
         local created = made:create { description = "old" }
         for script, message in pairs {
            ['s/"old"/"new",/'] = "^personalize edit: decode: the text: invalid JSON at line ",
            ['s/"description"/"descripton"/'] = "^personalize edit: validation: descripton: probably description",
            ['s/"https:[^"]*"/7/'] = "^personalize edit: validation: ",
            ["s/.*//"] = "^personalize edit: decode: the text: ",
         } do
            editor(script)
            local _, err, code = run("edit", "Weather", "--yes")
            assert.matches(message, err)
            assert.equal(1, code)
            local text, name = kept(err)
            assert.is_string(text, err)
            assert.matches(("`personalize update %s %s` sends it\n$"):format(created.ref, name):gsub("%-", "%%-"), err)
            os.remove(name)
         end
         assert.equal("old", assert(made.connections.get(created.ref)).description)
      end)

      it("refuses where somebody else was faster", function()
         local created = made:create { description = "old" }
         environment.EDITOR = ("%s; sed -i 's/\"old\"/\"new\"/'"):format(
            command.line(environment, { "patch", created.ref, '{"description": "other"}' }))
         made.emulator:advance(1)
         local _, err, code = run("edit", "Weather", "--yes")
         assert.equal(1, code)
         assert.matches("personalize edit: conflict: ", err)
         local text, name = kept(err)
         assert.matches('"description": "new"', text)
         os.remove(name)
         assert.equal("other", assert(made.connections.get(created.ref)).description)
      end)

      it("says when there is no editor, or nobody to ask", function()
         made:create()
         environment.EDITOR = "/nowhere/editor"
         local _, err, code = run("edit", "Weather", "--yes")
         assert.equal(1, code)
         assert.matches("the editor %(/nowhere/editor%) ended with an error", err)
         os.remove(select(2, kept(err)))
         local out
         out, err, code = run("edit", "Weather")
         assert.same({ "", "personalize edit: nobody can be asked here: give --yes to send what the editor leaves\n",
            64 }, { out, err, code })
      end)

      it("shows the change and asks, on a terminal", function()
         local created = made:create { description = "old" }
         editor 's/"old"/"new"/'
         shown = terminal.start(command.line(environment, { "edit", "Weather" }))
         shown:wait_for('description: "old" %-> "new"\nApply this to http://127.0.0.1:%d+ %(organisation %w+%): '
            .. '1 to update, "Weather"%? %[y/N%]$')
         shown:type "n"
         local screen = shown:wait_for "declined: nothing was sent\n.*ended 1"
         os.remove(screen:match "your text is in (%S+);")
         assert.equal("old", assert(made.connections.get(created.ref)).description)
         shown:stop()
         shown = terminal.start(command.line(environment, { "edit", "Weather" }))
         shown:wait_for "%[y/N%]$"
         shown:type "y"
         shown:wait_for "ended 0"
         assert.equal("new", assert(made.connections.get(created.ref)).description)
      end)
   end)
end)
