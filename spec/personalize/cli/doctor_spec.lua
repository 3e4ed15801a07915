-- The command that says what is wrong with a tenant's configuration, each failure made here.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local server = require "spec.support.server"
local tenant = require "spec.support.tenant"

describe("personalize doctor", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
   end)

   after_each(function() made:stop() end)

   local function findings()
      local out, err, code = command.run(environment, { "doctor", "--json", "--timeout", "5" })
      assert.equal("", err)
      assert.not_matches("emulator%-client%-secret", out)
      local by_name, list = {}, dkjson.decode(out)
      for _, finding in ipairs(list) do by_name[finding.name] = finding end
      return by_name, code, list[#list]
   end

   it("finds that all is well, and what this tenant answers", function()
      assert(made.connections.create(tenant.oauth()))
      made:create { name = "Other" }
      local writes = made.emulator:counts().creates
      local found, code = findings()
      assert.equal(0, code)
      for _, name in ipairs { "configuration", "service", "clock", "token endpoint", "token", "connections" } do
         assert.equal("ok", found[name].status, name)
         assert.is_nil(found[name].advice)
      end
      assert.matches("client_secret from PERSONALIZE_CLIENT_SECRET %(22 characters%)", found.configuration.message)
      assert.matches("^lives 900 s, scope: ", found.token.message)
      assert.matches("^2 listed in", found.connections.message)
      assert.equal("limit and offset are obeyed", found.paging.message)
      assert.equal("no clientSecret comes back, of 1", found.secrets.message)
      assert.equal("an object in 2 connections, an array in 0", found.auth.message)
      assert.equal(writes, made.emulator:counts().creates + made.emulator:counts().updates)
   end)

   it("says where a value comes from a file", function()
      local path = os.tmpname()
      local file = assert(io.open(path, "w"))
      file:write("emulator-client-secret\n")
      file:close()
      environment.PERSONALIZE_CLIENT_SECRET, environment.PERSONALIZE_CLIENT_SECRET_FILE = nil, path
      local found, code = findings()
      os.remove(path)
      assert.equal(0, code)
      assert.matches("client_secret from the file " .. path, found.configuration.message, 1, true)
   end)

   it("gives advice for each failure, and stops there", function()
      for _, case in ipairs {
         { { PERSONALIZE_BASE_URL = "" }, "configuration", "PERSONALIZE_REGION" },
         { { PERSONALIZE_BASE_URL = "http://127.0.0.1:9" }, "service", "PERSONALIZE_BASE_URL" },
         { { PERSONALIZE_TOKEN_URL = "http://127.0.0.1:9" }, "token endpoint", "firewall" },
         { { PERSONALIZE_CLIENT_SECRET = "wrong" }, "token", "PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET" },
      } do
         environment = command.environment(made.emulator)
         for name, value in pairs(case[1]) do environment[name] = value end
         local found, code, last = findings()
         assert.equal(1, code)
         assert.equal(case[2], last.name)
         assert.equal("failed", found[case[2]].status)
         assert.matches(case[3], found[case[2]].advice, 1, true)
      end
   end)

   it("says when the token is for another feature, and what asks more", function()
      local found = findings()
      assert.matches("personalize probe", found.more.message, 1, true)
      local other = server.start [[
         return function(connection)
            for _ in function() return connection:request() end do
               connection:answer '{"access_token":"t","expires_in":900,"scope":"personalize.flows:manage x"}'
            end
         end]]
      environment.PERSONALIZE_TOKEN_URL = other.url .. "/oauth/token"
      local code
      found, code = findings()
      other:stop()
      assert.equal(1, code)
      assert.equal("note", found.token.status)
      assert.matches("scope: personalize.flows:manage x", found.token.message, 1, true)
      assert.matches("scope personalize.external_webservices:manage", found.token.advice, 1, true)
      assert.equal("failed", found.connections.status)
   end)

   it("shows no secret that the token endpoint repeats in its answer", function()
      local other = server.start [[
         return function(connection)
            for _ in function() return connection:request() end do
               connection:answer('{"access_token":"token-of-spec","expires_in":"900 emulator-client-secret","scope":"'
                  .. ("w"):rep(190) .. ' emulator-client-secret token-of-spec"}')
            end
         end]]
      environment.PERSONALIZE_TOKEN_URL = other.url .. "/oauth/token"
      local found = findings()
      other:stop()
      assert.equal("lives 900 *** s, scope: " .. ("w"):rep(190) .. " *** ***", found.token.message)
   end)

   it("tells a clock that is wrong", function()
      made.emulator:advance(3600)
      local found, code = findings()
      assert.equal(1, code)
      assert.matches("^%-36%d%d s apart", found.clock.message)
      assert.matches("NTP", found.clock.advice)
   end)

   it("tells what is no such service", function()
      local other = server.start(server.ECHO)
      environment.PERSONALIZE_BASE_URL = other.url
      local found, code = findings()
      other:stop()
      assert.equal(1, code)
      assert.equal("failed", found.connections.status)
   end)
end)
