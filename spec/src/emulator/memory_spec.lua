-- However many calls it answers, an emulator's memory stays what it was: journal, tokens and faults have their bounds.
local process = require "spec.support.emulator_process"
local support = require "spec.support.emulator"

local WARM_UP, CALLS, MAX_GROWTH_KB = 1500, 3000, 1024

describe("the emulator's memory", function()
   -- A sanitizer keeps what is freed, on purpose.
   if (os.getenv "LD_PRELOAD" or ""):find "asan" then return end

   local running, session
   setup(function()
      running = process.start "--json --quiet --seed --journal-limit 200"
      session = setmetatable({ url = running.url, e = { options = function() return running.json.options end } },
         { __index = support.session })
      session.token = session:get_token()
   end)
   teardown(function() running:clean() end)

   local function kilobytes()
      local file = assert(io.open(("/proc/%d/status"):format(running.pid)))
      local text = file:read "*a"
      file:close()
      return tonumber(text:match "VmRSS:%s*(%d+)")
   end

   it("does not grow with the calls that it answers #resident", function()
      local ref = session:create().ref
      local path = "/v2/connections/" .. ref
      local connection = support.definition { request = { requestType = "GET", connectionUrl = "gopher://x" } }
      local calls = {
         { 200, "GET", path }, { 200, "GET", "/v2/connections" }, { 200, "PUT", path, support.definition() },
         { 404, "GET", "/v2/x" }, { 400, "POST", "/v2/connections", '{"name":' .. ("["):rep(1000) },
         { 200, "POST", "/v2/connections/testConnection", { connection = connection } },
         { 415, "POST", "/v2/connections", "{}", { ["content-type"] = "text/plain" } },
         { 401, "GET", path, nil, { authorization = "Bearer x" } },
         { 200, "POST", "/_emulator/fail", { path = "/v2/fails", status = 503, body = ("x"):rep(1000) } },
         { 503, "GET", "/v2/fails" },
      }
      local function run(count)
         for n = 1, count do
            local call = calls[n % #calls + 1]
            assert.equal(call[1], (session:send(call[2], call[3], call[4], call[5])))
            if n % 10 == 0 then session:get_token() end
         end
      end
      run(WARM_UP)
      local before = kilobytes()
      run(CALLS)
      local growth = kilobytes() - before
      assert.is_true(growth <= MAX_GROWTH_KB, ("grew by %d kB"):format(growth))
   end)
end)
