-- The guard against updates that would erase a write-only secret.
local json = require "personalize.json"
local secrets = require "personalize.connections.secrets"
local tenant = require "spec.support.tenant"

-- Both ways that the service may treat an update without the secret.
for _, missing_secret in ipairs { "clear", "keep" } do
   describe("the secret guard, where a missing secret is " .. missing_secret .. "ed:", function()
      local it_is, connections, created

      before_each(function()
         it_is = tenant.start { missing_secret = missing_secret, mask_unknown_auth = false }
         connections = it_is.connections
         created = assert(connections.create(tenant.oauth()))
      end)
      after_each(function() it_is:stop() end)

      local function stored() return it_is.emulator:stored_secret(created.ref, "clientSecret") end

      local function count_puts()
         local count = 0
         for _, call in ipairs(it_is:calls()) do count = count + (call:find "^PUT" and 1 or 0) end
         return count
      end

      -- Every way to send a full update of a connection whose secret the service did not return.
      local ways = {
         update = function(options) return connections.update(created.ref, created, options) end,
         ["update of itself"] = function(options) return connections.update(created, nil, options) end,
         patch = function(options) return connections.patch(created, { description = "new" }, options) end,
         ["patch by a function"] = function(options)
            return connections.patch(created, function(c) c.description = "new" end, options)
         end,
         archive = function(options) return connections.archive(created, options) end,
         restore = function(options)
            assert(connections.archive(created, { secrets = function() return "hush-hush" end }))
            return connections.restore(created.ref, options)
         end,
         ensure = function(options)
            local definition = tenant.oauth { description = "new" }
            definition.auth.clientSecret = nil
            return connections.ensure(definition, options)
         end,
         save = function(options)
            created.description = "new"
            return created:save(options)
         end,
      }

      for name, way in pairs(ways) do
         it(name .. " is refused, naming the member and the ways out", function()
            local before = name == "restore" and 1 or 0
            local none, err = way()
            assert.is_nil(none)
            assert.equal("validation: auth.clientSecret: missing; the service never returns it, so this update may "
               .. 'erase it. Set it, give a secrets function, or missing_secrets = "send" to send the update without '
               .. "it",
               tostring(err))
            assert.equal("auth.clientSecret", err.problems[1].path)
            assert.equal(before, count_puts())
            assert.equal("hush-hush", stored())
         end)

         it(name .. " is sent with what a secrets function gives", function()
            local seen
            local updated = assert(way { secrets = function(connection, path)
               seen = { connection.name, path }
               return "new-secret"
            end })
            assert.same({ "Weather", "auth.clientSecret" }, seen)
            assert.equal("new-secret", stored())
            assert.is_nil(updated.auth.clientSecret)
         end)

         it(name .. " is sent without it when told to", function()
            assert(way { missing_secrets = "send" })
            assert.equal(missing_secret == "keep" and "hush-hush" or nil, stored())
         end)
      end

      it("the client's options count where the call has none", function()
         local client = it_is:new_client { secrets = function() return "of-client" end }
         assert(client.connections.archive(created))
         assert.equal("of-client", stored())
         assert(client.connections.restore(created.ref, { secrets = function() return "of-call" end }))
         assert.equal("of-call", stored())
         client = it_is:new_client { missing_secrets = "send" }
         assert(client.connections.archive(created.ref))
         assert.is_nil((client.connections.restore(created.ref, { missing_secrets = "refuse" })))
      end)

      it("a secret that is given is sent", function()
         created.auth.clientSecret = "given"
         assert(created:save())
         assert.equal("given", stored())
         assert(connections.patch(created, { auth = { clientSecret = "patched" } }))
         assert.equal("patched", stored())
      end)

      it("an empty one and null are none", function()
         for _, value in ipairs { "", json.null } do
            created.auth.clientSecret = value
            local none, err = created:save()
            assert.is_nil(none)
            assert.equal("auth.clientSecret", err.problems[1].path)
         end
      end)

      it("a secrets function that fails is an error, and no secret is shown", function()
         for _, case in ipairs {
            { function() error "vault is locked: token=s3cr3t" end,
               "the secrets function raised an error for auth%.clientSecret: .*vault is locked: token=%*%*%*$" },
            { function() return 53117 end, "must return a string or nil for auth%.clientSecret, got a number" },
            { function() return "" end, "got an empty string" },
            { function() return {} end, "got a table" },
            { function() return nil end, "auth%.clientSecret: missing" },
         } do
            local none, err = created:save { secrets = case[1] }
            assert.is_nil(none)
            assert.matches(case[2], err.message)
            assert.is_nil(tostring(err):find "53117")
         end
         assert.equal("hush-hush", stored())
      end)

      it("auth as an array is guarded too", function()
         local definition = tenant.oauth()
         definition.auth = { { authType = "NONE" }, { authType = "oauth", clientId = "id" } }
         local none, err = connections.update(created, definition)
         assert.is_nil(none)
         assert.equal("auth[2].clientSecret", err.problems[1].path)
      end)

      it("the caller's tables are not changed", function()
         assert(connections.update(created.ref, created, { secrets = function() return "new-secret" end }))
         assert.is_nil(created.auth.clientSecret)
      end)

      it("an unknown type of authentication gets a warning event, and is sent", function()
         local definition = tenant.definition { name = "Basic", auth = { authType = "BASIC", user = "jane" } }
         local basic = assert(connections.create(definition))
         assert.same({}, it_is:warnings())
         assert(connections.archive(basic))
         assert.same({ '"BASIC" is not published: if it has a secret that the service does not return, '
            .. "this update may erase it" }, it_is:warnings())
      end)

      it("no authentication needs no secret", function()
         local plain = it_is:create { name = "Plain" }
         assert(connections.archive(plain))
         assert.same({}, it_is:warnings())
      end)
   end)
end

describe("what cannot be compared with an answer", function()
   it("is what the service did not return of an unpublished auth, whatever it shows of it now", function()
      local owner, sent = {}, { auth = { authType = "NEW", token = "hush", keys = { id = "x" }, region = "eu" } }
      secrets.learn(owner, sent, { auth = { authType = "NEW", region = "eu" } })
      local is_uncompared = secrets.uncompared(owner, sent)
      for path, expected in pairs { ["auth.token"] = true, ["auth.keys.id"] = true, ["auth.region"] = false,
         ["token"] = false } do
         assert.equal(expected, is_uncompared(path, "mine", "shown"), path)
      end
      assert.is_false(secrets.uncompared({}, sent)("auth.token", "mine", "shown"))
   end)
end)
