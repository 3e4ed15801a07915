-- Data of a tenant that looks like a reference: what `get --json` wrote of it was looked up in the environment by the
-- command that read it back, and the value was stored in the tenant. No command for a single connection named the
-- references that it looked up.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

local CANARY = "canary-of-a-secret"

describe("the command", function()
   local made, environment, path

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment = command.environment(made.emulator)
      environment.MY_SECRET = CANARY
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function run(...) return command.here(environment, { ... }) end

   describe("given data that looks like a reference", function()
      local DATA = { ["$env"] = "MY_SECRET" }
      local ESCAPED = { ["$$env"] = "MY_SECRET" }
      local created

      before_each(function()
         created = made:create { auth = { authType = "CUSTOM", foo = DATA }, zebra = { { ["$$file"] = "x" } },
            ["$schema"] = "mine" }
      end)

      local function assert_kept(ref)
         local present = assert(made.connections.get(ref))
         assert.same({ DATA, { { ["$$file"] = "x" } }, "mine" },
            { present.auth.foo, present.zebra, present["$schema"] })
      end

      it("writes it so that it is read back as it was", function()
         local out, err, code = run("get", "Weather", "--json")
         assert.same({ "", 0 }, { err, code })
         local written = assert(personalize.json.decode(out))
         assert.same({ ESCAPED, "x" }, { written.auth.foo, written.zebra[1]["$$$file"] })
         folder.write(path, "w.json", out)
         assert.same({ "no differences\n", "", 0 }, { run("diff", "Weather", path .. "/w.json") })
         assert.same({ "no differences\n", "", 0 }, { run("diff", path .. "/w.json", "Weather") })
         for _, arguments in ipairs { { "update", "Weather", path .. "/w.json" }, { "ensure", path .. "/w.json" },
            { "create", path .. "/w.json", "--another" } } do
            arguments[#arguments + 1] = "--json"
            out, err, code = command.here(environment, arguments)
            assert.equal(0, code, err)
            local answered = assert(personalize.json.decode(out))
            assert.same(ESCAPED, answered.auth.foo, arguments[1])
            assert_kept(answered.ref)
         end
         assert_kept(created.ref)
      end)

      it("writes it so in lists and in answers to changes, masked too", function()
         local function foo(...)
            local value = assert(personalize.json.decode((run(...))))
            return (value[1] or value).auth.foo
         end
         for _, arguments in ipairs { { "list", "--json" }, { "patch", "Weather", '{"description": "x"}', "--json" },
            { "archive", "Weather", "--json" }, { "restore", "Weather", "--json" },
            { "get", "Weather", "--json", "--mask" }, { "list", "--json", "--mask" } } do
            assert.same(ESCAPED, foo((table.unpack or unpack)(arguments)), arguments[1]) -- luacheck: ignore
         end
         -- any call of the service has the service's data
         local out = run("request", "/v2/connections/" .. created.ref, "--json")
         assert.same(DATA, assert(personalize.json.decode(out)).auth.foo)
      end)
   end)

   describe("given references", function()
      local LINE = "auth.clientSecret is $env MY_SECRET\n"
      local NAMED = { { path = "auth.clientSecret", kind = "env", target = "MY_SECRET" } }
      local given

      before_each(function()
         local definition = tenant.oauth()
         definition.auth.clientSecret = { ["$env"] = "MY_SECRET" }
         given = dkjson.encode(definition)
      end)

      it("names them, without values, before anything is sent", function()
         local changes = '{"auth": {"clientSecret": {"$env": "MY_SECRET"}}}'
         for _, arguments in ipairs { { "create", given }, { "update", "Weather", given }, { "ensure", given },
            { "patch", "Weather", changes } } do
            local dry = { (table.unpack or unpack)(arguments) } -- luacheck: ignore
            dry[#dry + 1] = "--dry-run"
            for _, each in ipairs { dry, arguments } do
               local out, err, code = command.here(environment, each)
               assert.equal(0, code, err)
               assert.equal(LINE, err:sub(1, #LINE), each[1])
               assert.is_nil((out .. err):find(CANARY, 1, true))
            end
         end
         folder.write(path, "w.json", given)
         local _, err = run("test", "--file", path .. "/w.json")
         assert.equal(LINE, err:sub(1, #LINE))
      end)

      it("names them in the document of a dry run", function()
         local function references(...)
            local out, err, code = run(...)
            assert.same({ "", 0 }, { err, code })
            assert.is_nil(out:find(CANARY, 1, true))
            return (dkjson.decode(out).references)
         end
         assert.same(NAMED, setmetatable(references("create", given, "--dry-run", "--json"), nil))
         made:create()
         assert.same(NAMED, setmetatable(references("update", "Weather", given, "--dry-run", "--json"), nil))
         assert.is_nil(references("patch", "Weather", '{"description": "x"}', "--dry-run", "--json"))
         assert.is_nil(references("patch", "Weather", "{}", "--dry-run", "--json"))
      end)

      it("names those of an edited text where somebody looks", function()
         made:create { description = "old" }
         environment.EDITOR = [[sh -c 'sed -i "s/\"old\"/{\"\$env\": \"MY_SECRET\"}/" "$0"']]
         local words = { "edit", "Weather", "--dry-run", "--references", "anywhere" }
         local out, err, code = command.here(environment, words)
         assert.equal(0, code, err)
         assert.equal("description is $env MY_SECRET\na dry run: nothing was sent\n", err)
         assert.is_nil(out:find(CANARY, 1, true))
      end)
   end)
end)
