-- A running emulator with memory that runs out.

local function options(more)
   local given = { address = "127.0.0.1", port = 0, database = ":memory:", seed = true, honour_offset = true,
      page_limit = 0, token_ttl = 900, request_timeout = 30, journal_limit = 100, client_id = "id",
      client_secret = "secret", client_key = "key", api_token = "token",
      outbound = "loopback" }
   for name, value in pairs(more or {}) do given[name] = value end
   return given
end

local function ask(given, emulator)
   given.ask(tonumber(emulator:url():match "%d+$"),
      "GET /v2/connections?limit=1 HTTP/1.1\r\nHost: localhost\r\nX: a\r\nX: b\r\nConnection: close\r\n\r\n")
end

return {
   { "start", function(given)
      local emulator = assert(given.core.start(options()))
      assert(emulator:url():find "^http://127%.0%.0%.1:%d+$")
      emulator:stop()
      local url, message = emulator:url()
      assert(url == nil and message == "the emulator has been stopped")
   end },
   { "start, refused", function(given)
      local emulator, message = given.core.start(options { database = "/nowhere/file.db" })
      if message:find "memory" then error(message) end
      assert(emulator == nil and message)
      given.refuses(given.core.start, options { port = "none" })
   end },
   { "requests, counts, stored_secret", function(given)
      local emulator = assert(given.core.start(options()))
      ask(given, emulator)
      local requests = emulator:requests()
      assert(#requests == 1 and requests[1].path == "/v2/connections" and requests[1].headers.x == "a, b")
      assert(emulator:counts().connections > 0 and emulator:stored_secret("no such ref") == nil)
      emulator:stop()
   end },
   { "put", function(given)
      local emulator = assert(given.core.start(options()))
      local item = '[{"ref":"0d6a4f9b-3f1e-4c31-9d0b-9b9e6b7c1a31"}]'
      local stored, message = emulator:put("/v3/templates", item)
      if not stored then error(message) end
      stored, message = emulator:put("/v3/nothing", item)
      assert(not stored and message)
      emulator:stop()
   end },
   { "fail, heal, advance, seed, reset", function(given)
      local emulator = assert(given.core.start(options { seed = false }))
      local ordered, problem = emulator:fail { path = "/v2/*", times = 1, status = 503, body = "later" }
      -- a lack of memory that is told as something else: what ends here without an error fails the test
      if problem == "there are 1000 faults already" then return end
      assert(ordered, problem)
      assert(emulator:heal() and emulator:advance(60) and emulator:seed())
      assert(emulator:reset() and emulator:counts().connections == 0)
      emulator:stop()
   end },
}
