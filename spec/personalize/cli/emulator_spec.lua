-- The emulator as a command of its own.
local dkjson = require "dkjson"
local main = require "personalize.cli.main"
local personalize = require "personalize"
local process = require "spec.support.emulator_process"

describe("personalize emulator", function()
   local running
   after_each(function()
      if running then running:clean() end
      running = nil
   end)

   it("says where it is and what to copy, and stops when told to", function()
      for _, signal in ipairs { "INT", "TERM" } do
         running = process.start "--seed"
         local url = running.ready:match "^The emulator listens at (http://127%.0%.0%.1:%d+)%. It emulates"
         assert.is_string(url)
         assert.equal(table.concat({ ("export PERSONALIZE_BASE_URL=%s"):format(url),
            ("export PERSONALIZE_TOKEN_URL=%s/oauth/token"):format(url),
            "export PERSONALIZE_CLIENT_ID=emulator-client-id",
            "export PERSONALIZE_CLIENT_SECRET=emulator-client-secret\n" }, "\n"),
            running.ready:match "\n(.*)$")
         assert.is_true(running:stop(signal))
         assert.equal("", running:errors())
         running:clean()
      end
   end)

   it("serves a client that has only that environment, and logs a line per call", function()
      running = process.start "--json --seed"
      assert.equal(running.pid, running.json.pid)
      local environment = running.json.environment
      local client = assert(personalize.new { base_url = environment.PERSONALIZE_BASE_URL,
         token_url = environment.PERSONALIZE_TOKEN_URL, client_id = environment.PERSONALIZE_CLIENT_ID,
         client_secret = environment.PERSONALIZE_CLIENT_SECRET })
      assert.equal(3, #assert(client.connections.list()))
      client:close()
      client = assert(personalize.new(running.json.api_token_options))
      assert.equal(3, #assert(client.connections.list()))
      client:close()
      running:stop()
      local lines = {}
      for line in running:errors():gmatch "[^\n]+" do lines[#lines + 1] = line end
      assert.equal(4, #lines)
      assert.matches("^%d+%-%d+%-%d+T[%d:.]+Z 127%.0%.0%.1 POST /oauth/token 200 %d+ [%d.]+ms [%x-]+$", lines[1])
      assert.matches(" 127%.0%.0%.1 GET /v2/connections 200 %d+ [%d.]+ms [%x-]+$", lines[2])
   end)

   it("takes the options of emulator.start", function()
      running = process.start "--json --quiet --strict --token-ttl 60 --client-id me --ignore-offset --page-limit 2"
      assert.equal("me", running.json.options.client_id)
      local client = assert(personalize.new(running.json.options))
      local _, err = client.connections.create { name = "n", auth = { authType = "NONE" }, request = {},
         systemType = "S", colour = "red" }
      assert.equal(400, err.status)
      client:close()
      running:stop()
      assert.equal("", running:errors())
   end)

   -- Exit code, standard output, standard error.
   local function run(...)
      local out, err = {}, {}
      local function stream(list)
         return { write = function(_, ...) for _, text in ipairs { ... } do list[#list + 1] = text end end,
            flush = function() end }
      end
      local code = main.run({ ... }, { out = stream(out), err = stream(err) })
      return code, table.concat(out), table.concat(err)
   end

   it("fails with 1 for what the system refuses and 64 for wrong usage", function()
      local code, out, err = run("emulator", "--database", "/nonexistent/x.db")
      assert.equal(1, code)
      assert.equal("", out)
      assert.equal("personalize emulator: config: cannot use /nonexistent/x.db: No such file or directory\n", err)
      for expected, arguments in pairs {
         ["port"] = { "emulator", "--port", "70000" }, ["unknown option"] = { "emulator", "--porr", "1" },
         ["unknown command"] = { "emulate" },
         ["--missing-secret: expected"] = { "emulator", "--missing-secret", "lose" },
         ['--port: expected a number, got "x"'] = { "emulator", "--port", "x" },
      } do
         code, out, err = run((table.unpack or unpack)(arguments)) -- luacheck: ignore 143
         assert.equal(64, code)
         assert.equal("", out)
         assert.truthy(err:find(expected, 1, true), err)
      end
   end)

   it("prints one JSON document with --json", function()
      running = process.start "--json"
      local document, rest = dkjson.decode(running.ready)
      assert.is_table(document)
      assert.matches("^%s*$", running.ready:sub(rest))
   end)
end)
