-- A system call that fails within libmicrohttpd, which cannot go on then: the process says so before it ends.
local process = require "spec.support.emulator_process"
local socket = require "socket"

-- A sanitizer wants to be loaded first.
if (os.getenv "LD_PRELOAD" or ""):find "san" then return end

describe("an emulator whose libmicrohttpd cannot go on", function()
   it("says what failed, and where, before the process ends", function()
      local library, flag = os.tmpname(), os.tmpname()
      os.remove(flag)
      local done = os.execute("gcc -shared -fPIC -o " .. library .. " spec/support/failing_close.c -ldl")
      assert(done == true or done == 0, "gcc failed")
      local running = process.start("--json --quiet",
         ("LD_PRELOAD=%s SPEC_CLOSE_FAILS=%s"):format(library, flag))
      finally(function()
         running:clean()
         os.remove(library)
         os.remove(flag)
      end)
      local port = tonumber(running.url:match "%d+$")
      local client = assert(socket.connect("127.0.0.1", port))
      assert(io.open(flag, "w")):close()
      client:close()
      local deadline = socket.gettime() + 10
      while running:is_alive() and socket.gettime() < deadline do socket.sleep(0.05) end
      assert.is_false(running:is_alive())
      assert.matches("^personalize.emulator: libmicrohttpd [%d.]+ cannot go on and ends the process: "
         .. "Close socket failed", running:errors())
   end)
end)
