-- The emulator as a module: its options, its methods, its end.
local emulator = require "personalize.emulator"
local socket = require "socket"
local support = require "spec.support.emulator"

describe("emulator.start", function()
   it("refuses unknown options, naming the nearest one", function()
      assert.error_matches(function() emulator.start { page_limits = 3 } end,
         'unknown option "page_limits" %(did you mean "page_limit"%?%)')
      assert.error_matches(function() emulator.start { 1 } end, "unknown option 1")
      assert.error_matches(function() emulator.start "x" end, "options: expected a table, got")
      assert.error_matches(function() emulator:start { page_limits = 3 } end, "did you mean")
   end)

   it("refuses values of the wrong kind", function()
      for name, value in pairs { port = 65536, database = "", seed = 1, strict = "no", page_limit = -1,
         honour_offset = 0, missing_secret = "lose", token_ttl = "900", journal_limit = 1.5,
         client_id = false, address = 127 } do
         assert.error_matches(function() emulator.start { [name] = value } end, 'option "' .. name .. '": expected ')
      end
   end)

   it("gives back what the system says no to", function()
      local e = emulator.start()
      finally(function() e:stop() end)
      local none, err = emulator.start { port = tonumber(e.url:match "%d+$") }
      assert.is_nil(none)
      assert.equal("config", err.kind)
      assert.matches("^cannot listen on port %d+ of 127%.0%.0%.1: Address already in use "
         .. "%(port 0 takes a free one%)$", err.message)
      assert.equal("config: " .. err.message, tostring(err))
      none, err = emulator.start { address = "emulator.example" }
      assert.is_nil(none)
      assert.equal('address must be an IP address or localhost, not "emulator.example"', err.message)
      none, err = emulator.start { database = "/nonexistent/x.db" }
      assert.is_nil(none)
      assert.matches("^cannot use /nonexistent/x%.db: No such file or directory$", err.message)
   end)

   it("listens on loopback alone unless told otherwise", function()
      local e = emulator.start()
      finally(function() e:stop() end)
      assert.matches("^http://127%.0%.0%.1:%d+$", e.url)
      local v6 = emulator.start { address = "::1" }
      if v6 then
         assert.matches("^http://%[::1%]:%d+$", v6.url)
         v6:stop()
      end
      local all = assert(emulator.start { address = "0.0.0.0" })
      assert.matches("^http://127%.0%.0%.1:%d+$", all.url)
      all:stop()
   end)
end)

