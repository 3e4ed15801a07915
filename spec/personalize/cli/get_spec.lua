-- `personalize get`.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local tenant = require "spec.support.tenant"

describe("personalize get", function()
   local made, environment

   before_each(function()
      made = tenant.start()
      environment = command.environment(made.emulator)
      made:create { customHeaders = { { name = "X-Api-Key", value = "canary" } } }
   end)

   after_each(function() made:stop() end)

   it("shows a connection, its credentials hidden", function()
      local out, err, code = command.here(environment, { "get", "Weather" })
      assert.same({ "", 0 }, { err, code })
      assert.matches('^connection "Weather"\n', out)
      assert.matches("\n    %- X%-Api%-Key: %*%*%*\n", out)
   end)

   it("has all of it in JSON, credentials hidden with --mask alone", function()
      for _, case in ipairs { { "canary" }, { "***", "--mask" } } do
         local out, err, code = command.here(environment, { "get", "Weather", "--json", case[2] })
         assert.same({ "", 0 }, { err, code })
         local value, place = dkjson.decode(out)
         assert.same({ "Weather", case[1], #out }, { value.name, value.customHeaders[1].value, place })
      end
   end)
end)
