-- Secrets that the emulator keeps and never gives back.
local support = require "spec.support.emulator"

describe("the emulator's secrets", function()
   local session
   after_each(function() session:stop() end)

   local function oauth(secret)
      return { auth = { authType = "OAUTH", clientId = "id", clientSecret = secret,
         accessTokenUrl = "https://example.com/token" } }
   end

   local function update(connection, definition)
      local status, body, _, text =
         session:send("PUT", "/v2/connections/" .. connection.ref, support.definition(definition))
      assert.equal(200, status)
      return body, text
   end

   it("go in and never come out", function()
      session = support.start()
      local definition = oauth "s3cret-value"
      definition.auth.password = "pass-value"
      local _, created, _, text = session:send("POST", "/v2/connections", support.definition(definition))
      local texts = { text }
      texts[2] = select(4, session:send("GET", "/v2/connections/" .. created.ref))
      texts[3] = select(4, session:send("GET", "/v2/connections"))
      texts[4] = select(2, update(created, definition))
      for _, answer in ipairs(texts) do
         assert.falsy(answer:find("s3cret", 1, true))
         assert.falsy(answer:find("pass-value", 1, true))
         assert.falsy(answer:find("clientSecret", 1, true))
         assert.truthy(answer:find('"clientId":"id"', 1, true))
      end
      assert.equal("s3cret-value", session.e:stored_secret(created.ref))
      assert.equal("pass-value", session.e:stored_secret(created.ref, "password"))
      assert.is_nil(session.e:stored_secret "00000000-0000-4000-8000-000000000000")
   end)

   it("stay hidden when a finalizer stops the emulator while its journal is read", function()
      session = support.start()
      local pipe = io.popen("MALLOC_PERTURB_=85 " .. require "spec.support.interpreter"
         .. " spec/src/emulator/stopped_within.lua 2>&1")
      local output = pipe:read "*a"
      pipe:close()
      assert.equal("true\thidden\tright\n", output)
   end)

   it("are told by the ends of their names", function()
      session = support.start()
      local auth = { authType = "X", secret = "s1", Passphrase = "s2", privateKey = "s3", rsaPRIVATEKEY = "s4",
         secrets = "shown", keyPrivate = "shown" }
      local created = session:create { auth = auth }
      assert.same({ authType = "X", secrets = "shown", keyPrivate = "shown" }, created.auth)
      assert.same({ "s1", "s2", "s3", "s4" }, { session.e:stored_secret(created.ref, "secret"),
         session.e:stored_secret(created.ref, "Passphrase"), session.e:stored_secret(created.ref, "privateKey"),
         session.e:stored_secret(created.ref, "rsaPRIVATEKEY") })
   end)

   it("are erased by an update without them", function()
      session = support.start()
      local created = session:create(oauth "s")
      update(created, oauth(nil))
      assert.is_nil(session.e:stored_secret(created.ref))
      update(created, oauth "t")
      assert.equal("t", session.e:stored_secret(created.ref))
   end)

   -- One by one, to take each from among the others would cost as much as there are.
   it("may be many", function()
      session = support.start { missing_secret = "keep" }
      local auth, count = { authType = "NONE", shown = "yes" }, 100000
      for i = 1, count do auth[i .. "Secret"] = "secret" .. i end
      local created = session:create { auth = auth }
      assert.same({ authType = "NONE", shown = "yes" }, created.auth)
      assert.equal("secret" .. count, session.e:stored_secret(created.ref, count .. "Secret"))
      for i = 2, count do auth[i .. "Secret"] = require "dkjson".null end
      assert.same({ authType = "NONE", shown = "yes" }, update(created, { auth = auth }).auth)
      assert.equal("secret1", session.e:stored_secret(created.ref, "1Secret"))
      assert.is_nil(session.e:stored_secret(created.ref, "2Secret"))
   end)

   it("are kept where that is what the emulator was told", function()
      session = support.start { missing_secret = "keep" }
      local created = session:create(oauth "s")
      update(created, oauth(nil))
      assert.equal("s", session.e:stored_secret(created.ref))
      update(created, oauth "t")
      assert.equal("t", session.e:stored_secret(created.ref))
      update(created, oauth(require "dkjson".null))
      assert.is_nil(session.e:stored_secret(created.ref))
   end)
end)
