-- What all commands share that write one connection: options, what is sent, and what is shown of it.
local argparse = require "argparse"
local command = require "spec.support.command"
local dkjson = require "dkjson"
local sending = require "personalize.cli.sending"
local tenant = require "spec.support.tenant"

describe("commands that write a connection", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   local function run(...) return command.here(environment, { ... }) end

   it("have options", function()
      local words = { "--dry-run", "--full", "--json", "--prefix", "P", "--timeout", "3" }
      local values = { dry_run = true, full = true, json = true, prefix = "P", timeout = 3, color = "auto" }
      for _, each in ipairs {
         { sending.add_common, {}, {} },
         { sending.add_missing_secrets, { "--missing-secrets", "send" }, { missing_secrets = "send" }, true },
         { sending.add, { "--unknown-members", "send", "--references", "usual" },
            { unknown_members = "send", references = "usual" } },
         { sending.add_changing, { "--missing-secrets", "refuse", "--unknown-members", "refuse", "--secrets-folder",
            "s" },
            { missing_secrets = "refuse", unknown_members = "refuse", secrets_folder = "s" } },
      } do
         local parser, given, expected = argparse "x", each[2], each[3]
         each[1](parser)
         for _, word in ipairs(each[4] and {} or words) do given[#given + 1] = word end
         for name, value in pairs(each[4] and {} or values) do expected[name] = value end
         local parsed = parser:parse(given)
         parsed.verbose = nil
         assert.same(expected, parsed)
      end
      local parser = argparse "x"
      sending.add_changing(parser)
      for _, option in ipairs { "--missing-secrets", "--unknown-members", "--references" } do
         assert.is_false((parser:pparse { option, "x" }))
      end
      assert.same({ unknown_members = "send", missing_secrets = "refuse" }, sending.options { unknown_members = "send",
         missing_secrets = "refuse", json = true })
   end)

   it("show the resulting connection", function()
      local out, err, code = run("create", dkjson.encode(tenant.definition()))
      assert.matches('^connection "Weather"\n', out)
      assert.same({ "", 0 }, { err, code })
      out, err, code = run("patch", "Weather", '{"description": "x"}', "--json")
      assert.same({ "x", "", 0 }, { dkjson.decode(out).description, err, code })
   end)

   it("cut it to a terminal's width, unless all is wanted", function()
      made:create { description = ("x"):rep(200) }
      for _, case in ipairs { { nil, false }, { "--full", true } } do
         local shown = command.in_terminal(environment, { "restore", "Weather", case[1] }, 60)
         assert.equal(case[2], shown:find(("x"):rep(200), 1, true) ~= nil)
      end
   end)

   it("send options of their own", function()
      made:create { auth = tenant.oauth().auth }
      local text = '{"description": "x", "descripton": "y"}'
      assert.matches("^personalize patch: validation: descripton: probably", (select(2, run("patch", "Weather", text))))
      local _, err, code = run("patch", "Weather", text, "--unknown-members", "send")
      assert.matches("^personalize patch: validation: auth.clientSecret: missing", err)
      assert.equal(1, code)
      assert.equal(0, select(3, run("patch", "Weather", text, "--unknown-members", "send", "--missing-secrets",
         "send")))
   end)

   it("end before any call where the definition cannot be read, or has no connection", function()
      local before = #made:calls()
      local out, err, code = run("update", "Weather", "{")
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize update: decode: the JSON given: ", err)
      out, err, code = run("update", "Weather", '{"a": {"$env": "NOBODY_HAS_IT"}}', "--references", "anywhere")
      assert.same({ "", "personalize update: config: a: the environment variable NOBODY_HAS_IT is not set\n", 1 },
         { out, err, code })
      assert.equal(before, #made:calls())
      out, err, code = run("update", "Weather", "{}")
      assert.same({ "", 1 }, { out, code })
      assert.matches('^personalize update: not_found: no connection is named "Weather"', err)
      assert.equal("not_found", dkjson.decode((run("update", "Weather", "{}", "--json"))).error.kind)
   end)

   it("hide secrets that were looked up where an answer echoes them", function()
      environment.MY_SECRET = "hush-hush"
      made:create()
      made.emulator:fail { method = "PUT", path = "/v2/connections/*", status = 400,
         body = '{"message":"no hush-hush"}' }
      local out, err, code = run("patch", "Weather", '{"password": {"$env": "MY_SECRET"}}')
      assert.same({ "", 1 }, { out, code })
      assert.matches("validation %(400%): no %*%*%*", err)
      made.emulator:fail { method = "PUT", path = "/v2/connections/*", status = 400,
         body = '{"message":"no hush-hush"}' }
      err = select(2, run("patch", "Weather", '{"password": {"$env": "MY_SECRET"}}', "--verbose"))
      local count = select(2, err:gsub("no %*%*%*", ""))
      assert.is_true(count >= 2, err)
      assert.not_matches("hush", err)
   end)

   it("show no value of a reference, wherever it stands", function()
      environment.MY_SECRET = "https://hush-hush.example/x"
      local reference = { ["$env"] = "MY_SECRET" }
      local request = { requestType = "GET", connectionUrl = reference }
      local given = dkjson.encode(tenant.definition { request = request })
      assert.equal("***", dkjson.decode((run("create", given, "--dry-run", "--json"))).connection.request.connectionUrl)
      assert.matches("\n    connectionUrl +%*%*%*\n", (run("create", given)))
      local created = made.connections.find "Weather"
      assert.equal(environment.MY_SECRET, created.request.connectionUrl)
      made.connections.patch(created, { request = { connectionUrl = "https://old.example" } })
      local changes = dkjson.encode { description = reference, request = request }
      local function patch(...)
         local out = run("patch", "Weather", changes, "--references", "anywhere", ...)
         assert.is_nil(out:find("hush", 1, true))
         return out
      end
      local out = patch "--dry-run"
      assert.matches('\ndescription: %(absent%) %-> "%*%*%*"\n', out)
      assert.matches('\nrequest%.connectionUrl: "https://old%.example" %-> "%*%*%*"\n', out)
      local differences = dkjson.decode(patch("--dry-run", "--json")).differences
      assert.same({ "***", "***" }, { differences[1].new, differences[2].new })
      assert.matches("\n  description +%*%*%*\n", patch())
      assert.equal(environment.MY_SECRET, made.connections.find("Weather").description)
   end)

   it("show with --dry-run what would be sent, or why it would be refused", function()
      made:create()
      assert.matches('^would update "Weather"', (run("patch", "Weather", '{"description": "x"}', "--dry-run")))
      assert.same({ "nothing would change\n", "nothing to change\na dry run: nothing was sent\n", 0 },
         { run("patch", "Weather", "{}", "--dry-run") })
      local out, err, code = run("patch", "Weather", '{"descripton": "x"}', "--dry-run")
      assert.same({ "", "personalize patch: validation: descripton: probably description is meant\n", 1 },
         { out, err, code })
      assert.equal(0, made.emulator:counts().updates)
   end)
end)
