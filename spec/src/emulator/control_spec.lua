-- The emulator's own calls, by which others than Lua order faults and look into it.
local dkjson = require "dkjson"
local support = require "spec.support.emulator"

describe("the emulator's own calls", function()
   local session
   before_each(function() session = support.start { seed = true } end)
   after_each(function() session:stop() end)

   local function control(method, path, body)
      return session:send(method, "/_emulator/" .. path, body, { authorization = false })
   end

   it("say who it is, to anybody", function()
      local status, body, headers = session:send("GET", "/?shop=Dublin%202", nil, { authorization = false })
      assert.equal(200, status)
      assert.equal("personalize emulator", body.name)
      assert.equal(require "personalize"._VERSION, body.version)
      assert.matches("^An emulator of the published behaviour", body.description)
      assert.equal("own", headers["x-emulator-evidence"])
   end)

   it("order faults, and take them back", function()
      local status, body = control("POST", "fail",
         { path = "/v2/connections", status = 503, retry_after = "5", times = 2 })
      assert.equal(200, status)
      assert.same({ done = true }, body)
      local _, _, headers = session:send("GET", "/v2/connections")
      assert.equal("5", headers["retry-after"])
      control("POST", "heal")
      assert.equal(200, (session:send("GET", "/v2/connections")))
      control("POST", "fail", '{"body":"a\\u0000b","delay":1.0e-2,"after":true}')
      local text = select(4, session:send("GET", "/v2/connections"))
      assert.equal("a\0b", text)
      control("POST", "fail", '{"reset":false,"after":false,"status":500}')
      assert.equal(500, (session:send("POST", "/v2/connections", support.definition())))
      assert.equal(3, session.e:counts().connections)
      for expected, given in pairs {
         ["A fault has method, path"] = '{"statu":1}', ["status must be an integer"] = '{"status":1}',
         ["are numbers, 0 or more"] = '{"delay":-1}', ["reset and after are true or false"] = '{"reset":1}',
         ["are strings"] = '{"path":"a\\u0000b","status":500}', ["must be an object"] = "[]",
         ["one of status"] = "{}", ["is not JSON"] = "{",
      } do
         status, body = control("POST", "fail", given)
         assert.equal(400, status)
         assert.truthy(body.developerMessage:find(expected, 1, true), body.developerMessage)
      end
   end)

   it("never fail themselves, and leave no trace in journal and counts", function()
      session.e:fail { status = 500, times = 1 }
      assert.equal(200, (control("GET", "counts")))
      assert.equal(500, (session:send("GET", "/v2/connections")))
      assert.equal(2, #session.e:requests())
      assert.equal(2, session.e:counts().requests)
   end)

   it("tell of requests and counts", function()
      session:send("POST", "/v2/connections", '{"name":"\255"}', { ["x-a"] = "\254" })
      local _, body = control("GET", "requests")
      assert.equal(2, #body.items)
      assert.same({ "POST", "/oauth/token", "", 200 },
         { body.items[1].method, body.items[1].path, body.items[1].query, body.items[1].status })
      assert.truthy(body.items[1].body:find("client_secret=masked", 1, true))
      assert.equal('{"name":"\239\191\189"}', body.items[2].body)
      assert.equal("\239\191\189", body.items[2].headers["x-a"])
      assert.equal("Bearer ***", body.items[2].headers.authorization)
      _, body = control("GET", "counts")
      assert.same(session.e:counts(), body)
   end)

   it("tell of each request how it was answered", function()
      session:create { description = ("d"):rep(20000) }
      session.e:fail { status = 503, path = "/x" }
      session:send("GET", "/x")
      local _, body = control("GET", "requests")
      local created, failed = body.items[2], body.items[3]
      assert.same({ 3, 2, "create", false }, { #body.items, created.number, created.behaviour, created.fault })
      assert.same({ 3, "fault", true, 503 }, { failed.number, failed.behaviour, failed.fault, failed.status })
      assert.equal(16 * 1024, #created.answer)
      assert.is_true(created.answerBytes > 20000)
      assert.equal(#failed.answer, failed.answerBytes)
      assert.is_number(created.milliseconds)
      _, body = control("GET", "requests?after=2")
      assert.same({ 1, 3 }, { #body.items, body.items[1].number })
      _, body = control("GET", "requests?after=3")
      assert.same({}, body.items)
   end)

   it("show no credential of a header, and a bounded number of headers", function()
      for given, shown in pairs { ["Digest hush"] = "***", ["basic hush"] = "Basic ***", ["bearer hush"] = "Bearer ***",
         hush = "***" } do
         session:send("GET", "/", nil, { authorization = given, ["proxy-authorization"] = given })
         local all = session.e:requests()
         local headers = all[#all].headers
         assert.same({ shown, shown }, { headers.authorization, headers["proxy-authorization"] })
      end
      local lines = {}
      for i = 1, 150 do lines[i] = ("X-%d: v\r\n"):format(i) end
      support.raw(session.url, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" .. table.concat(lines)
         .. "\r\n")
      local all, count = session.e:requests(), 0
      for _ in pairs(all[#all].headers) do count = count + 1 end
      assert.equal(128, count)
   end)

   it("reset and seed", function()
      session:create { name = "mine" }
      local ref = "47c20b31-b5d8-492f-94e5-064958716c21"
      session:send("PUT", "/v2/connections/" .. ref, support.definition { name = "changed" })
      assert.equal(200, (control("POST", "seed")))
      local _, body = session:send("GET", "/v2/connections/" .. ref)
      assert.equal("Weather Data System", body.name)
      assert.equal(4, session.e:counts().connections)
      assert.equal(200, (control("POST", "reset")))
      assert.equal(3, session.e:counts().connections)
      assert.same({}, session.e:requests())
      for name, count in pairs(session.e:counts()) do assert.equal(name == "connections" and 3 or 0, count, name) end
      assert.equal(401, (session:send("GET", "/v2/connections")))
   end)

   it("reset every count", function()
      local created = session:create()
      session:send("PUT", "/v2/connections/" .. created.ref, support.definition())
      session:send("GET", "/v2/connections/" .. created.ref)
      session:send("GET", "/v2/connections")
      session:send("POST", "/v2/connections/testConnection", "{}")
      for name, count in pairs(session.e:counts()) do assert.is_true(count > 0, name) end
      assert.equal(200, (control("POST", "reset")))
      for name, count in pairs(session.e:counts()) do assert.equal(name == "connections" and 3 or 0, count, name) end
   end)

   it("move the clock", function()
      assert.equal(200, (control("POST", "clock", '{"advance":899}')))
      assert.equal(200, (session:send("GET", "/v2/connections")))
      control("POST", "clock", '{"advance":2}')
      assert.equal(401, (session:send("GET", "/v2/connections")))
      for _, given in ipairs { '{"advance":-0}', '{"advance":-0.0}' } do
         assert.equal(200, (control("POST", "clock", given)))
      end
      for _, given in ipairs { '{"advance":-1}', "{}", '{"advance":"1"}', '{"advance":1e10}', "[]" } do
         assert.equal(400, (control("POST", "clock", given)))
      end
      local function year() return tonumber((select(3, control("GET", "counts")).date:match " (%d+) %d%d:")) end
      local before = year()
      assert.equal(200, (control("POST", "clock", '{"advance":63115200.00000000000000000000001}')))
      assert.is_true(year() == before + 2 or year() == before + 3)
   end)

   it("are where they are, and nowhere else", function()
      for _, case in ipairs { { "GET", "fail", 405 }, { "POST", "requests", 405 }, { "GET", "x", 404 },
         { "GET", "", 200 }, { "POST", "", 405 }, { "GET", "page.css", 200 }, { "GET", "other.css", 404 } } do
         assert.equal(case[3], (control(case[1], case[2])))
      end
      local before = session.e:counts().requests
      assert.equal(404, (session:send("GET", "/_emulatorx")))
      assert.equal(before + 1, session.e:counts().requests)
      local typed = { ["content-type"] = "text/plain" }
      assert.equal(415, (session:send("POST", "/_emulator/fail", '{"status":500}', typed)))
   end)

   it("are for this machine by its IPv6 address too", function()
      local v6 = require "personalize.emulator".start { address = "::1" }
      if not v6 then return pending "this machine has no IPv6" end
      finally(function() v6:stop() end)
      local other = setmetatable({ e = v6, url = v6.url }, { __index = support.session })
      assert.equal(200, (other:send("GET", "/_emulator/counts", nil, { host = v6.url:match "//(.*)$" })))
   end)

   it("are for this machine alone unless told", function()
      local address = io.popen("hostname -I"):read "*a":match "%d+%.%d+%.%d+%.%d+"
      if not address then return pending "this machine has no other address" end
      for remote, expected in pairs { [false] = 403, [true] = 200 } do
         local open = support.start { address = "0.0.0.0", remote_control = remote }
         local answer = support.raw(("http://%s:%s"):format(address, open.url:match "%d+$"),
            "GET /_emulator/counts HTTP/1.1\r\nHost: localhost\r\n\r\n", 0.5)
         open:stop()
         assert.matches("^HTTP/1.1 " .. expected, answer)
      end
   end)
end)

describe("the emulator's clock", function()
   it("moves tokens, Date and modifiedAt, and is right again after reset", function()
      local session = support.start()
      finally(function() session:stop() end)
      local before = os.time()
      session.e:advance(86400)
      assert.equal(401, (session:send("GET", "/v2/connections")))
      session.token = session:get_token()
      local created = session:create()
      local year, month, day = created.modifiedAt:match "^(%d+)-(%d+)-(%d+)T"
      local tomorrow = os.date("!*t", before + 86400)
      local after = os.date("!*t", os.time() + 86400)
      assert.truthy(tomorrow.day == tonumber(day) or after.day == tonumber(day))
      assert.truthy(tonumber(year) >= tomorrow.year and tonumber(month) > 0)
      local _, _, headers = session:send("GET", "/")
      assert.matches("^%a%a%a, " .. day .. " %a%a%a %d%d%d%d %d%d:%d%d:%d%d GMT$", headers.date)
      session.e:reset()
      _, _, headers = session:send("GET", "/")
      local today, now = os.date("!%d", before), os.date "!%d"
      assert.truthy(headers.date:find(", " .. today, 1, true) or headers.date:find(", " .. now, 1, true))
   end)

   it("moves on by numbers alone", function()
      local session = support.start()
      finally(function() session:stop() end)
      for _, given in ipairs { -1, 1e10, "x", 0 / 0 } do
         assert.error_matches(function() session.e:advance(given) end, "expected a number of seconds")
      end
      assert.is_string(dkjson.encode(session.e:advance(0.5):counts()))
   end)

   it("does not move beyond years of four digits", function()
      local session = support.start()
      finally(function() session:stop() end)
      -- where times have 32 bits they end in 2038
      local fits, later = pcall(os.time, { year = 2100, month = 1, day = 1 })
      local has_room = fits and later ~= nil
      for _ = 1, has_room and 200 or 0 do assert(session.e:advance(1e9)) end
      local nothing, err = session.e:advance(1e9)
      assert.is_nil(nothing)
      assert.equal("config", err.kind)
      assert.equal("the clock cannot be moved that far; reset it first", err.message)
      local status, body = session:send("POST", "/_emulator/clock", '{"advance":1e9}')
      assert.equal(400, status)
      assert.equal(err.message, body.developerMessage)
      assert.matches("^%d%d%d%d%-%d%d%-%d%dT[%d:.]+Z$", body.timestamp)
      local _, _, headers = session:send("GET", "/")
      assert.matches("^%a%a%a, %d%d %a%a%a %d%d%d%d %d%d:%d%d:%d%d GMT$", headers.date)
      assert(session.e:reset():advance(has_room and 1e9 or 1))
   end)
end)
