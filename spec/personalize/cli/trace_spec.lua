-- What the command tells beside its result: attempts, warnings, bodies of errors. Always on stderr, never a secret.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local tenant = require "spec.support.tenant"

describe("behind the command personalize", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   local function run(...)
      local out, err, code = command.run(environment, { ... })
      assert.not_matches("emulator%-client%-secret", out .. err)
      return out, err, code
   end

   it("--verbose shows each attempt", function()
      made:create()
      made.emulator:fail { method = "GET", path = "/v2/connections", status = 503, times = 1 }
      local out, err, code = run("list", "--verbose")
      assert.equal(0, code)
      assert.matches("\n1 connection\n$", out)
      local url = made.emulator.url:gsub("%p", "%%%0")
      assert.matches("^> POST " .. url .. "/oauth/token\n< 200 in %d+ ms, %d+ bytes", err)
      assert.matches("\n%* a token that lives 900 s\n> GET " .. url .. "/v2/connections\n< 503 in ", err)
      assert.matches("\n! again in %d+ ms: server %(503%): .-\n> GET " .. url
         .. "/v2/connections %(attempt 2%)\n< 200 in ", err)
   end)

   it("so does PERSONALIZE_DEBUG, and --json stays one document", function()
      environment.PERSONALIZE_DEBUG = "1"
      local out, err = run("list", "--json")
      assert.same({}, dkjson.decode(out))
      assert.matches("\n> GET ", err)
      for _, value in ipairs { "0", "" } do
         environment.PERSONALIZE_DEBUG = value
         assert.same({ "", 0 }, { select(2, run("list", "--json")) })
      end
   end)

   it("--verbose shows what an error has beside its message", function()
      made.emulator:fail { method = "GET", path = "/v2/connections", status = 418,
         body = '{"message": "no tea", "developerMessage": "a pot", "token": "secret-of-the-body"}' }
      local out, err, code = run("list", "--verbose")
      assert.same({ "", 1 }, { out, code })
      assert.matches("\npersonalize list: http %(418%): no tea", err)
      assert.matches("\n  method: GET\n  url: http://127.0.0.1:%d+/v2/connections\n  attempts: 1\n", err)
      assert.matches("\n  developer_message: a pot\n", err)
      assert.matches("\n  body: ", err)
      assert.not_matches("secret%-of%-the%-body", err)
   end)

   it("warnings go to stderr, with --json too, each once", function()
      local path = folder.new()
      folder.write(path, "w.json", dkjson.encode(tenant.definition { name = "W-2" }))
      local warning = "warning: name: holds a hyphen, which breaks references from programmable decisions; "
         .. "write a space\n"
      local out, err, code = run("create", path .. "/w.json", "--json")
      assert.same({ warning, 0, "W-2" }, { err, code, dkjson.decode(out).name })
      made.emulator:reset()
      out, err, code = run("plan", path, "--json")
      local of_file = warning:gsub("warning: ", "warning: w.json: ")
      assert.equal(of_file, (err:gsub("w.json:%d+:", "w.json:")))
      assert.same({ 2, "W-2" }, { code, dkjson.decode(out).creates[1].name })
      out, err, code = run("apply", path, "--yes", "--json")
      assert.equal(of_file, (err:gsub("w.json:%d+:", "w.json:")))
      assert.same({ 0, "W-2" }, { code, dkjson.decode(out).result.created[1].name })
      folder.remove(path)
   end)

   it("a list that may lack connections is warned of", function()
      made:stop()
      made = tenant.start { page_limit = 10, honour_offset = false }
      environment = command.environment(made.emulator)
      for index = 1, 10 do made:create { name = "C" .. index } end
      local out, err, code = run("list", "--count")
      assert.same({ "10\n", 0 }, { out, code })
      assert.matches("^warning: asked for what follows 10 connections the service gave the same ones again", err)
   end)
end)
