-- Line breaks and zeros in whatever becomes a part of a request: no header, no line and no request may come of them.
local personalize = require "personalize"
local server = require "spec.support.server"

local HOSTILE = { "a\r\nX-Injected: 1", "a\nX-Injected: 1", "a\rX-Injected: 1", "a\0b",
   "a\r\n\r\nGET /injected HTTP/1.1" }

-- Keeps the head of every request; gives tokens.
local SERVER = [[
   local heads = {}
   return function(connection)
      for request in function() return connection:request() end do
         heads[#heads + 1] = request.head
         local body = '{"ref":"r1","access_token":"t","expires_in":0,"items":[]}'
         if request.path == "/heads" then body = table.concat(heads) end
         connection:respond(200, { "Content-Length: " .. #body }, body)
      end
   end]]

describe("what becomes a part of a request", function()
   local s

   before_each(function() s = server.start(SERVER) end)
   after_each(function()
      local heads = s:control "GET /heads"
      assert.is_nil(heads:lower():find "\nx%-injected")
      for _, request in ipairs(s:requests()) do assert.not_equal("/injected", request.path) end
      s:stop()
   end)

   local function options(more)
      local given = { base_url = s.url, access_token = "token", retry = false, timeout = 2 }
      for name, value in pairs(more) do given[name] = value end
      return given
   end

   local function with_client_id(more)
      more.access_token = nil
      local given = options(more)
      given.access_token, given.token_url = nil, given.token_url or s.url .. "/token"
      given.client_id, given.client_secret = given.client_id or "id", given.client_secret or "secret"
      return given
   end

   it("is refused in the options", function()
      for _, text in ipairs(HOSTILE) do
         for _, given in ipairs {
            options { access_token = text }, options { user_agent_suffix = text },
            options { base_url = s.url .. "/" .. text },
            with_client_id { client_id = text }, with_client_id { client_secret = text },
            with_client_id { token_url = s.url .. "/" .. text },
            { base_url = s.url, client_key = text, api_token = "x" },
            { base_url = s.url, client_key = "x", api_token = text },
         } do
            local client, err = personalize.new(given)
            assert.is_nil(client)
            assert.equal("config", err.kind)
            assert.is_nil(tostring(err):find "%c")
         end
         local client, err = personalize.new(options { proxy = "http://127.0.0.1:1/" .. text })
         if client then err = select(2, client.connections.list()) end
         assert.is_true(err.kind == "config" or err.kind == "validation")
      end
      assert.same({}, s:requests())
   end)

   it("is escaped where any text may stand", function()
      for _, text in ipairs(HOSTILE) do
         local client = assert(personalize.new(with_client_id { audience = text }))
         assert(client:request { path = "/x", query = { [text] = text } })
      end
      for _, request in ipairs(s:requests()) do
         assert.is_true(request.path == "/token" or request.path:find "^/x%?a%%0" ~= nil, request.path)
      end
   end)

   it("is refused in references, paths and methods", function()
      local client = assert(personalize.new(options {}))
      for _, text in ipairs(HOSTILE) do
         for _, call in ipairs {
            function() return client.connections.get(text) end,
            function() return client.connections.get { ref = text } end,
            function() return client.connections.archive(text) end,
            function() return client.connections.test(text) end,
            function() return client:request { path = "/" .. text } end,
            function() return client:request { path = "/", method = text } end,
         } do
            local value, err = call()
            assert.is_nil(value)
            assert.equal("validation", err.kind)
         end
      end
      assert.same({}, s:requests())
   end)

   it("is refused in tokens that come from elsewhere", function()
      for _, text in ipairs(HOSTILE) do
         local client = assert(personalize.new(options { access_token = function() return text end }))
         assert.equal("auth", select(2, client.connections.list()).kind)
      end
      assert.same({}, s:requests())
   end)
end)
