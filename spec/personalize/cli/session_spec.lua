-- What the REPL begins with: its greeting, and its globals.
local command = require "spec.support.command"
local tenant = require "spec.support.tenant"

describe("a session", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   -- Runs Lua after the session's start: what both printed.
   local function run(code, start)
      local words = {}
      for name, value in pairs(environment) do words[#words + 1] = name .. "=" .. command.quote(value) end
      local out, err, status = command.shell(("env %s %s -e %s"):format(table.concat(words, " "), command.interpreter,
         command.quote(("require('personalize.cli.session').start(%s) %s"):format(start or "'', ''", code or ""))))
      assert.same({ "", 0 }, { err, status })
      return out
   end

   local is_jit = rawget(_G, "jit") ~= nil
   local advice = "LuaJIT shows the value of an expression after `=`: = connections.list()\n"

   it("says whose connections it has, and on LuaJIT how values are shown", function()
      local said = run()
      assert.matches("^personalize [%d.]+[%w-]*, Lua[^\n]+%. help%(%) lists what there is%.\npersonalize client of "
         .. made.emulator.url:gsub("%p", "%%%0") .. "[^\n]*: `connections` are its connections%.\n", said)
      assert.equal(is_jit, said:find(advice, 1, true) ~= nil)
      -- where the lines are edited, values are shown without that
      assert.is_nil(run(nil, "'', '', true"):find(advice, 1, true))
   end)

   it("says why there is no client", function()
      local said = run("print(client)", "'', 'NOBODY'")
      assert.matches("\nNo client: config: NOBODY_REGION or NOBODY_BASE_URL is needed[^\n]*\n`client` can be made by "
         .. "hand: client = assert%(personalize.new { ... }%)\n.*nil\n$", said)
   end)

   it("has a client's connections, and shows results with secrets masked", function()
      made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
      local said = run [[
         print(#connections.list(), client.connections.find("Weather").name)
         print({ password = "canary", list = { 1 } })
         print(connections.find "Weather")
         print(tostring(quit))]]
      assert.matches("\n1\tWeather\n", said)
      assert.matches('\n{\n  "list": %[\n    1\n  %],\n  "password": "%*%*%*"\n}\n', said)
      assert.matches("\nquit%(%) or Ctrl%-D ends this\n$", said)
      assert.not_matches("canary", said)
   end)

   it("shows no credential of a tested connection that its answer echoes", function()
      made:create { customHeaders = { { name = "X-Api-Key", value = "header-canary" } } }
      made.emulator:fail { path = "/v2/connections/testConnection", status = 200, times = 3,
         body = '{"got": "header-canary"}' }
      local said = run [[
         local c = connections.find "Weather"
         print(connections.test(c))
         print { (connections.test(c.ref)) }
         print(c:test().got)]]
      assert.equal(2, select(2, said:gsub('"got": "%*%*%*"', "")))
      assert.matches("\nheader%-canary\n$", said) -- a text of its own is shown as it is
   end)

   it("helps with functions, names, members, objects, and says what it does not know", function()
      local function help(argument)
         return (run("io.write '<<' help(" .. argument .. ")"):match "<<(.*)$")
      end
      assert.matches("^help%(connections.patch%) or help \"connections.patch\" tells more", help "")
      for _, argument in ipairs { "connections.patch", "'connections.patch'", "client.connections.patch" } do
         assert.matches("^connections%.patch%(ref, changes, %[opts%]%)", help(argument))
      end
      assert.matches("connections%.patch%(ref, changes", help "'patch'")
      assert.matches("^connectionTimeout %(integer, milliseconds%)  ", help "'connectionTimeout'")
      assert.matches("^  sync%.%w+ ", help "sync")
      assert.matches("^  connections%.%w+ ", help "client.connections")
      assert.matches("\n  members: kind, message, status", help "select(2, connections.get 'x')")
      assert.equal("nothing is known of that; help() lists everything\n", help "'nobody'")
      assert.equal("nothing is known of that; help() lists everything\n", help "{}")
      assert.equal("nothing is known of that; help() lists everything\n", help "print")
   end)
end)
