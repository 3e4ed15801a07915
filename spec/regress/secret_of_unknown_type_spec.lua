-- A password of an authType that is not published was erased, without a word, by a change of the description: the guard
-- knew the write-only members of the published types alone.
local personalize = require "personalize"
local server = require "spec.support.server"

local definition = {
   name = "Weather", systemType = "DATA_SYSTEM",
   auth = { authType = "BASIC", username = "jane", password = "hush-hush" },
   request = { requestType = "GET", connectionUrl = "https://example.com/" },
}

-- A service of one connection, which gives no password back: none at all, or asterisks.
local behaviour = [[
   local json = require "dkjson"
   local stored
   return function(connection)
      for request in function() return connection:request() end do
         if request.method ~= "GET" then
            stored = json.decode(request.body)
            stored.ref = "r1"
         end
         local shown = stored and json.decode(json.encode(stored))
         if shown and shown.auth then shown.auth.password = MASK end
         local body = request.path == "/stored" and json.encode(stored)
            or request.path == "/v2/connections" and request.method == "GET" and json.encode { items = { shown } }
            or json.encode(shown)
         connection:respond(200, { "Content-Length: " .. #body }, body)
      end
   end ]]

for name, mask in pairs { nothing = "nil", asterisks = '"******"' } do
   describe("a secret of an unknown type, of which the service shows " .. name .. ",", function()
      local s, client, created

      before_each(function()
         s = server.start((behaviour:gsub("MASK", mask)))
         client = assert(personalize.new { base_url = s.url, access_token = "token" })
         created = assert(client.connections.create(definition))
      end)
      after_each(function() s:stop() end)

      local function stored() return assert(client:request { path = "/stored" }).auth.password end

      it("is guarded like a client secret", function()
         for _, way in ipairs {
            function(opts) return client.connections.patch("r1", { description = "new" }, opts) end,
            function(opts) return client.connections.archive("r1", opts) end,
            function(opts) return client.connections.update(created, nil, opts) end,
         } do
            local none, err = way()
            assert.is_nil(none)
            assert.equal("validation", err.kind)
            assert.equal("auth.password", err.problems[1].path)
            assert.equal("hush-hush", stored())
            local asked
            assert(way { secrets = function(_, path)
               asked = path
               return "hush-hush"
            end })
            assert.equal("auth.password", asked)
            assert.equal("hush-hush", stored())
         end
         assert(client.connections.patch("r1", { description = "x", auth = { password = "new" } }))
         assert.equal("new", stored())
         assert(client.connections.patch("r1", { description = "y" }, { missing_secrets = "send" }))
         assert.not_equal("new", stored())
      end)

      it("is not compared by ensure, and sent when told to", function()
         local other = assert(personalize.new { base_url = s.url, access_token = "token" })
         for _, each in ipairs { client, other } do
            assert.equal("unchanged", select(2, assert(each.connections.ensure(definition))))
         end
         assert.equal("updated", select(2, assert(client.connections.ensure(definition, { force_secrets = true }))))
         assert.equal("hush-hush", stored())
      end)

      it("is warned of where nothing is known of it", function()
         local warned = {}
         local other = assert(personalize.new { base_url = s.url, access_token = "token",
            on_event = function(event) if event.type == "warning" then warned[#warned + 1] = event.code end end })
         local patched = assert(other.connections.patch("r1", { description = "z" }))
         assert.same({ "auth_type_unknown" }, warned)
         assert.equal("auth_type_unknown", personalize.meta(patched).warnings[1].code)
      end)
   end)
end
