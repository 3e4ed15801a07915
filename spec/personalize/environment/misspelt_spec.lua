-- Variables that are set and that nothing reads: probably misspelt.
local command = require "spec.support.command"
local dkjson = require "dkjson"
local misspelt = require "personalize.environment.misspelt"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

describe("misspelt variables", function()
   -- What is meant by a variable: the known name, false for none, nil when the variable is none of ours.
   local function meant(variable, prefix)
      local found = misspelt.unread(prefix or "PERSONALIZE", { [variable] = "x" })
      if #found == 0 then return nil end
      assert.equal(variable, found[1][1])
      return found[1][2] or false
   end

   it("are known by what they are near to", function()
      for variable, expected in pairs {
         PERSONALIZE_CLIENTID = "PERSONALIZE_CLIENT_ID", PERSONALIZE_CLIENT_SECRT = "PERSONALIZE_CLIENT_SECRET",
         PERSONALIZE_SECRET = "PERSONALIZE_CLIENT_SECRET", PERSONALIZE_URL = "PERSONALIZE_BASE_URL",
         PERSONALIZE_REGOIN = "PERSONALIZE_REGION", PERSONALIZE_Region = "PERSONALIZE_REGION",
         personalize_region = "PERSONALIZE_REGION", PERSONALISE_REGION = "PERSONALIZE_REGION",
         PERSONALIZ_CLIENT_ID = "PERSONALIZE_CLIENT_ID", PERSONALIZE_CLIENT_SECRET_FIEL
            = "PERSONALIZE_CLIENT_SECRET_FILE", PERSONALIZE_CA = "PERSONALIZE_CA_FILE",
         PERSONALIZE_CLIENT = "PERSONALIZE_CLIENT_ID", PERSONALIZE_SOMETHING_ELSE = false, PERSONALIZE_ = false,
      } do
         assert.equal(expected, meant(variable), variable)
      end
   end)

   it("are none that are read, and none of other programs", function()
      for _, variable in ipairs { "PERSONALIZE_REGION", "PERSONALIZE_CLIENT_SECRET_FILE", "PERSONALIZE_CA_FILE",
         "PERSONALIZE_CA_FILE_FILE", "PERSONALIZE_DEBUG", "PATH", "REGION", "AWS_REGION", "PERSONALIZED_X",
         "XPERSONALIZE_REGION_X", "_", "" } do
         assert.is_nil(meant(variable), variable)
      end
   end)

   it("of another prefix are told of where they are near a known one", function()
      assert.equal("STAGING_CLIENT_ID", meant("STAGING_CLIENTID", "STAGING"))
      assert.is_nil(meant("STAGING_DATABASE", "STAGING"))
      assert.is_nil(meant("PRDO_REGION", "PROD"))
   end)

   it("are named when the start fails", function()
      local _, err = personalize.from_env { variables = { PERSONALIZE_REGON = "eu", PERSONALIZE_CLIENTID = "canary" } }
      assert.equal("config: PERSONALIZE_REGION or PERSONALIZE_BASE_URL is needed: PERSONALIZE_REGION = \"us\", \"eu\", "
         .. "\"ap\" or \"jpe\"; these variables are set and read by nothing: PERSONALIZE_CLIENTID (did you mean "
         .. "PERSONALIZE_CLIENT_ID?), PERSONALIZE_REGON (did you mean PERSONALIZE_REGION?)", tostring(err))
   end)

   it("are named by the command and by the doctor", function()
      local made = tenant.start()
      local environment = command.environment(made.emulator)
      environment.PERSONALIZE_SECRET = "canary"
      assert.same({ "no connections\n", "", 0 }, { command.run(environment, { "list" }) })
      local out, err, code = command.run(environment, { "doctor" })
      assert.same({ "", 0 }, { err, code })
      assert.matches("\nnote    variable: PERSONALIZE_SECRET is set, and nothing reads it\n"
         .. "        Did you mean PERSONALIZE_CLIENT_SECRET%?\n", "\n" .. out)
      environment.PERSONALIZE_CLIENT_SECRET = nil
      out, err, code = command.run(environment, { "list" })
      assert.same({ "", 1 }, { out, code })
      assert.matches("PERSONALIZE_CLIENT_SECRET is missing; this variable is set and read by nothing: "
         .. "PERSONALIZE_SECRET %(did you mean PERSONALIZE_CLIENT_SECRET%?%)\n$", err)
      out, err, code = command.run(environment, { "doctor", "--json" })
      assert.equal(1, code)
      assert.equal("Did you mean PERSONALIZE_CLIENT_SECRET?", dkjson.decode(out)[1].advice)
      assert.not_matches("canary", out .. err)
      made:stop()
   end)
end)
