-- The default client: what it is made of, when, and what is said when it cannot be.
local default = require "personalize.default"
local environment = require "personalize.environment"
local personalize = require "personalize"

describe("the default client", function()
   local options = environment.options

   local variables = { SPEC_REGION = "eu", SPEC_ACCESS_TOKEN = "token" }

   before_each(function() default.set(nil) end)
   after_each(function()
      environment.options = options
      default.set(nil)
   end)

   it("is made once of the environment, and can be another", function()
      local count = 0
      environment.options = function(overrides)
         assert.is_nil(overrides)
         count = count + 1
         return { base_url = "https://a.example", access_token = "token" }, "PERSONALIZE"
      end
      local client = assert(default.client())
      assert.equal("personalize client of https://a.example (access_token)", tostring(client))
      assert.same({ true, 1 }, { default.client() == client, count })
      local other = assert(personalize.new { region = "eu", access_token = "token" })
      default.set(other)
      assert.is_true(default.client() == other)
      default.set(nil)
      assert.is_false(default.client() == client)
      assert.equal(2, count)
   end)

   it("fails when the environment does not have what it needs, and is tried again", function()
      environment.options = function() return { access_token = "token" }, "PERSONALIZE" end
      local client, err = default.client()
      assert.same({ nil, "config" }, { client, err.kind })
      assert.matches("PERSONALIZE_REGION", err.message)
      environment.options = function() return { region = "eu", access_token = "token" }, "PERSONALIZE" end
      assert.is_table(default.client())
   end)

   it("has settings of variables and overrides", function()
      local resolved = assert(default.from_environment({ prefix = "SPEC", variables = variables, timeout = 7 }, "here",
         1))
      assert.same({ "https://api-engage-eu.sitecorecloud.io", 7, "access_token" }, { resolved.base_url,
         resolved.timeout, resolved.credentials })
   end)

   it("says what is wrong, with the variable's name", function()
      local resolved, err = default.from_environment({ prefix = "SPEC", variables = { SPEC_REGION = "eu",
         SPEC_ACCESS_TOKEN = " token" } }, "here", 1)
      assert.same({ nil, "config" }, { resolved, err.kind })
      assert.equal("SPEC_ACCESS_TOKEN begins with a blank or a line break", err.message)
      resolved, err = default.from_environment({ prefix = "SPEC", variables = { SPEC_REGION = "mars",
         SPEC_ACCESS_TOKEN = "token" } }, "here", 1)
      assert.same({ nil, "config" }, { resolved, err.kind })
      assert.matches("SPEC_REGION", err.message)
   end)

   it("takes overrides that a metatable has", function()
      local overrides = setmetatable({ timeout = 7 }, { __index = { prefix = "SPEC", variables = variables } })
      assert.same({ 7, "eu" }, (function()
         local resolved = assert(default.from_environment(overrides, "here", 1))
         return { resolved.timeout, resolved.base_url:match "engage%-(%l+)" }
      end)())
   end)

   it("raises misuse at the caller's line", function()
      local function raised(overrides)
         local function public() default.from_environment(overrides, "here", 1) return true end
         local function user() public() return true end
         local fine, problem = pcall(user)
         assert.is_false(fine)
         local line, message = problem:match "default_spec.lua:(%d+): (.*)$"
         return message, tonumber(line) - debug.getinfo(public, "S").linedefined
      end
      assert.same({ 'here: option "prefix": expected a string, got 5', 0 }, { raised { prefix = 5 } })
      assert.same({ 'here: option "variables": expected a table, got 5', 0 }, { raised { variables = 5 } })
      assert.same({ 'here: unknown option "timeuot" (did you mean "timeout"?)', 0 },
         { raised { prefix = "SPEC", variables = variables, timeuot = 5 } })
      assert.same({ 'here: unknown option "prefx" (did you mean "prefix"?)', 0 }, { raised { prefx = "SPEC" } })
   end)
end)