describe("a running emulator", function()
   local session
   before_each(function() session = support.start() end)
   after_each(function() session:stop() end)

   it("gives options for a client, a new table each time", function()
      local options = session.e:options()
      assert.same({ base_url = session.url, token_url = session.url .. "/oauth/token",
         client_id = "emulator-client-id", client_secret = "emulator-client-secret" }, options)
      assert.not_equal(options, session.e:options())
      assert.same({ base_url = session.url, client_key = "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ",
         api_token = "emulator-api-token" }, session.e:options "api_token")
   end)

   it("remembers requests, without credentials", function()
      session:send("GET", "/v2/connections?limit=1&x=%20y", nil, { ["X-Mixed"] = "Case" })
      session:send("POST", "/v2/connections", '{"a":"\\u0000"}')
      session:send("POST", "/oauth/token", { client_secret = "hidden", grant_type = "x" })
      session:send("POST", "/oauth/token", '{"client_secret":"hidden"')
      session:send("PATCH", "/oauth/token", "client_secret=hidden")
      local all = session.e:requests()
      assert.equal(6, #all)
      assert.equal("POST", all[1].method)
      assert.equal("/oauth/token", all[1].path)
      assert.equal("grant_type=client_credentials&client_id=emulator-client-id&client_secret=masked", all[1].body)
      assert.equal("GET", all[2].method)
      assert.equal("/v2/connections", all[2].path)
      assert.equal("limit=1&x=%20y", all[2].query)
      assert.equal("Bearer ***", all[2].headers.authorization)
      assert.equal("Case", all[2].headers["x-mixed"])
      assert.equal("", all[2].body)
      assert.equal(200, all[2].status)
      assert.equal('{"a":"\\u0000"}', all[3].body)
      assert.equal(400, all[3].status)
      assert.equal("application/json", all[3].headers["content-type"])
      assert.equal("", all[3].query)
      for i = 4, 6 do assert.falsy(all[i].body:find("hidden", 1, true)) end
      assert.equal(405, all[6].status)
   end)

   it("joins a header that came twice", function()
      support.raw(session.url, "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\n\r\n")
      local all = session.e:requests()
      assert.equal("1, 2", all[#all].headers["x-a"])
   end)

   it("takes any table of items, and leaves it as it is", function()
      local e = emulator.start()
      finally(function() e:stop() end)
      local personalize = require "personalize"
      local templates = assert(personalize.new(e:options())).templates
      local function item(digit)
         return { ref = ("00000000-0000-4000-8000-00000000000%d"):format(digit), name = "T" .. digit }
      end
      local own = setmetatable({ item(1) }, { __tostring = function() return "own" end })
      for _, items in ipairs { {}, personalize.array {}, own, setmetatable({}, { __index = { item(2) } }) } do
         local metatable = getmetatable(items)
         assert(e:put("/v3/templates", items))
         assert.equal(metatable, getmetatable(items))
      end
      local list = assert(templates.list())
      assert.same({ "T1", "T2" }, { list[1].name, list[2].name })
      local shown = tostring(list)
      assert(e:put("/v3/templates", list))
      assert.equal(shown, tostring(list))
      for _, items in ipairs { item(1), setmetatable({}, { __index = function() end }), { print } } do
         for _ = 1, 2 do
            local done, err = e:put("/v3/templates", items)
            assert.same({ nil, "encode" }, { done, err and err.kind })
         end
      end
      assert.equal(2, #assert(templates.list()))
   end)

   it("remembers only so many", function()
      local small = support.start { journal_limit = 3 }
      finally(function() small:stop() end)
      for i = 1, 5 do small:send("GET", "/" .. i) end
      local all = small.e:requests()
      assert.equal(3, #all)
      assert.equal("/3", all[1].path)
      assert.equal("/5", all[3].path)
      local none = support.start { journal_limit = 0 }
      finally(function() small:stop() none:stop() end)
      assert.same({}, none.e:requests())
   end)

   it("counts", function()
      local created = session:create()
      session:send("PUT", "/v2/connections/" .. created.ref, support.definition())
      session:send("GET", "/v2/connections/" .. created.ref)
      session:send("GET", "/v2/connections")
      session:send("GET", "/nothing")
      assert.same({ requests = 6, tokens = 1, creates = 1, updates = 1, retrieves = 1, lists = 1, tests = 0,
         errors = 1, connections = 1 }, session.e:counts())
   end)

   it("forgets everything when reset, and has its examples again", function()
      local seeded = support.start { seed = true }
      finally(function() seeded:stop() end)
      seeded:create()
      assert.equal(4, seeded.e:counts().connections)
      assert.equal(seeded.e, seeded.e:reset())
      assert.same({}, seeded.e:requests())
      local counts = seeded.e:counts()
      assert.equal(3, counts.connections)
      assert.equal(0, counts.requests + counts.creates + counts.tokens)
      seeded.token = seeded:get_token()
      local _, body = seeded:send("GET", "/v2/connections?limit=1&offset=1")
      assert.equal("Weather Data System", body.items[1].name)
   end)

   it("can be stopped again and again, and says so when asked", function()
      session:stop()
      session:stop()
      for _, method in ipairs { "requests", "counts", "reset" } do
         local none, err = session.e[method](session.e)
         assert.is_nil(none)
         assert.matches("the emulator has been stopped$", tostring(err))
      end
      assert.is_nil(socket.connect("127.0.0.1", tonumber(session.url:match "%d+$")))
   end)

   it("is stopped by the collector", function()
      local port = tonumber(emulator.start().url:match "%d+$")
      collectgarbage()
      collectgarbage()
      assert.is_nil(socket.connect("127.0.0.1", port))
   end)

   it("serves eight clients that write at once, each write answered and kept", function()
      local host, port = session.url:match "^http://([^:]+):(%d+)$"
      local body = require "dkjson".encode(support.definition { name = "many" })
      local clients = {}
      for i = 1, 8 do clients[i] = assert(socket.connect(host, tonumber(port))) end
      for _ = 1, 25 do
         for _, client in ipairs(clients) do
            client:send(("POST /v2/connections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
               .. "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
               :format(session.token, #body, body))
         end
         for _, client in ipairs(clients) do
            assert.equal("HTTP/1.1 201 Created", client:receive "*l")
            local length
            repeat
               local line = client:receive "*l"
               length = tonumber(line:match "^Content%-Length: (%d+)$") or length
            until line == ""
            client:receive(length)
         end
      end
      for _, client in ipairs(clients) do client:close() end
      assert.equal(200, session.e:counts().connections)
   end)
end)

describe("an emulator with a file", function()
   local path
   before_each(function() path = os.tmpname() end)
   after_each(function()
      for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(path .. suffix) end
   end)

   it("finds again what it stored, under its new address", function()
      local first = support.start { database = path, seed = true }
      local created = first:create { auth = { authType = "X", clientSecret = "s" } }
      first:stop()
      local second = support.start { database = path, seed = true }
      finally(function() second:stop() end)
      local status, body = second:send("GET", "/v2/connections/" .. created.ref)
      assert.equal(200, status)
      assert.equal(second.url .. "/v2/connections/" .. created.ref, body.href)
      assert.equal(created.modifiedAt, body.modifiedAt)
      assert.equal("s", second.e:stored_secret(created.ref))
      assert.equal(4, second.e:counts().connections)
   end)

   it("may share it with another emulator", function()
      local one, two = support.start { database = path }, support.start { database = path }
      finally(function() one:stop() two:stop() end)
      for _ = 1, 10 do one:create() two:create() end
      local _, body = two:send("GET", "/v2/connections")
      assert.equal(20, #body.items)
      assert.equal(20, one.e:counts().connections)
   end)

   it("leaves a file alone that is not its own", function()
      for _, content in ipairs { "this is not a database, but a text of some length\n",
         "SQLite format 3\0" .. ("\1"):rep(200) } do
         local file = assert(io.open(path, "wb"))
         file:write(content)
         file:close()
         local none, err = emulator.start { database = path }
         assert.is_nil(none)
         assert.equal("config", err.kind)
         assert.truthy(err.message:find(path, 1, true))
         file = assert(io.open(path, "rb"))
         assert.equal(content, file:read "*a")
         file:close()
      end
   end)
end)
