-- What the core offers beside its parts.
local core = require "personalize.core"
local socket = require "socket"

describe("the core", function()
   it("has its parts, and says for which Lua it was built", function()
      for _, part in ipairs { "json", "http", "url", "masking", "file", "process", "template" } do
         assert.is_table(core[part], part)
      end
      local built_for = rawget(_G, "jit") and 501 or tonumber((_VERSION:gsub("Lua (%d)%.(%d)", "%10%2")))
      assert.equal(built_for, core.lua_version)
      assert.matches("^%d+%.%d+%.%d+", core.version)
      local curl = io.popen "curl-config --version 2>/dev/null"
      local version = curl:read("*a"):match "%d+%.%d+%.%d+"
      curl:close()
      if version then assert.equal(version, core.http.libcurl_version:match "%d+%.%d+%.%d+") end
      assert.matches("%a+/%d", core.http.tls_library)
   end)

   it("counts seconds, onward", function()
      local began = core.now()
      socket.sleep(0.05)
      assert.is_true(core.now() - began >= 0.0499)
      local uptime = io.open "/proc/uptime"
      if uptime then
         local first = uptime:read "*n"
         uptime:close()
         assert.is_true(core.now() <= first + 1) -- the time of suspended systems is not in it
      end
   end)

   it("knows where it can yield", function()
      local within, below
      local task = coroutine.create(function()
         within = core.can_yield();
         ("x"):gsub("x", function() below = core.can_yield() end)
      end)
      coroutine.resume(task)
      assert.same({ true, false }, { within, below })
   end)

   it("knows its process", function()
      local shell = io.popen "echo $PPID"
      assert.equal(shell:read "*n", core.pid())
      shell:close()
   end)

   it("draws fractions from the whole range", function()
      local seen, count, halves = {}, 0, { 0, 0 }
      for _ = 1, 1000 do
         local fraction = core.random()
         assert.is_true(fraction >= 0 and fraction < 1)
         if not seen[fraction] then seen[fraction], count = true, count + 1 end
         local half = fraction < 0.5 and 1 or 2
         halves[half] = halves[half] + 1
      end
      assert.equal(1000, count)
      assert.is_true(halves[1] > 300 and halves[2] > 300)
   end)
end)
