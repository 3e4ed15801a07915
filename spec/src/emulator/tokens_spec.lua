-- Access tokens that the emulator gives out, of both published kinds.
local mime = require "mime"
local socket = require "socket"
local support = require "spec.support.emulator"

describe("the emulator's access tokens", function()
   local session
   before_each(function() session = support.start() end)
   after_each(function() session:stop() end)

   local good = "grant_type=client_credentials&client_id=emulator-client-id"
      .. "&client_secret=emulator-client-secret&audience=https%3A%2F%2Fapi.sitecorecloud.io"

   local function basic(user, password)
      return { authorization = "Basic " .. mime.b64(user .. ":" .. password) }
   end

   it("are given for a client id and secret", function()
      local status, body, headers = session:form("/oauth/token", good)
      assert.equal(200, status)
      assert.equal("application/json", headers["content-type"])
      assert.equal("Bearer", body.token_type)
      assert.equal(900, body.expires_in)
      assert.is_string(body.scope)
      assert.equal(67, #body.access_token)
      local _, other = session:form("/oauth/token", good)
      assert.not_equal(body.access_token, other.access_token)
   end)

   it("are given for a JSON body as well", function()
      local status, body = session:send("POST", "/oauth/token", {
         grant_type = "client_credentials", client_id = "emulator-client-id",
         client_secret = "emulator-client-secret" })
      assert.equal(200, status)
      assert.equal("Bearer", body.token_type)
   end)

   it("are given for texts alone, and keep no more of a body than could be read", function()
      local numbers = support.start { client_id = "5", client_secret = "6", journal_secrets = true }
      finally(function() numbers:stop() end)
      local text = '{"grant_type":"client_credentials","client_id":%s,"client_secret":%s}'
      assert.equal(200, (numbers:send("POST", "/oauth/token", text:format('"5"', '"6"'))))
      local all = numbers.e:requests()
      assert.equal(text:format('"5"', '"masked"'), all[#all].body)
      assert.equal(401, (numbers:send("POST", "/oauth/token", text:format("5", '"6"'))))
      for _, body in ipairs { '[{"client_secret":"hush"}]', '"hush"' } do
         assert.equal(400, (numbers:send("POST", "/oauth/token", body)))
      end
      assert.equal(400, (numbers:form("/oauth/token", "client_id=me&client_secret=hush&a=%zz")))
      all = numbers.e:requests()
      for i = #all - 2, #all do assert.equal("", all[i].body) end
   end)

   it("stand in no journal, even one that has secrets in clear", function()
      local key = "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ"
      for _, journal_secrets in ipairs { true, false } do
         local open = support.start { journal_secrets = journal_secrets }
         finally(function() open:stop() end)
         local _, one = open:form("/oauth/token", good)
         local _, older = open:form("/v2/oauth/token", "grant_type=client_credentials",
            basic(key, "emulator-api-token"))
         local _, list, _, text = open:send("GET", "/_emulator/requests")
         for _, token in ipairs { open.token, one.access_token, older.access_token } do
            assert.is_nil(text:find(token, 1, true))
         end
         local known = list.items[2]
         assert.equal('{"access_token":"***","scope":"personalize.external_webservices:manage","expires_in":900,'
            .. '"token_type":"Bearer"}', known.answer)
         assert.equal(#known.answer - 3 + #one.access_token, known.answerBytes)
         assert.equal('"x_access_token":"***"', list.items[3].answer:match '"x_access_token":"[^"]*"')
      end
   end)

   it("are given for a client key and API token", function()
      local key = "pqsPERS3lw12v5a9rrHPW1c4hET73GxQ"
      local form = "grant_type=client_credentials&clientKey=" .. key
      local status, body = session:form("/v2/oauth/token", form, basic(key, "emulator-api-token"))
      assert.equal(200, status)
      session.token = body.access_token
      assert.equal(200, (session:send("GET", "/v2/connections")))
      status, body = session:form("/v2/oauth/token", form, basic(key, "wrong"))
      assert.equal(401, status)
      assert.equal("invalid_client", body.error)
      local headers = select(3, session:form("/v2/oauth/token", form))
      assert.equal('Basic realm="emulator"', headers["www-authenticate"])
      assert.equal(401, (session:form("/v2/oauth/token", form)))
      assert.equal(401, (session:form("/v2/oauth/token", form .. "x", basic(key, "emulator-api-token"))))
   end)

   it("are refused in OAuth's form", function()
      for _, case in ipairs {
         { "grant_type=client_credentials&client_id=emulator-client-id&client_secret=no", 401, "access_denied" },
         { "grant_type=client_credentials", 401, "access_denied" },
         { "grant_type=password", 400, "unsupported_grant_type" },
         { "client_id=x", 400, "invalid_request" }, { "grant_type=%zz", 400, "invalid_request" },
      } do
         local status, body = session:form("/oauth/token", case[1])
         assert.equal(case[2], status, case[1])
         assert.equal(case[3], body.error)
         assert.is_string(body.error_description)
      end
      assert.equal(400, (session:send("POST", "/oauth/token", "[1", {})))
      session:send("POST", "/oauth/token", '{"client_secret":"hush","password":["hush"],"username":"me"}')
      local requests = session.e:requests()
      assert.equal('{"client_secret":"***","password":"***","username":"me"}', requests[#requests].body)
      assert.equal(400, (session:send("POST", "/oauth/token", good, { ["content-type"] = "text/plain" })))
   end)

   it("are needed for every call", function()
      local real = session.token
      for _, given in ipairs { false, "Bearer", "Bearer ", "Bearer " .. ("0"):rep(67), "Basic " .. real,
         "Bearer " .. real .. "0", "Bearer " .. real:sub(1, -2), "Bearer " .. real:sub(1, -2) .. "z",
         "Bearer zzz" .. real:sub(4) } do
         for _, path in ipairs { "/v2/connections", "/v2/nothing" } do
            local status, body, headers = session:send("GET", path, nil, { authorization = given })
            assert.equal(401, status)
            assert.equal(401, body.status)
            assert.equal("Bearer", headers["www-authenticate"])
         end
      end
      assert.equal(200, (session:send("GET", "/v2/connections", nil, { authorization = "bearer " .. real })))
   end)

   it("expire", function()
      local brief = support.start { token_ttl = 0.2 }
      finally(function() brief:stop() end)
      assert.equal(200, (brief:send("GET", "/v2/connections")))
      socket.sleep(0.25)
      local status, body = brief:send("GET", "/v2/connections")
      assert.equal(401, status)
      assert.equal("The access token is unknown or has expired", body.developerMessage)
   end)

   it("are forgotten by a reset, the oldest by 4096 newer ones", function()
      local first = session.token
      for _ = 1, 4095 do session:form("/oauth/token", good) end
      assert.equal(200, (session:send("GET", "/v2/connections")))
      local _, last = session:form("/oauth/token", good)
      assert.equal(401, (session:send("GET", "/v2/connections")))
      session.token = last.access_token
      assert.equal(200, (session:send("GET", "/v2/connections")))
      assert.not_equal(first, last.access_token)
      session.e:reset()
      assert.equal(401, (session:send("GET", "/v2/connections")))
   end)
end)
