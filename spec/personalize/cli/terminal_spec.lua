-- What needs a terminal: the REPL, questions, progress, Ctrl-C. tmux is the terminal.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local personalize = require "personalize"
local socket = require "socket"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"
local terminal = require "spec.support.terminal"

describe("in a terminal,", function()
   local made, shown, path, environment

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

   local function start(arguments, more)
      if shown then shown:stop() end
      for name, value in pairs(more or {}) do environment[name] = value end
      shown = terminal.start(command.line(environment, arguments))
      return shown
   end

   local function write(count)
      for index = 1, count do
         local text = personalize.json.encode(tenant.definition { name = "C" .. index })
         folder.write(path, ("C%03d.json"):format(index), text)
      end
   end

   it("the REPL is the stock interpreter, with connections ready and shown readably", function()
      made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
      start {}
      shown:wait_for "help%(%) lists what there is"
      shown:wait_for "personalize client of http://127"
      local show = rawget(_G, "jit") and "= " or ""
      shown:type(show .. "connections.list()")
      shown:wait_for "Weather +DATA_SYSTEM +GET .*\n1 connection\n"
      shown:type "c = connections.find 'Weather'"
      shown:type(show .. "c")
      shown:wait_for '\nconnection "Weather"\n'
      shown:wait_for "X%-Api%-Key: %*%*%*"
      shown:type(show .. "connections.get 'nobody'")
      shown:wait_for "nil%s+not_found %(404%)"
      shown:press "C-l"
      shown:type "help(connections.patch)"
      shown:wait_for "connections.patch%(ref, changes, %[opts%]%)"
      shown:type 'help "connectionTimeout"'
      shown:wait_for "connectionTimeout %(integer, milliseconds%)  Limit for connecting"
      shown:type "help(c)"
      shown:wait_for "\n  connection:save +%a"
      shown:type "help(connections)"
      shown:wait_for "\n  connections%.patch +%a[^\n]*\n"
      shown:type "help 'nobody'"
      shown:wait_for "nothing is known of that"
      shown:type "print({ a = { 1, 2 } })"
      shown:wait_for '{\n  "a": %[\n    1,\n    2\n  %]\n}'
      assert.not_matches("canary", shown:screen())
      shown:type "os.exit(7, true)"
      shown:wait_for "ended 7"
   end)

   -- Where Debian has lua-readline, `make deps` installs it; without it the stock interpreter reads the lines.
   if pcall(require, "readline") then
      it("the REPL completes, pages, can be interrupted, and keeps no line with a secret", function()
         environment.XDG_STATE_HOME = path
         made:create { name = "Weather by city" }
         start {}
         shown:wait_for "\n127%.0%.0%.1:%d+>$"
         shown:tmux "send-keys -l 'connections.pat'"
         shown:press "Tab"
         shown:type "('x', {})"
         shown:wait_for "connections%.patch%('x', {}%)\n.*not_found %(404%)"
         shown:tmux "send-keys -l 'connections.find \"Wea'"
         shown:press "Tab"
         shown:press "Enter"
         shown:wait_for '\nconnection "Weather by city"\n'
         shown:type "for index = 1, 2 do"
         shown:wait_for "\n>>$"
         shown:type "print('number', index) end"
         shown:wait_for "number\t?%s*1\nnumber%s+2\n"
         shown:type "('line\\n'):rep(200)"
         shown:wait_for "%-%- 49 of 201 lines: Enter for more"
         shown:type "q"
         shown:type "while true do end"
         shown:wait_for "while true do end$"
         socket.sleep(0.3)
         shown:press "C-c"
         shown:wait_for "interrupted!"
         shown:type "x = { client_secret = 'canary-canary' }"
         shown:type "error 'no'"
         shown:wait_for "no\nstack traceback:"
         shown:type "quit"
         shown:wait_for "ended 0"
         local kept = folder.read(path .. "/personalize", "history")
         assert.matches("connections%.patch%('x', {}%)\n", kept)
         assert.not_matches("canary", kept)
         assert.equal("600", command.shell("stat -c %a " .. path .. "/personalize/history"):match "%d+")
         start {}
         shown:wait_for "\n127%.0%.0%.1:%d+>$"
         shown:press "Up"
         shown:wait_for "> error 'no'$"
      end)
   end

   it("the REPL opens without a client too, and says why", function()
      environment = {}
      start({ "repl", "--prefix", "NOBODY" })
      shown:wait_for "No client: config: NOBODY_REGION or NOBODY_BASE_URL is needed"
      shown:type "print(client, personalize._VERSION)"
      shown:wait_for("nil%s+" .. personalize._VERSION:gsub("%p", "%%%0"))
   end)

   it("the REPL takes a profile", function()
      os.execute("mkdir -p " .. path .. "/personalize")
      local lines = {}
      for name, value in pairs(environment) do lines[#lines + 1] = ("%s=%s\n"):format(name, value) end
      folder.write(path .. "/personalize", "staging.env", table.concat(lines))
      os.execute("chmod 600 " .. path .. "/personalize/staging.env")
      environment = { XDG_CONFIG_HOME = path }
      start { "repl", "--profile", "staging" }
      shown:wait_for("personalize client of " .. made.emulator.url:gsub("%p", "%%%0"))
      shown:stop()
      start { "repl", "--profile", "nobody" }
      shown:wait_for "No client: config: profile nobody: .*%(there are: staging%)"
   end)

   it("apply asks, shows how far it is, and has colours", function()
      write(40)
      made.emulator:fail { method = "POST", path = "/v2/connections", delay = 0.1, times = 1000 }
      start({ "apply", path, "--concurrency", "2" }, { TERM = "xterm-256color" })
      shown:wait_for "\nApply this to http://127.0.0.1:%d+: %d+ to create%? %[y/N%]$"
      assert.matches('\27%[32m  create   "C1"', shown:screen(true))
      shown:type "y"
      shown:wait_for "%[#+%.+%] %d+/40  [%d.]+/s  .*C%d+"
      local last = shown:wait_for "ended 0"
      assert.matches("\n40 created%.\n", last)
      assert.not_matches("#%]", last)
   end)

   it("apply does nothing when told no", function()
      write(1)
      start({ "apply", path }, { TERM = "xterm-256color", NO_COLOR = "1" })
      shown:wait_for "\nApply this to http://127.0.0.1:%d+: %d+ to create%? %[y/N%]$"
      assert.not_matches("\27%[3", shown:screen(true))
      shown:type ""
      shown:wait_for "declined: nothing was sent\nended 1"
      assert.equal(0, made.emulator:counts().creates)
   end)

   it("a plan with renames is refused before anybody is asked", function()
      made:create { name = "C1" }
      assert(sync.export(made.client, path))
      folder.write(path, "C1.json", (folder.read(path, "C1.json"):gsub('"C1"', '"C2"')))
      start { "apply", path }
      local said = shown:wait_for "ended 1"
      assert.matches('\n  rename   "C1" %-> "C2"', said)
      assert.matches("personalize apply: conflict: nothing was sent: renames are applied with %-%-rename: ", said)
      assert.not_matches("%[y/N%]", said)
      shown:stop()
      start { "apply", path, "--rename" }
      shown:wait_for "\nApply this to http://127.0.0.1:%d+ %(organisation %w+%): 1 to rename%? %[y/N%]$"
      shown:type "y"
      shown:wait_for "ended 0"
      assert.is_truthy(made.connections.find "C2")
   end)

   it("Ctrl-C ends an apply well, and says what was done; a second apply does the rest", function()
      write(60)
      made.emulator:fail { method = "POST", path = "/v2/connections", delay = 0.1, times = 1000 }
      start { "apply", path, "--yes", "--concurrency", "2" }
      shown:wait_for "%] [1-9]%d*/60"
      shown:press "C-c"
      shown:wait_for "ended 130"
      local said = shown:screen():gsub("\n", " ")
      local created, left = said:match "(%d+) created, (%d+) not started%."
      assert.equal(60, tonumber(created) + tonumber(left))
      assert.matches("interrupted: what is said above was done; apply again to do the rest", said)
      assert.equal(tonumber(created), made.emulator:counts().creates)
      assert.not_matches("traceback", said)
      made.emulator:heal()
      assert.equal(tonumber(left), #assert(assert(sync.plan(made.client, path)):apply()).created)
   end)

   it("Ctrl-C ends other commands quietly", function()
      made.emulator:fail { path = "/v2/connections", delay = 10 }
      start { "list" }
      local until_when = os.time() + 20
      repeat local requests = #made.emulator:requests() until requests > 0 or os.time() > until_when
      shown:press "C-c"
      shown:wait_for "ended 130"
      assert.not_matches("traceback", shown:screen())
      assert.not_matches("interrupted", shown:screen())
   end)
end)
