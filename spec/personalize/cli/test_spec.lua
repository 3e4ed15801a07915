-- `personalize test`: what it exits with, of one connection and of many.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local folder = require "spec.support.folder"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

describe("personalize test", function()
   local made, target, environment

   before_each(function()
      made, target = tenant.start(), server.start(server.ECHO)
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      made:stop()
      target:stop()
   end)

   local function request(url) return { requestType = "GET", connectionUrl = url } end

   local function run(...)
      return command.run(environment, { "test", ... })
   end

   it("exits by what the answer says", function()
      made:create { request = request(target.url .. "/x") }
      made:create { name = "Nobody", request = request "http://127.0.0.1:9/" }
      made:create { name = "Missing", request = request(made.emulator.url .. "/nowhere") }
      local out, err, code = run "Weather"
      assert.same({ "", 0 }, { err, code })
      assert.equal(200, dkjson.decode(out).status)
      out, err, code = run "Nobody"
      assert.equal(1, code)
      assert.matches("^the test failed: error: ", err)
      assert.is_table(dkjson.decode(out).error)
      out, err, code = run "Missing"
      assert.equal(404, dkjson.decode(out).status)
      assert.same({ "the test failed: status is 404\n", 1 }, { err, code })
      out, err, code = run("Missing", "--json")
      assert.same({ "", 1, 404 }, { err, code, dkjson.decode(out).status })
   end)

   it("exits by the status that is expected", function()
      made:create { request = request(target.url .. "/x") }
      made:create { name = "Missing", request = request(made.emulator.url .. "/nowhere") }
      assert.same({ "", 0 }, { select(2, run("Weather", "--expect-status", "2xx")) })
      assert.same({ "the test failed: status 200 was not expected\n", 1 },
         { select(2, run("Weather", "--expect-status", "201")) })
      assert.same({ "", 0 }, { select(2, run("Missing", "--expect-status", "200,404")) })
      local _, err, code = run("Weather", "--expect-status", "fine")
      assert.equal(64, code)
      assert.matches("^personalize: %-%-expect%-status: expected a status such as 200", err)
   end)

   it("prints the same text each time", function()
      made:create { request = request(target.url .. "/x") }
      local first = run("Weather"):gsub("%d+", "0")
      for _ = 1, 3 do assert.equal(first, (run("Weather"):gsub("%d+", "0"))) end
   end)

   it("tests a file", function()
      local path = folder.new()
      folder.write(path, "w.json", '{"name": "W", "auth": {"authType": "NONE"}, "systemType": "DATA_SYSTEM", '
         .. '"request": {"requestType": "GET", "connectionUrl": "http://127.0.0.1:9/"}}')
      assert.equal(1, select(3, run("--file", path .. "/w.json")))
      local out, err, code = run("--file", path .. "/none.json")
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize test: config: .*/none.json: No such file or directory %(", err)
      out, err, code = run "Nobody"
      assert.same({ "", 1 }, { out, code })
      assert.matches('^personalize test: not_found: no connection is named "Nobody"', err)
      folder.remove(path)
   end)

   it("shows no credential of the connection that the called service echoes", function()
      local definition = tenant.definition { request = request(target.url .. "/x?token=query-canary"),
         customHeaders = { { name = "X-Api-Key", value = 'header-canary"&' } } }
      made:create(definition)
      local path = folder.new()
      folder.write(path, "w.json", dkjson.encode(definition))
      for _, arguments in ipairs { { "Weather" }, { "--file", path .. "/w.json" } } do
         local out, err, code = run((table.unpack or unpack)(arguments)) -- luacheck: ignore
         assert.same({ "", 0 }, { err, code })
         assert.matches("X-Api-Key: ***", out, 1, true)
         assert.is_nil(out:find("canary", 1, true), out)
      end
      folder.remove(path)
      -- the data has all of it
      assert.matches("header-canary", (run("Weather", "--json")), 1, true)
      made.emulator:fail { path = "/v2/connections/testConnection", status = 200, times = 2,
         body = '{"error": "no header-canary\\"&, no \\"header-canary%22%26\\""}' }
      assert.same({ 'the test failed: error: no ***, no "***"\n', 1 }, { select(2, run "Weather") })
      local out, _, code = run "--all"
      assert.same({ 'FAILED  Weather: error: no ***, no "***"\n0 ok, 1 failed\n', 1 }, { out, code })
   end)

   it("tests many, and tells of each", function()
      for index = 1, 5 do made:create { name = "W" .. index, request = request(target.url .. "/x") } end
      made:create { name = "Plug", request = request "http://127.0.0.1:9/" }
      assert(made.connections.archive(made:create { name = "Old", request = request "http://127.0.0.1:9/" }))
      local out, err, code = run "--all"
      assert.equal("", err)
      for index = 1, 5 do assert.matches(("ok      W%d: 200\n"):format(index), out, 1, true) end
      assert.matches("FAILED  Plug: error: ", out)
      assert.matches("\n5 ok, 1 failed\n$", out)
      assert.not_matches("Old", out)
      assert.equal(1, code)
      assert.same({ "", 0 }, { select(2, run("--select", "W*", "--concurrency", "2")) })
      out, err, code = run("--all", "--json")
      assert.same({ "", 1 }, { err, code })
      local results = dkjson.decode(out)
      assert.equal(6, #results)
      for _, each in ipairs(results) do
         assert.equal(each.name ~= "Plug", each.ok)
         assert.is_string(each.ref)
         assert.is_table(each.answer)
      end
      out, err, code = run("--select", "W*", "--expect-status", "204")
      assert.same({ "", 1 }, { err, code })
      assert.matches("\n0 ok, 5 failed\n$", out)
      assert.same({ "", "no connection is selected: nothing was tested\n", 1 }, { run("--select", "none") })
   end)

   it("is told what to test, once", function()
      made:create()
      for _, arguments in ipairs { {}, { "Weather", "--all" }, { "Weather", "--file", "x" }, { "--file", "x",
         "--select", "W" } } do
         local out, err, code = run((table.unpack or unpack)(arguments)) -- luacheck: ignore
         assert.same({ "", "personalize test: give one of these: a connection, --file, --all, --select\n", 64 },
            { out, err, code })
      end
   end)
end)
