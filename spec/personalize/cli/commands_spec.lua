-- The command, run as a process against an emulator.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"
local text = require "personalize.text"

local definition = '{"name": "Weather", "auth": {"authType": "NONE"}, "systemType": "DATA_SYSTEM", '
   .. '"request": {"requestType": "GET", "connectionUrl": "%s"}}'

describe("the command personalize", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   -- Runs it; there must be nothing of terminals in what it writes.
   local function run(...)
      local out, err, code = command.run(environment, { ... })
      assert.not_matches("\27", out .. err)
      return out, err, code
   end

   -- Runs it with --json: one document, and nothing else.
   local function run_json(...)
      local arguments = { ... }
      arguments[#arguments + 1] = "--json"
      local out, err, code = command.run(environment, arguments)
      assert.equal("", err)
      local value, place = dkjson.decode(out, 1, nil, nil)
      assert.is_table(value, out)
      assert.equal("\n", out:sub(place))
      return value, code
   end

   describe("list", function()
      it("shows a table, or JSON, of the names meant", function()
         for _, name in ipairs { "Weather", "Weather 2", "Plug" } do made:create { name = name } end
         assert(made.connections.archive(made:create { name = "Weather old" }))
         local out, err, code = run("list", "--select", "Weather*")
         assert.matches("^NAME +REF +SYSTEM TYPE.*\nWeather .*\nWeather 2 .*\n2 connections, and 1 archived "
            .. "%(%-%-archived%)\n$", out)
         assert.same({ "", 0 }, { err, code })
         assert.equal(3, #(run_json("list", "--select", "Weather*", "--archived")))
         assert.equal("Plug", run_json("list", "--select", "Pl?g")[1].name)
         assert.same({}, run_json("list", "--select", "none"))
      end)

      it("hides credentials, in JSON when told to", function()
         made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
         assert.equal("canary", run_json("list")[1].customHeaders[1].value)
         assert.equal("***", run_json("list", "--mask")[1].customHeaders[1].value)
         assert.not_matches("canary", (run("get", "Weather")))
      end)
   end)

   describe("get", function()
      it("cuts nothing on a pipe, and fits a terminal", function()
         local long = ("天 long "):rep(60) .. "end"
         made:create { description = long, customHeaders = { { name = "Accept", value = long } } }
         local out = run("get", "Weather")
         assert.matches("\n  description +" .. long .. "\n", out)
         assert.matches("\n    %- Accept: " .. long .. "\n", out)
         for _, width in ipairs { 40, 80, 200 } do
            local shown, code = command.in_terminal(environment, { "get", "Weather" }, width)
            assert.equal(0, code)
            local widest = 0
            for line in shown:gmatch "[^\n]+" do widest = math.max(widest, text.width(line)) end
            assert.is_true(widest <= math.max(width, 45) and widest > width * 0.8, width)
         end
         assert.equal(out, (command.in_terminal(environment, { "get", "Weather", "--full" }, 60)))
      end)

      it("finds by name and by ref", function()
         local created = made:create()
         assert.matches('^connection "Weather"\n', (run("get", "Weather")))
         assert.equal("Weather", run_json("get", created.ref).name)
      end)

      it("says what it does not find, and what is ambiguous", function()
         local out, err, code = run("get", "None")
         assert.same({ "", 'personalize get: not_found: no connection is named "None", nor is it the ref of one '
            .. '(`personalize list --archived` shows what there is)\n', 1 }, { out, err, code })
         local value
         value, code = run_json("get", "None")
         assert.same({ "not_found", 1 }, { value.error.kind, code })
         made:create()
         made:create()
         out, err, code = run("get", "Weather")
         assert.same({ "", 1 }, { out, code })
         assert.matches('conflict: 2 connections are named "Weather"; give the ref: %x+', err)
      end)
   end)

   it("creates, updates, patches and tests", function()
      folder.write(path, "w.json", definition:format "http://127.0.0.1:9/")
      local created = run_json("create", path .. "/w.json")
      assert.equal("Weather", assert(made.connections.get(created.ref)).name)
      folder.write(path, "w.json", definition:format "https://api.example.com/v2")
      assert.equal("https://api.example.com/v2", run_json("update", "Weather", path .. "/w.json").request.connectionUrl)
      assert.equal("x", run_json("patch", "Weather", '{"description": "x"}').description)
      local out, err, code = run("patch", created.ref, '{"description": "x"}')
      assert.matches('^connection "Weather"', out)
      assert.same({ "nothing to change\n", 0 }, { err, code })
      assert.same(64, select(3, run("test")))
   end)

   it("warns of what was probably not meant, and refuses members that look like others", function()
      folder.write(path, "w.json", (definition:format "https://x.example":gsub('"name": ?"Weather"', '"name": "W-2"')))
      local out, err, code = run("create", path .. "/w.json")
      assert.matches('^connection "W%-2"', out)
      assert.same({ "warning: name: holds a hyphen, which breaks references from programmable decisions; "
         .. "write a space\n", 0 },
         { err, code })
      local problem = "personalize patch: validation: descripton: probably description is meant\n"
      assert.same({ "", problem, 1 }, { run("patch", "W-2", '{"descripton": "x"}') })
      assert.same({ "warning: descripton: probably description is meant\n", 0 },
         { select(2, run("patch", "W-2", '{"descripton": "x"}', "--unknown-members", "send")) })
      assert.same({ "", 0 }, { select(2, run("patch", "W-2", '{"descripton": "y"}', "--unknown-members", "send",
         "--json")) })
      assert.same({ "", 0 }, { select(2, run("patch", "W-2", '{"description": "x"}')) })
   end)

   it("create refuses a second one of a name, ensure brings it up to date", function()
      folder.write(path, "w.json", (definition:format "https://x.example"))
      local first = run_json("create", path .. "/w.json")
      local out, err, code = run("create", path .. "/w.json")
      assert.same({ "", "personalize create: conflict: there is a connection named \"Weather\" already (" .. first.ref
         .. "): `personalize ensure` brings it up to date, --another creates a second one\n", 1 }, { out, err, code })
      assert.equal("unchanged\n", select(2, run("ensure", path .. "/w.json")))
      folder.write(path, "w.json", (definition:format "https://y.example"))
      assert.equal("https://y.example", run_json("ensure", path .. "/w.json").request.connectionUrl)
      assert.equal(first.ref, run_json("ensure", path .. "/w.json").ref)
      assert.not_equal(first.ref, run_json("create", path .. "/w.json", "--another").ref)
      out, err, code = run("ensure", path .. "/w.json")
      assert.same({ "", 1 }, { out, code })
      assert.matches("2 connections are named \"Weather\"", err)
      assert(made.connections.archive(first.ref))
      local new = definition:gsub("Weather", "Fresh"):format "https://x.example"
      assert.equal("created\n", select(2, run("ensure", new)))
   end)

   it("takes definitions from the standard input, with references to secrets", function()
      environment.MY_SECRET = "of the environment"
      folder.write(path, "w", '{"name": "O", "systemType": "DATA_SYSTEM", "request": {"requestType": "GET", '
         .. '"connectionUrl": "https://x.example"}, "auth": {"authType": "OAUTH", "clientId": "i", '
         .. '"accessTokenUrl": "https://x.example/t", "clientSecret": {"$env": "MY_SECRET"}}}')
      local out, err, code = command.run(environment, { "create", "-", "--json" }, path .. "/w")
      assert.same({ "", 0 }, { err, code })
      local ref = dkjson.decode(out).ref
      assert.equal("of the environment", made.emulator:stored_secret(ref, "clientSecret"))
      environment.MY_SECRET = ""
      out, err, code = command.run(environment, { "create", "-" }, path .. "/w")
      local reason = "personalize create: config: auth.clientSecret: the environment variable MY_SECRET is not set\n"
      assert.same({ "", reason, 1 }, { out, err, code })
   end)

   it("refuses an update that lacks a secret, unless told otherwise", function()
      local auth = { authType = "OAUTH", clientId = "i", clientSecret = "canary", accessTokenUrl = "https://x.example" }
      made:create { auth = auth }
      local change = { "patch", "Weather", '{"description": "x"}', "--missing-secrets" }
      for _, how in ipairs { "refuse", "send" } do
         change[5] = how
         local _, err, code = command.run(environment, change)
         assert.equal(how == "send" and 0 or 1, code)
         if how == "refuse" then assert.matches("^personalize patch: validation: auth.clientSecret: missing", err) end
      end
      run("export", path)
      local oauth = '{"authType": "OAUTH", "clientId": "j", "accessTokenUrl": "https://x.example"}'
      folder.write(path, "Weather.json", (definition:format "https://x.example":gsub('{"authType": "NONE"}', oauth)))
      assert.equal(1, select(3, run("plan", path)))
      assert.equal(2, select(3, run("plan", path, "--missing-secrets", "send")))
      assert.equal(64, select(3, run("plan", path, "--missing-secrets", "maybe")))
   end)

   it("says what is wrong with what it is given", function()
      folder.write(path, "broken.json", '{"name": }')
      local _, err, code = run("create", path .. "/broken.json")
      assert.matches("^personalize create: decode: .*broken.json: invalid JSON at line 1", err)
      assert.equal(1, code)
      _, err = run("create", path .. "/none.json")
      assert.matches("none.json: No such file or directory", err)
      _, err = run("create", path .. "/broken.json", "--prefix", "a b")
      assert.matches("invalid JSON", err)
      _, err = run("list", "--prefix", "a b")
      assert.matches("is no prefix", err)
      _, err = run("list", "--prefix", "NOBODY")
      assert.matches("NOBODY_REGION or NOBODY_BASE_URL", err)
   end)

   it("shows differences, and tells of them by its exit code", function()
      made:create { description = "a" }
      made:create { name = "Other", description = "b" }
      local out, err, code = run("diff", "Weather", "Other")
      assert.same({ "", 2 }, { err, code })
      assert.matches('description: "a" %-> "b"\n', out)
      assert.equal(0, select(3, run("diff", "Weather", "Weather")))
      local value
      value, code = run_json("diff", "Weather", "Other")
      assert.same({ { path = "name", old = "Weather", new = "Other", shown = 'name: "Weather" -> "Other"' },
         { path = "description", old = "a", new = "b", shown = 'description: "a" -> "b"' } }, value)
      assert.equal(2, code)
   end)

   it("exports, plans and applies", function()
      made:create()
      made:create { name = "Gone", description = "x" }
      local out, err, code = run("export", path .. "/new/connections")
      assert.same({ ("2 files written, 0 unchanged in %s/new/connections.\n"):format(path), "", 0 }, { out, err, code })
      local connections = path .. "/new/connections"
      out, err, code = run("plan", connections)
      assert.matches("nothing to do, 2 unchanged", out)
      assert.same({ "", 0 }, { err, code })

      folder.write(connections, "New.json", (definition:format "https://x.example":gsub("Weather", "Newest")))
      os.remove(connections .. "/Gone.json")
      out, err, code = run("plan", connections)
      assert.same({ "", 2 }, { err, code })
      assert.matches('\n  create   "Newest" %(New.json%)\n', out)
      assert.matches('left alone: "Gone"', out)
      local value
      value, code = run_json("plan", connections, "--archive-missing", "--save", path .. "/plan.json")
      assert.equal(2, code)
      assert.same({ "Newest", "Gone" }, { value.creates[1].name, value.archives[1].name })

      out, err, code = run("apply", connections)
      assert.equal(64, code)
      assert.matches("give %-%-yes", err)
      assert.matches("create ", out)
      value, code = run_json("apply", "--plan", path .. "/plan.json", "--yes")
      assert.equal(0, code)
      assert.same({ "Newest", "Gone" }, { value.result.created[1].name, value.result.archived[1].name })
      assert.equal(0, select(3, run("plan", connections)))
      out, err, code = run("apply", connections, "--yes")
      assert.same({ "", 0 }, { err, code })
      assert.matches("nothing to do%.\n$", out)
   end)

   it("fails for plans with problems, and for what fails of them", function()
      folder.write(path, "a.json", "{")
      local out, err, code = run("plan", path)
      assert.same({ "", 1 }, { err, code })
      assert.matches("1 problem has to be solved before anything is sent:\n  a.json:1: invalid JSON", out)
      assert.equal(1, select(3, run("apply", path, "--yes")))
      local value
      value, code = run_json("apply", path, "--yes")
      assert.equal(1, code)
      assert.equal("a.json", value.problems[1].file)
      folder.write(path, "a.json", definition:format "https://x.example")
      made.emulator:fail { method = "POST", path = "/v2/connections", status = 400 }
      value, code = run_json("apply", path, "--yes")
      assert.equal(1, code)
      assert.equal("validation", value.result.failed[1].error.kind)
      assert.equal(0, select(3, run("apply", path, "--yes")))
   end)

   it("promotes between tenants that two prefixes name", function()
      local other = tenant.start()
      for name, value in pairs(command.environment(other.emulator, "PROD")) do environment[name] = value end
      for name, value in pairs(command.environment(made.emulator, "STAGING")) do environment[name] = value end
      made:create { request = { requestType = "GET", connectionUrl = "https://staging.example.com/a=b" } }
      made:create { name = "Other" }
      local arguments = { "promote", "--from", "STAGING", "--to", "PROD", "--select", "W*", "--replace-url",
         "https://staging.example.com/a=b", "https://api.example.com" }
      local out, err, code = command.run(environment, arguments)
      assert.same({ "", 2 }, { err, code })
      assert.matches('  create   "Weather"\n', out)
      assert.equal(0, other.emulator:counts().creates)
      arguments[#arguments + 1] = "--yes"
      out, err, code = command.run(environment, arguments)
      assert.same({ "", 0 }, { err, code })
      assert.matches("1 created%.\n$", out)
      local list = assert(other.connections.list())
      assert.equal(1, #list)
      assert.equal("https://api.example.com", list[1].request.connectionUrl)
      other:stop()
   end)

   it("tells wrong usage by 64, and has help and completions", function()
      for _, arguments in ipairs { { "nothing" }, { "get" }, { "apply" }, { "list", "--wrong" },
         { "list", "--timeout", "0" }, { "promote", "--from", "A" } } do
         local out, err, code = command.run(environment, arguments)
         assert.same({ "", 64 }, { out, code })
         assert.matches("^personalize", err)
      end
      assert.matches("^personalize: missing argument 'name'\nUsage: personalize get ", (select(2, run("get"))))
      for _, name in ipairs { "list", "get", "create", "ensure", "update", "patch", "edit", "archive", "restore",
         "test", "request", "diff", "export", "plan", "apply", "promote", "doctor", "emulator", "repl" } do
         local out, err, code = run(name, "--help")
         assert.same({ "", 0 }, { err, code })
         assert.matches("^Usage: personalize " .. name, out)
         assert.matches("\n  +" .. name .. " ", (run("--help")))
      end
      for _, shell in ipairs { "bash", "zsh", "fish" } do
         local out, _, code = run("completion", shell)
         assert.equal(0, code)
         assert.matches("promote", out)
      end
      assert.equal("personalize " .. personalize._VERSION .. "\n", (run "--version"))
   end)

   it("says what it lacks", function()
      environment.LUA_INIT = "package.preload.argparse = function() error 'none' end"
      local needs = "personalize: the command needs argparse: Debian's lua-argparse, or the rock of that name\n"
      assert.same({ "", needs, 1 }, { run "list" })
   end)

   it("says so when nobody answers, and how long it waits", function()
      environment.PERSONALIZE_BASE_URL = "http://127.0.0.1:9"
      local value, code = run_json("list", "--timeout", "1")
      assert.equal(1, code)
      assert.is_true(value.error.kind == "connect" or value.error.kind == "timeout")
   end)

   it("ends quietly when nobody reads, and tells of a full disk", function()
      for index = 1, 300 do
         if index % 100 == 1 then made:create { name = "C" .. index, description = ("long"):rep(20000) } end
      end
      local out, err = command.shell(command.line(environment, { "list", "--json" }) .. " | head -1")
      assert.same({ "[\n", "" }, { out, err })
      out, err = command.shell(command.line(environment, { "list", "--json" }) .. " >/dev/full; echo $?")
      assert.equal("1\n", out)
      assert.matches("^personalize: cannot write: No space left on device\n$", err)
   end)

   it("fails where nothing can be written, whatever it was asked for", function()
      made:create { name = "A" }
      for _, arguments in ipairs { { "--help" }, { "--version" }, { "list", "--help" }, { "plan", "--help" },
         { "completion", "bash" }, { "completion", "zsh" }, { "completion", "fish" }, { "list" }, { "list", "--json" },
         { "get", "A" }, { "get", "A", "--json" }, { "get", "B", "--json" }, { "doctor" }, { "doctor", "--json" } } do
         local line = command.line(environment, arguments)
         local out, err = command.shell(line .. " >/dev/full; echo $?")
         assert.equal("1\n", out, line)
         assert.matches("^personalize: cannot write: No space left on device\n$", err)
         out, err = command.shell("trap '' PIPE; { " .. line .. "; echo $? >&2; } | true")
         assert.equal("", out)
         assert.matches("^1\n$", err)
      end
   end)
end)
