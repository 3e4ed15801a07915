-- What `plan`, `apply` and `promote` share: how a plan is shown, who is asked, and what applying it says.
local argparse = require "argparse"
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local native = require "personalize.native"
local output = require "personalize.cli.output"
local plan_commands = require "personalize.cli.plan_commands"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("commands with plans", function()
   local made, path, environment

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      native.process.default_interrupt()
      made:stop()
      folder.remove(path)
   end)

   local function write(name, members)
      members = members or {}
      members.name = members.name or name
      folder.write(path, name .. ".json", json.encode(tenant.definition(members)))
   end

   -- A folder whose only connection, and file, is to be renamed.
   local function prepare_rename()
      made:create()
      assert(sync.export(made.client, path))
      folder.write(path, "Weather.json", (folder.read(path, "Weather.json"):gsub('"Weather"', '"Rain"')))
   end

   -- Applies the folder's plan in this process: what is said, and the exit code or nil and the error.
   local function apply(arguments, unasked)
      local streams = { out = command.stream(), err = command.stream() }
      local out = output.new(streams, arguments)
      local plan = assert(sync.plan(made.client, path))
      local code, err = plan_commands.apply(out, streams, arguments, plan, unasked)
      return streams.out.text, streams.err.text, code, err
   end

   local function creates() return made.emulator:counts().creates end

   it("have options", function()
      local parser = argparse "plan"
      plan_commands.add_planning(parser)
      plan_commands.add_renames(parser)
      plan_commands.add_applying(parser)
      local none = parser:parse {}
      assert.same({ format = "text", concurrency = 4, names = {} }, none)
      assert.same({}, plan_commands.options(none))
      local all = parser:parse { "--select", "W*", "--force-secrets", "--missing-secrets", "send", "--unknown-members",
         "refuse", "--format", "markdown", "--full", "--references", "anywhere", "--secrets-folder", "s", "--values",
         "v.json", "--save", "p.json", "--rename", "--check-uses", "-y", "--dry-run", "--concurrency", "9" }
      assert.same({ "markdown", true, "p.json", true, true, 9 }, { all.format, all.full, all.save, all.yes, all.dry_run,
         all.concurrency })
      all.archive_missing = true
      assert.same({ names = { "W*" }, archive_missing = true, force_secrets = true, missing_secrets = "send",
         unknown_members = "refuse", renames = true, check_uses = true, references = "anywhere", secrets_folder = "s",
         values = "v.json" }, plan_commands.options(all))
      for _, wrong in ipairs { { "--format", "html" }, { "--missing-secrets", "x" }, { "--unknown-members", "x" } } do
         assert.is_false((parser:pparse(wrong)))
      end
   end)

   it("show a plan as text or Markdown, with its warnings, and exit by what it has", function()
      assert.equal(0, select(3, command.here(environment, { "plan", path })))
      write("A-B", { description = ("x"):rep(200) })
      local warning = "warning: A-B.json:1: name: holds a hyphen, which breaks references from programmable decisions; "
         .. "write a space\n"
      local out, err, code = command.here(environment, { "plan", path })
      assert.matches('^Plan for [^\n]*: 1 to create.\n\n  create   "A%-B" %(A%-B.json%)\n', out)
      assert.same({ warning, 2 }, { err, code })
      out, err, code = command.here(environment, { "plan", path, "--format", "markdown" })
      assert.matches("^## Plan for `http", out)
      assert.matches("\n### `A%-B`\n", out)
      assert.same({ warning, 2 }, { err, code })
      made:create { name = "A-B" }
      for _, format in ipairs { "text", "markdown" } do
         local arguments = { "plan", path, "--format", format }
         assert.matches('x"?%.%.%.', (command.here(environment, arguments)))
         arguments[5] = "--full"
         assert.matches(('"%s"\n'):format(("x"):rep(200)), (command.here(environment, arguments)))
      end
      folder.write(path, "C.json", "{")
      out, err, code = command.here(environment, { "plan", path })
      assert.matches("\n1 problem has to be solved before anything is sent:\n  C.json:1: invalid JSON", out)
      assert.same({ warning, 1 }, { err, code })
   end)

   it("save a plan, or say why they cannot", function()
      write "A"
      assert.equal(2, select(3, command.here(environment, { "plan", path, "--save", path .. "/plan" })))
      assert.equal("A", dkjson.decode(folder.read(path, "plan")).creates[1].name)
      local out, err, code = command.here(environment, { "plan", path, "--save", path .. "/none/plan" })
      assert.matches('\n  create   "A" %(A.json%)\n$', out)
      assert.same({ ("personalize plan: config: %s/none/plan: No such file or directory\n"):format(path), 1 },
         { err, code })
      local _, _, none, problem = apply { save = path .. "/none/plan", yes = true }
      assert.same({ nil, "config" }, { none, problem.kind })
      assert.equal(0, creates())
   end)

   it("apply nothing with problems, forbidden renames, or --dry-run", function()
      folder.write(path, "A.json", "{")
      local out, err, code = command.here(environment, { "apply", path, "--yes", "--json" })
      assert.same({ "A.json", "", 1 }, { dkjson.decode(out).problems[1].file, err, code })
      os.remove(path .. "/A.json")
      prepare_rename()
      out, err, code = command.here(environment, { "apply", path, "--yes" })
      assert.matches("\nRenames are applied only when that is allowed: %-%-rename.\n$", out)
      assert.same({ 'personalize apply: conflict: nothing was sent: renames are applied with --rename: Weather.json: '
         .. 'name: would rename "Weather" to "Rain"\n', 1 }, { err, code })
      out, err, code = command.here(environment, { "apply", path, "--rename", "--dry-run" })
      assert.not_matches("Renames", out)
      assert.same({ "a dry run: nothing was sent\n", 0 }, { err, code })
      out, err, code = command.here(environment, { "apply", path, "--rename", "--dry-run", "--json" })
      assert.same({ "Rain", "", 0 }, { dkjson.decode(out).updates[1].name, err, code })
      assert.equal(0, made.emulator:counts().updates)
      assert.same({ "", 0 }, { select(2, apply { yes = true, rename = true }) })
      assert.equal("Rain", assert(made.connections.list())[1].name)
      assert.same({ "", 0 }, { select(2, apply {}) })
   end)

   it("ask a person, on a terminal, unless there is JSON", function()
      write "A"
      local question = "\nApply this to http://127%.0%.0%.1:%d+: 1 to create%? %[y/N%] "
      local shown, code = command.in_terminal(environment, { "apply", path }, 200, "n\n")
      assert.matches(question .. "declined: nothing was sent\n$", shown)
      assert.equal(1, code)
      for _, how in ipairs { { { "apply", path, "--json" } }, { { "apply", path }, " </dev/null" },
         { { "apply", path }, " 2>&1 | cat; exit 64" } } do
         shown, code = command.in_terminal(environment, how[1], 200, "y\n", how[2])
         assert.matches("nobody can be asked here: give %-%-yes to apply the plan", shown)
         assert.equal(64, code)
      end
      assert.equal(0, creates())
      shown, code = command.in_terminal(environment, { "apply", path }, 200, " Yes\n")
      assert.matches(question .. ".*%[#+%] 1/1 .*\27%[K1 created%.\n$", shown)
      assert.same({ 0, 1 }, { code, creates() })
   end)

   it("ask after all that was said, and take a word with y for yes", function()
      for typed, expected in pairs { ["y\n"] = true, ["  YES\n"] = true, ["n\n"] = false, ["\n"] = false, [""] = false,
         ["oh y\n"] = false } do
         local said = {}
         local function stream(name)
            return { write = function(_, ...) said[#said + 1] = name .. table.concat { ... } end,
               flush = function() said[#said + 1] = name .. "flushed" end }
         end
         folder.write(path, "typed", typed)
         local own = io.input()
         io.input(path .. "/typed")
         local answer = plan_commands.ask({ out = stream "out ", err = stream "err " }, "Sure?")
         io.input():close()
         io.input(own)
         assert.equal(expected, answer)
         assert.same({ "out flushed", "err Sure? [y/N] ", "err flushed" }, said)
      end
   end)

   it("show the plan alone where nobody can be asked, if they may", function()
      write "A"
      local out, err, code = apply({ json = true }, 2)
      assert.same({ "A", "", 2 }, { dkjson.decode(out).creates[1].name, err, code })
      out, err, code = apply {}
      assert.matches("1 to create", out)
      assert.same({ "personalize: nobody can be asked here: give --yes to apply the plan\n", 64 }, { err, code })
      assert.equal(0, creates())
   end)

   it("tell what was done, and what failed", function()
      write "A"
      write "B"
      made.emulator:fail { method = "POST", path = "/v2/connections", status = 400 }
      local out, err, code = apply { yes = true, concurrency = 1 }
      assert.matches("\n1 created, 1 failed%.\n  failed   \"A\" %(A.json%): validation %(400%)", out)
      assert.same({ "", 1 }, { err, code })
      made:stop()
      made = tenant.start()
      made.emulator:fail { method = "POST", path = "/v2/connections", status = 400 }
      out, err, code = apply { yes = true, json = true, concurrency = 1 }
      local result = dkjson.decode(out).result
      assert.same({ "B", "A", "validation" }, { result.created[1].name, result.failed[1].name,
         result.failed[1].error.kind })
      local told = {}
      for name in pairs(result.failed[1].error) do told[name] = true end
      assert.same({ kind = true, message = true }, told)
      assert.same({ "", 1 }, { err, code })
      assert.same({ "", 0 }, { select(2, apply { yes = true }) })
   end)

   it("say why nothing was begun", function()
      write "A"
      local streams = { out = command.stream(), err = command.stream() }
      local plan = assert(sync.plan(made.client, path))
      made.client:close()
      local arguments = { yes = true, command = "apply" }
      local code = plan_commands.apply(output.new(streams, arguments), streams, arguments, plan)
      assert.matches("^personalize apply: closed: ", streams.err.text)
      assert.equal(1, code)
   end)

   -- Has something happen as soon as the first connection is sent.
   local function at_first_write(action)
      local is_done = false
      made.client:close()
      made.client = made:new_client { on_event = function(event)
         if not is_done and event.type == "request" and event.method == "POST" and event.url:find "connections$" then
            is_done = true
            action()
         end
      end }
   end

   it("end after an interruption, and say how it goes on", function()
      for _, name in ipairs { "A", "B", "C" } do write(name) end
      at_first_write(function() io.popen "kill -INT $PPID":close() end)
      local out, err, code = apply { yes = true, concurrency = 1 }
      assert.matches("\n1 created, 2 not started%.\n", out)
      assert.same({ "interrupted: what is said above was done; apply again to do the rest\n", 130 }, { err, code })
      assert.equal(1, creates())
   end)

   it("tell of twins", function()
      write "A"
      local other = made:new_client()
      at_first_write(function() assert(other.connections.create(tenant.definition { name = "A" })) end)
      local _, err, code = apply { yes = true }
      assert.matches('^2 connections are named "A" now, for somebody else created it at the same time: %S+, %S+\n$',
         err)
      assert.equal(1, code)
      other:close()
   end)

   it("tell that twins could not be looked for", function()
      write "A"
      at_first_write(function()
         made.emulator:fail { method = "GET", path = "/v2/connections", status = 403, times = 100 }
      end)
      local out, err, code = apply { yes = true }
      assert.matches("\n1 created%.\n$", out)
      assert.matches("^whether somebody else created the same could not be seen: Forbidden: [^\n]+\n$", err)
      assert.equal(1, code)
   end)
end)
