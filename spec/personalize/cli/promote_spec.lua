-- `personalize promote`: from which tenant to which, what it takes, what it exits with.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"

describe("personalize promote", function()
   local from, to, environment

   before_each(function()
      from, to = tenant.start(), tenant.start(nil, { retry = false })
      environment = command.environment(from.emulator, "STAGING")
      for name, value in pairs(command.environment(to.emulator, "PROD")) do environment[name] = value end
      from:create { request = { requestType = "GET", connectionUrl = "https://staging.example/v1" } }
      from:create { name = "Plug" }
   end)

   after_each(function()
      from:stop()
      to:stop()
   end)

   local function promote(...)
      return command.here(environment, { "promote", "--from", "STAGING", "--to", "PROD", ... })
   end

   it("shows what it would do where nobody is asked, and exits by 2", function()
      local out, err, code = promote()
      assert.same({ "", 2 }, { err, code })
      assert.matches("^Plan for http://127.0.0.1:%d+: 2 to create%.\n\n  create   \"Plug\"\n  create   \"Weather\"\n",
         out)
      assert.equal(0, to.emulator:counts().creates)
      local value = dkjson.decode((promote "--json"))
      assert.same({ 2, "Plug", "Weather" }, { #value.creates, value.creates[1].name, value.creates[2].name })
   end)

   it("sends those that are selected, with other URLs", function()
      local out, err, code = command.run(environment, { "promote", "--from", "STAGING", "--to", "PROD", "--yes",
         "--select", "Weather*", "--replace-url", "https://staging.example", "https://api.example", "--timeout", "20" })
      assert.same({ "", 0 }, { err, code })
      assert.matches("\n1 created%.\n$", out)
      local all = assert(to.connections.list())
      assert.same({ 1, "https://api.example/v1" }, { #all, all[1].request.connectionUrl })
      out, err, code = promote("--select", "Weather*", "--replace-url", "https://staging.example",
         "https://api.example")
      assert.same({ "", 0 }, { err, code })
      assert.matches("nothing to do, 1 unchanged", out)
   end)

   it("takes other variables for secrets", function()
      assert(from.connections.create(tenant.oauth { name = "Secret" }))
      environment.PROD_SECRET = "of production"
      local out, err, code = promote("--select", "Secret", "--replace-secret", "SECRET_CLIENT_SECRET", "PROD_SECRET")
      assert.same({ "", 2 }, { err, code })
      assert.matches("auth.clientSecret is $env PROD_SECRET\n", out)
      code = select(3, promote("--select", "Secret"))
      assert.equal(1, code) -- its own variable is not set here
   end)

   it("takes a time limit for each call, of either tenant", function()
      for _, slow in ipairs { from, to } do
         slow.emulator:fail { method = "GET", path = "/v2/connections", delay = 20 }
         local out, err, code = promote("--timeout", "0.2")
         slow.emulator:heal()
         assert.same({ "", 1 }, { out, code })
         assert.matches("^personalize promote: timeout: ", err)
      end
      local _, err, code = promote("--timeout", "0")
      assert.equal(64, code)
      assert.matches("%-%-timeout: expected a positive number of seconds", err)
   end)

   it("fails by the tenant that cannot be read", function()
      for _, refusing in ipairs { from, to } do
         refusing.emulator:fail { method = "GET", path = "/v2/connections", status = 400,
            body = '{"message":"the spec refuses"}' }
         local out, err, code = promote()
         assert.same({ "", 1 }, { out, code })
         assert.matches("^personalize promote: validation %(400%): the spec refuses", err)
      end
   end)

   it("asks for one source and one target", function()
      for message, arguments in pairs {
         ["give --from or --from-profile"] = { "--to", "PROD" },
         ["give --to or --to-profile"] = { "--from", "STAGING" },
      } do
         local out, err, code = command.here(environment, { "promote", arguments[1], arguments[2] })
         assert.same({ "", "personalize promote: " .. message .. "\n", 64 }, { out, err, code })
      end
      local _, err = promote("--from-profile", "x")
      assert.equal("personalize promote: give --from or --from-profile\n", err)
      _, err = promote("--to-profile", "x")
      assert.equal("personalize promote: give --to or --to-profile\n", err)
   end)
end)
