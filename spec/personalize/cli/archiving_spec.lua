-- `personalize archive` and `restore`.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"

describe("personalize archive and restore", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   local function run(...) return command.here(environment, { ... }) end

   local function is_archived(connection) return assert(made.connections.get(connection.ref)).archived end

   local function updates() return made.emulator:counts().updates end

   it("change the state, once", function()
      local created = made:create()
      for index, case in ipairs { { "archive", true, "it is archived already\n" },
         { "restore", false, "it is not archived\n" } } do
         local out, err, code = run(case[1], "Weather", "--json")
         assert.same({ case[2], "", 0 }, { dkjson.decode(out).archived, err, code })
         assert.equal(case[2], is_archived(created))
         out, err, code = run(case[1], created.ref)
         assert.matches('^connection "Weather"\n', out)
         assert.same({ case[3], 0, index }, { err, code, updates() })
      end
   end)

   it("mean the one of a name that they can change", function()
      local old = made:create()
      assert(made.connections.archive(old.ref))
      local new = made:create()
      local out, err, code = run("restore", "Weather")
      assert.same({ "", ('personalize restore: conflict: there is a connection named "Weather" in use (%s): --another '
         .. "restores this one too\n"):format(new.ref), 1 }, { out, err, code })
      assert.is_true(is_archived(old))
      assert.same({ "", 0 }, { select(2, run("archive", "Weather")) })
      assert.is_true(is_archived(new))
      assert.same({ "", 0 }, { select(2, run("restore", old.ref)) })
      assert.same({ "", 0 }, { select(2, run("restore", new.ref, "--another")) })
      assert.same({ false, false }, { is_archived(old), is_archived(new) })
      assert.same({ "", 64 }, { run("archive", "Weather", "--another"), (select(3, run("archive", "x", "--another"))) })
   end)

   it("warn of what uses a connection to be archived, if they are asked to", function()
      made:create()
      local path, ref = "/v2/decisionModelDefinitions", "00000000-0000-4000-8000-000000000001"
      assert(made.emulator:put(path, { { ref = ref, name = "Model" } }))
      assert(made.emulator:put(path .. "/" .. ref .. "/variants", { { ref = ref, name = "One", text = "weather" } }))
      local out, err, code = run("archive", "Weather", "--check-uses")
      assert.matches('^connection "Weather"\n', out)
      assert.matches("^warning: [^\n]*Model", err)
      assert.equal(0, code)
      assert.equal(64, select(3, run("restore", "Weather", "--check-uses")))
   end)

   it("say what they do not find, cannot read, or may not send", function()
      for _, name in ipairs { "archive", "restore" } do
         local out, err, code = run(name, "None")
         assert.same({ "", 1 }, { out, code })
         assert.matches(("^personalize %s: not_found: "):format(name), err)
      end
      local created = made:create { auth = tenant.oauth().auth }
      local _, err, code = run("archive", "Weather")
      assert.matches("^personalize archive: validation: auth.clientSecret: missing", err)
      assert.equal(1, code)
      assert.equal(0, select(3, run("archive", "Weather", "--missing-secrets", "send")))
      made.emulator:fail { path = "/v2/connections", status = 403 }
      _, err, code = run("restore", created.ref, "--missing-secrets", "send")
      assert.matches("^personalize restore: forbidden %(403%)", err)
      assert.equal(1, code)
      assert.is_true(is_archived(created))
   end)
end)
