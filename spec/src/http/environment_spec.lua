-- A proxy named by the environment would get the bearer token of a call to loopback.
local server = require "spec.support.server"

local PROGRAM = [[
local http = require "spec.support.http"
local engine = http.core.http.engine()
local result = assert(http.run(engine, { url = arg[1] }))
assert(result.body:match "^GET /direct\n", result.body)
result = assert(http.run(engine, { url = "http://nobody.invalid/proxied", proxy = arg[2] }))
assert(result.body:match "^GET http://nobody.invalid/proxied\n", result.body)
io.write "fine"
]]

describe("the environment", function()
   it("names no proxy, and takes none away", function()
      local s = server.start(server.ECHO)
      local path = os.tmpname()
      local file = assert(io.open(path, "w"))
      file:write(PROGRAM)
      file:close()
      finally(function()
         s:stop()
         os.remove(path)
      end)
      local variables = ""
      for _, name in ipairs { "http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY" } do
         variables = variables .. name .. "=http://127.0.0.1:1 "
      end
      local interpreter = require "spec.support.interpreter"
      local paths = ("LUA_PATH='%s' LUA_CPATH='%s' "):format(package.path, package.cpath)
      local process = io.popen(variables .. "no_proxy='*' NO_PROXY='*' " .. paths .. interpreter .. " "
         .. path .. " " .. s.url .. "/direct " .. s.url .. " 2>&1")
      local output = process:read "*a"
      process:close()
      assert.equal("fine", output)
   end)
end)
