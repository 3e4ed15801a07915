-- The options of a client in the environment.
local child = require "spec.faults.child"
local environment = require "personalize.environment"
local personalize = require "personalize"

describe("environment", function()
   local variables
   local getenv = os.getenv

   before_each(function()
      variables = {}
      os.getenv = function(name) return variables[name] end -- luacheck: ignore 122
   end)
   after_each(function() os.getenv = getenv end) -- luacheck: ignore 122

   local function file_with(text)
      local path = os.tmpname()
      local file = assert(io.open(path, "w"))
      file:write(text)
      file:close()
      finally(function() os.remove(path) end)
      return path
   end

   it("reads each option from its variable", function()
      for _, name in ipairs(environment.names) do
         variables["PERSONALIZE_" .. name:upper()] = "value of " .. name
      end
      local given = environment.options()
      for _, name in ipairs(environment.names) do
         assert.equal("value of " .. name, given[name])
      end
   end)

   it("reads other variables with a prefix", function()
      variables.STAGING_REGION = "us"
      variables.PERSONALIZE_REGION = "eu"
      local given = environment.options { prefix = "STAGING" }
      assert.same({ region = "us" }, given)
   end)

   it("leaves out credentials of other kinds, and the other address, where these are given", function()
      for _, name in ipairs { "region", "base_url", "client_id", "client_secret", "client_key", "api_token",
         "access_token" } do
         variables["PERSONALIZE_" .. name:upper()] = name
      end
      local function read(given)
         local found, names = environment.options(given), {}
         for name in pairs(found) do names[#names + 1] = name end
         table.sort(names)
         return table.concat(names, " ")
      end
      assert.equal("access_token api_token base_url client_id client_key client_secret region", read {})
      assert.equal("base_url client_id client_secret region", read { client_id = "x" })
      assert.equal("api_token base_url client_key region", read { client_key = "x" })
      assert.equal("access_token base_url region", read { access_token = "x" })
      assert.equal("access_token api_token client_id client_key client_secret region", read { region = "x" })
      assert.equal("access_token api_token base_url client_id client_key client_secret", read { base_url = "x" })
   end)

   it("reads a value from the file that NAME_FILE names, without the line break at its end", function()
      variables.PERSONALIZE_CLIENT_SECRET_FILE = file_with "hush\n"
      assert.same({ client_secret = "hush" }, (environment.options()))
   end)

   it("says which file is missing, empty, or set beside the value", function()
      variables.PERSONALIZE_CLIENT_SECRET_FILE = "/nowhere/secret"
      local given, err = environment.options()
      assert.is_nil(given)
      assert.equal("config", err.kind)
      assert.matches("^PERSONALIZE_CLIENT_SECRET_FILE: /nowhere/secret: ", err.message)

      variables.PERSONALIZE_CLIENT_SECRET_FILE = file_with "\n"
      err = select(2, environment.options())
      assert.matches("PERSONALIZE_CLIENT_SECRET_FILE: .* is empty", err.message)

      variables.PERSONALIZE_CLIENT_SECRET = "hush"
      err = select(2, environment.options())
      assert.equal("PERSONALIZE_CLIENT_SECRET and PERSONALIZE_CLIENT_SECRET_FILE are both set; set one of them",
         err.message)
   end)

   it("takes an empty variable for one that is not set", function()
      variables.PERSONALIZE_REGION = ""
      assert.same({}, (environment.options()))
   end)

   it("lets overrides replace a whole kind of credentials", function()
      variables.PERSONALIZE_CLIENT_ID = "id"
      variables.PERSONALIZE_CLIENT_SECRET = "hush"
      variables.PERSONALIZE_REGION = "eu"
      assert.same({ access_token = "t", base_url = "http://localhost" },
         (environment.options { access_token = "t", base_url = "http://localhost" }))
   end)

   it("makes a client, or says which variables are missing", function()
      local client, err = personalize.from_env()
      assert.is_nil(client)
      assert.equal('PERSONALIZE_REGION or PERSONALIZE_BASE_URL is needed: '
         .. 'PERSONALIZE_REGION = "us", "eu", "ap" or "jpe"', err.message)
      variables.PERSONALIZE_REGION = "eu"
      variables.PERSONALIZE_ACCESS_TOKEN = "t"
      client = assert(personalize.from_env { timeout = 5 })
      assert.equal("personalize client of https://api-engage-eu.sitecorecloud.io (access_token)", tostring(client))
   end)

   it("names the variable of what is refused, and the option where it came from the overrides", function()
      local function refusal(overrides) return select(2, personalize.from_env(overrides)).message end
      variables.STAGING_REGION = "region"
      assert.equal('STAGING_REGION: expected us, eu, ap or jpe, got "region"', refusal { prefix = "STAGING" })
      assert.equal('region: expected us, eu, ap or jpe, got "europe"', refusal { region = "europe" })
      variables.PERSONALIZE_REGION, variables.PERSONALIZE_CLIENT_ID = "eu", "id"
      assert.equal("PERSONALIZE_CLIENT_ID and PERSONALIZE_CLIENT_SECRET go together: "
         .. "PERSONALIZE_CLIENT_SECRET is missing", refusal())
   end)

   it("takes texts alone, and shows no value of another type", function()
      for _, case in ipairs {
         { { PERSONALIZE_API_TOKEN = 123456789 }, "PERSONALIZE_API_TOKEN: expected a string, got a number" },
         { { PERSONALIZE_CA_FILE_FILE = false }, "PERSONALIZE_CA_FILE_FILE: expected a string, got a boolean" },
         { { OTHER = {} }, "OTHER: expected a string, got a table" },
         { { PERSONALIZE_REGION = "zz", "x" }, "expected names as strings, got 1" },
      } do
         local fine, message = pcall(personalize.from_env, { variables = case[1] })
         assert.is_false(fine)
         assert.matches('personalize.from_env: option "variables": ' .. case[2], message, 1, true)
         assert.is_nil(message:find("123456789", 1, true))
      end
      local other = setmetatable({}, { __index = function(_, name) return name == "X_REGION" and 123456789 or nil end })
      assert.error_matches(function() personalize.from_env { prefix = "X", variables = other } end,
         "X_REGION: expected")
      assert(personalize.from_env { variables = setmetatable({}, { __index = { PERSONALIZE_REGION = "eu",
         PERSONALIZE_ACCESS_TOKEN = "t" } }) })
   end)

   it("reads nothing when the library is required", function()
      os.getenv = function(name) error("read " .. name) end -- luacheck: ignore 122
      local loaded = {}
      for name, module in pairs(package.loaded) do
         if name:find "^personalize" and not name:find "core$" then loaded[name] = module end
      end
      for name in pairs(loaded) do package.loaded[name] = nil end
      local fine = pcall(require, "personalize")
      for name in pairs(package.loaded) do
         if name:find "^personalize" and not name:find "core$" then package.loaded[name] = nil end
      end
      for name, module in pairs(loaded) do package.loaded[name] = module end
      assert.is_true(fine)
   end)

   it("is not touched when the library is required: nothing is opened, no thread made", function()
      local output = child.run [[
         local lfs = require "lfs"
         local function count(folder)
            local number = 0
            for _ in lfs.dir("/proc/self/" .. folder) do number = number + 1 end
            return number
         end
         local descriptors, threads = count "fd", count "task"
         require "personalize"
         require "personalize.emulator"
         print(count "fd" - descriptors, count "task" - threads)
      ]]
      assert.equal("0\t0\n", output)
   end)
end)
