-- `personalize probe` as a command: its options, what it prints, and what it exits with.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"
local terminal = require "spec.support.terminal"
local text = require "personalize.text"

describe("personalize probe", function()
   local made, environment, shown

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function()
      made:stop()
      if shown then shown:stop() end
      shown = nil
   end)

   local function run(...) return command.run(environment, { "probe", ... }) end

   it("asks, and writes nothing unless told to", function()
      local out, err, code = run()
      assert.same({ "", 0 }, { err, code })
      assert.matches("\n", out)
      assert.equal(0, made.emulator:counts().creates)
      out, err, code = run("--write", "--name", "Mine", "--json")
      assert.same({ "", 0 }, { err, code })
      assert.is_table(dkjson.decode(out)[1])
      local names = {}
      for index, each in ipairs(assert(made.connections.list())) do names[index] = each.name end
      assert.equal("Mine", names[1])
      made:stop()
      made = tenant.start()
      environment = command.environment(made.emulator)
      out, err, code = run("--write", "--no-credentials")
      assert.equal(("writes to %s\n"):format(tostring(made.client):gsub("^personalize client of ", "")), err)
      assert.equal(0, code)
      for _, request in ipairs(made.emulator:requests()) do
         assert.not_matches("emulator-client-secret", request.path:find "token" and "" or request.body or "", 1, true)
      end
      local question = "\nWhat becomes of a secret that an update leaves out%? +it is erased +"
      assert.matches(question .. "cannot be told +%- +the client's credentials were not to be used\n", out)
      assert.matches(question .. "it is erased +yes +a test after a PUT", (run "--write"))
   end)

   it("fits a terminal, and folds nothing elsewhere", function()
      local screen = command.in_terminal(environment, { "probe" }, 60)
      local widest = 0
      for line in screen:gmatch "[^\n]+" do widest = math.max(widest, text.width(line)) end
      assert.is_true(widest <= 60 and widest > 40, widest)
      widest = 0
      for line in run():gmatch "[^\n]+" do widest = math.max(widest, text.width(line)) end
      assert.is_true(widest > 60)
   end)

   it("fails where something is left, or nothing can be asked", function()
      made.emulator:fail { method = "PUT", path = "/v2/connections/*", status = 403, times = 1000 }
      local out, err, code = run "--write"
      assert.matches("\nLEFT: %x", out)
      assert.matches("^writes to ", err)
      assert.equal(1, code)
      environment.PERSONALIZE_CLIENT_SECRET = "wrong"
      out, err, code = run()
      assert.same({ "", 1 }, { out, code })
      assert.matches("^personalize probe: auth %(401%): ", err)
   end)

   it("ends after an interruption, and says what that means", function()
      made.emulator:fail { path = "/v2/connections", delay = 1 }
      shown = terminal.start(command.line(environment, { "probe" }))
      local until_when = os.time() + 20
      repeat local requests = #made.emulator:requests() until requests > 0 or os.time() > until_when
      shown:press "C-c"
      assert.matches("interrupted: the questions that are not answered were not asked, and what was made is archived\n",
         (shown:wait_for "ended 130"))
   end)
end)
