-- What on_event is told, and that a hook can do no harm.
local personalize = require "personalize"
local events = require "personalize.events"
local retry = require "personalize.http.retry"
local server = require "spec.support.server"

-- Gives tokens; answers 503 as often as told, then well.
local SERVER = [[
   local failures = %d
   return function(connection)
      for request in function() return connection:request() end do
         local status, body = 200, '{"ref":"r1","name":"A","name":"B"}'
         if request.path == "/token?key=abcdefgh" then
            body = '{"access_token":"the-token","expires_in":900}'
         elseif failures > 0 then
            failures, status, body = failures - 1, 503, '{"message":"not now"}'
         end
         connection:respond(status, { "X-Request-Id: id-1", "Content-Length: " .. #body }, body)
      end
   end]]

describe("events", function()
   local function with_client(failures, hook, run)
      local s = server.start(SERVER:format(failures))
      local random = retry.random
      retry.random = function() return 0.5 end
      local client = assert(personalize.new { base_url = s.url, token_url = s.url .. "/token?key=abcdefgh",
         client_id = "id", client_secret = "secret of " .. s.url, retry = { base_delay = 0.01 }, on_event = hook })
      local fine, problem = pcall(run, client, s)
      retry.random = random
      s:stop()
      if not fine then error(problem, 0) end
   end

   it("tell of a call from its token to its answer", function()
      local seen = {}
      with_client(2, function(event) seen[#seen + 1] = event end, function(client, s)
         assert.equal("B", client.connections.get("r1").name)
         local function event(members)
            members.url = members.url or s.url .. "/v2/connections/r1"
            members.method = members.method or "GET"
            return members
         end
         local url = s.url .. "/token?key=***"
         local expected = {
            event { type = "request", attempt = 1, url = url, method = "POST" },
            event { type = "response", attempt = 1, url = url, method = "POST", status = 200, reused = false,
               request_id = "id-1" },
            { type = "token", expires_in = 900 },
            event { type = "request", attempt = 1 },
            event { type = "response", attempt = 1, status = 503, reused = true, request_id = "id-1" },
            event { type = "retry", attempt = 1, delay = 0 },
            event { type = "request", attempt = 2 },
            event { type = "response", attempt = 2, status = 503, reused = true, request_id = "id-1" },
            event { type = "retry", attempt = 2, delay = 0.01 },
            event { type = "request", attempt = 3 },
            event { type = "response", attempt = 3, status = 200, reused = true, request_id = "id-1" },
            event { type = "warning" },
         }
         assert.equal(#expected, #seen)
         local time = 0
         for index, wanted in ipairs(expected) do
            for name, value in pairs(wanted) do
               assert.equal(value, seen[index][name], ("event %d: %s"):format(index, name))
            end
            assert.is_true(seen[index].time >= time)
            time = seen[index].time
         end
         assert.is_true(personalize.now() - time < 5)
         for _, index in ipairs { 5, 6, 8, 9 } do
            assert.equal("server", seen[index].error.kind)
            assert.equal("not now", seen[index].error.message)
         end
         local response = seen[11]
         assert.is_nil(response.error)
         assert.is_true(response.elapsed > 0 and response.bytes_sent > 50 and response.bytes_received > 50)
         assert.matches("name", seen[12].message)
      end)
   end)

   it("tell of a failure without an answer", function()
      local seen = {}
      local client = assert(personalize.new { base_url = "http://127.0.0.1:1", access_token = "token", retry = false,
         on_event = function(event) seen[#seen + 1] = event end })
      local _, err = client.connections.get "r1"
      assert.equal(2, #seen)
      assert.equal("response", seen[2].type)
      assert.equal(err, seen[2].error)
      assert.is_nil(seen[2].status)
   end)

   it("change nothing when the hook raises, and say so once", function()
      local seen = {}
      with_client(1, function(event)
         seen[#seen + 1] = event
         error("Authorization: Bearer abcdefgh1234")
      end, function(client)
         assert.equal("B", client.connections.get("r1").name)
         assert.equal("B", client.connections.get("r1").name)
         local warnings = {}
         for _, event in ipairs(seen) do
            if event.type == "warning" then warnings[#warnings + 1] = event.message end
         end
         assert.equal(3, #warnings) -- two are of the member that stands twice
         assert.matches("^on_event raised an error", warnings[1])
         assert.not_matches("abcdefgh", warnings[1])
      end)
   end)

   it("let the hook make calls of its own", function()
      local busy, results = false, 0
      local client_of_hook
      with_client(0, function()
         if busy then return end
         busy = true
         if client_of_hook.connections.get "r1" then results = results + 1 end
         busy = false
      end, function(client)
         client_of_hook = client
         assert.equal("B", client.connections.get("r1").name)
         assert.is_true(results > 3)
      end)
   end)
end)

describe("events.emitter", function()
   it("costs nothing without a hook", function()
      local members = {}
      events.emitter(nil)("request", members)
      assert.is_nil(members.type)
   end)

   it("hides secrets in texts", function()
      local seen
      events.emitter(function(event) seen = event end, function(text) return (text:gsub("secret", "***")) end)(
         "warning", { message = "a secret", count = 1 })
      assert.equal("a ***", seen.message)
      assert.equal(1, seen.count)
   end)

   it("survives an error that cannot be shown", function()
      local hostile = setmetatable({}, { __tostring = function() error "no" end })
      local emit = events.emitter(function() error(hostile) end, function(text) return text end)
      assert.has_no_error(function() emit("warning", { message = "x" }) end)
   end)

   it("warns in nginx's log, or by Lua's warn, where there is no hook or it fails", function()
      local ngx, warn, seen = rawget(_G, "ngx"), rawget(_G, "warn"), {}
      finally(function()
         rawset(_G, "ngx", ngx)
         rawset(_G, "warn", warn)
      end)
      local function same(text) return text end
      local function note(...) seen[#seen + 1] = table.concat({ ... }, " ") end
      local function emit(found)
         rawset(_G, "ngx", found)
         rawset(_G, "warn", note)
         seen = {}
         events.emitter(nil, same)("warning", { message = "look", path = "name" })
         events.emitter(nil, same)("request", { message = "nothing" })
         events.emitter(function() error("no", 0) end, same)("request", {})
         return seen
      end
      local failed = "personalize: on_event raised an error, which changes nothing else: no"
      assert.same({ "4 personalize: name: look", "4 " .. failed }, emit { WARN = 4, ERR = 3, log = note })
      for _, other in ipairs { {}, 7 } do assert.same({ "personalize: name: look", failed }, emit(other)) end
      assert.same({ "personalize: name: look", failed }, emit(nil))
   end)

   it("has no events of what the hook does itself", function()
      local emulator = assert(require "personalize.emulator".start { seed = true })
      local options, count, client = emulator:options(), 0, nil
      options.on_event = function(event)
         count = count + 1
         if event.type ~= "response" or not client then return end
         assert(client.connections.list())
         personalize.map({ 1, 2 }, function() return client.connections.list() end)
         coroutine.wrap(function() assert(client.connections.list()) end)()
      end
      client = assert(personalize.new(options))
      assert(client.connections.list()) -- perhaps with a token
      count = 0
      assert(client.connections.list())
      assert.equal(2, count) -- a request and its response
      local results = personalize.map({ 1, 2, 3 }, function() return client.connections.list() end)
      assert.equal(3, #results[3])
      assert.equal(8, count) -- nothing of other calls is lost
      emulator:stop()
   end)
end)
