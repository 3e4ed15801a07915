-- The emulator's access log.
local emulator = require "personalize.emulator"
local support = require "spec.support.emulator"

describe("the access log", function()
   local path
   before_each(function() path = os.tmpname() end)
   after_each(function() os.remove(path) end)

   local function lines()
      local list = {}
      for line in io.lines(path) do list[#list + 1] = line end
      return list
   end

   it("has a line per call: time, client, method, target, status, bytes, duration, request id", function()
      local session = support.start { access_log = path }
      finally(function() session:stop() end)
      local _, _, headers, body = session:send("GET", "/v2/connections?limit=1&x=%20y&offset=0&token")
      session:send("GET", "/_emulator/counts")
      session.e:fail { reset = true }
      session:send("GET", "/v2/x")
      local all = lines()
      assert.equal(4, #all)
      local time, bytes, ms, id = all[2]:match(
         "^(%S+) 127%.0%.0%.1 GET /v2/connections%?limit=1&x=%*%*%*&offset=0&%*%*%* 200 (%d+) ([%d.]+)ms (%S+)$")
      assert.matches("^%d+%-%d+%-%d+T%d+:%d+:%d+%.%d+Z$", time)
      assert.equal(#body, tonumber(bytes))
      assert.equal(headers["x-request-id"], id)
      assert.is_true(tonumber(ms) < 5000)
      assert.truthy(all[3]:find(" GET /_emulator/counts 200 ", 1, true))
      assert.truthy(all[4]:find(" GET /v2/x 0 0 ", 1, true))
   end)

   it("holds no credential and nothing that moves a terminal's cursor, and its lines have an end", function()
      local session = support.start { access_log = path }
      finally(function() session:stop() end)
      session:form("/oauth/token?client_secret=hidden", "client_secret=hidden")
      session:send("GET", "/v2/connections?access_token=hidden&&=hidden&hidden&limited=hidden&offset==hid")
      support.raw(session.url, "GET /\27[2J\155\255\127~" .. ("x"):rep(5000) .. " HTTP/1.1\r\nHost: localhost\r\n\r\n")
      support.raw(session.url, "\27[2JGET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      local all = lines()
      assert.equal(5, #all)
      assert.falsy(table.concat(all):find "hidden")
      assert.truthy(all[3]:find("/v2/connections?access_token=***&***&=***&***&limited=***&offset==hid 400 ", 1, true))
      for _, request in ipairs(session.e:requests()) do
         if request.path == "/oauth/token" and request.query ~= "" then assert.equal("***", request.query) end
      end
      assert.falsy(table.concat(all):find "[\1-\31\127-\255]")
      assert.truthy(all[4]:find("/%1B[2J%9B%FF%7F~xxx", 1, true))
      assert.is_true(#all[4] < 2048)
      assert.truthy(all[5]:find(" %1B[2JGET / 405 ", 1, true))
   end)

   it("shortens a method, and escapes a blank of a target", function()
      local session = support.start { access_log = path }
      finally(function() session:stop() end)
      support.raw(session.url, "ABCDEFGHIJKLMNOPQRST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      local answer = support.raw(session.url,
         "GET /a b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
      local all = lines()
      assert.truthy(all[2]:find(" ABCDEFGHIJKLMNOP / 405 ", 1, true))
      -- the library may refuse a blank by itself
      if answer:find "X%-Emulator" then assert.truthy(all[3]:find(" GET /a%20b 404 ", 1, true), all[3]) end
   end)

   it("names a client by its IPv6 address", function()
      local v6 = emulator.start { address = "::1", access_log = path }
      if not v6 then return pending "this machine has no IPv6" end
      finally(function() v6:stop() end)
      local session = setmetatable({ e = v6, url = v6.url }, { __index = support.session })
      assert.equal(200, (session:send("GET", "/", nil, { host = v6.url:match "//(.*)$" })))
      assert.truthy(lines()[1]:find(" ::1 GET / 200 ", 1, true))
   end)

   it("is the command's standard error", function()
      local running = require "spec.support.emulator_process".start "--json"
      finally(function() running:clean() end)
      local session = setmetatable({ url = running.url }, { __index = support.session })
      assert.equal(200, (session:send("GET", "/")))
      assert.matches(" 127%.0%.0%.1 GET / 200 %d+ [%d.]+ms %S+\n$", running:errors())
   end)

   it("is appended to, and refused where it can't be", function()
      for _ = 1, 2 do support.start { access_log = path }:stop() end
      assert.equal(2, #lines())
      local none, err = emulator.start { access_log = "/nonexistent/log" }
      assert.is_nil(none)
      assert.equal("config", err.kind)
      assert.equal("cannot write /nonexistent/log: No such file or directory", err.message)
   end)
end)
