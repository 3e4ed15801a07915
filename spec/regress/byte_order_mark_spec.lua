-- Editors of some systems begin files with a byte order mark, or save them as UTF-16: "a value is missing" at column 1
-- told nobody so. Secrets that were copied with a mark, a blank or a line break were sent with it. Values of an
-- environment, samples and curl commands knew neither.
local environment = require "personalize.environment"
local folder = require "spec.support.folder"
local input = require "personalize.cli.input"
local json = require "personalize.json"
local references = require "personalize.sync.references"
local samples = require "personalize.cli.samples"
local values = require "personalize.sync.values"

local MARK = "\239\187\191"

local function utf16(text, big)
   return (text:gsub(".", big and "\0%0" or "%0\0"))
end

describe("a file of JSON", function()
   local there

   setup(function() there = folder.new() end)
   teardown(function() folder.remove(there) end)

   it("may begin with a byte order mark", function()
      assert.equal("x", json.decode_file(MARK .. '{"name":"x"}').name)
      folder.write(there, "marked.json", MARK .. '{"name":"x"}')
      assert.equal("x", assert(input.definition(there .. "/marked.json")).name)
      assert.is_nil(json.decode(MARK .. "{}")) -- elsewhere it is no JSON
   end)

   it("that is UTF-16 is said to be so", function()
      for _, content in ipairs { "\255\254" .. utf16 '{"a":1}', "\254\255" .. utf16('{"a":1}', true), utf16 "{}",
         utf16("{}", true), "\0\0\254\255\0\0\0{", "\0\0\0{\0\0\0}" } do
         folder.write(there, "wide.json", content)
         local value, err = input.definition(there .. "/wide.json")
         assert.is_nil(value)
         assert.equal("decode", err.kind)
         assert.matches("save it as UTF%-8", err.message)
      end
   end)

   it("may be the values of an environment", function()
      folder.write(there, "values.json", MARK .. '{"replace":{"a":"b"}}')
      assert.same({ a = "b" }, assert(values.read(there .. "/values.json")).replace)
      folder.write(there, "values.json", "\255\254" .. utf16 "{}")
      local value, err = values.read(there .. "/values.json")
      assert.is_nil(value)
      assert.equal(there .. "/values.json: is UTF-16 or UTF-32: save it as UTF-8", err.message)
   end)

   it("may be a sample of an answer, or hold a curl command", function()
      local arguments = { from_curl = there .. "/line", outputs_from = there .. "/sample.json" }
      folder.write(there, "line", MARK .. "curl https://x.example/hours")
      folder.write(there, "sample.json", MARK .. '{"closesAt":"18:00"}')
      local definition = assert(samples.definition(arguments, {})())
      assert.same({ "https://x.example/hours", "closesAt" },
         { definition.request.connectionUrl, definition.outputMappings[1].outputReference })
      for _, name in ipairs { "sample.json", "line" } do
         folder.write(there, name, "\255\254" .. utf16 "curl https://x.example")
         local made, err = samples.definition(arguments, {})()
         assert.is_nil(made)
         assert.same({ "decode", there .. "/" .. name .. ": is UTF-16 or UTF-32: save it as UTF-8" },
            { err.kind, err.message })
      end
   end)
end)

describe("a secret", function()
   local there, getenv, variables

   setup(function()
      there = folder.new()
      getenv = os.getenv
      os.getenv = function(name) return variables[name] end -- luacheck: ignore
   end)
   before_each(function() variables = { PERSONALIZE_REGION = "eu", PERSONALIZE_CLIENT_ID = "id" } end)
   teardown(function()
      os.getenv = getenv -- luacheck: ignore
      folder.remove(there)
   end)

   local BAD = { [MARK .. "hush-hush"] = "byte order mark", [" hush-hush"] = "begins with a blank",
      ["hush-hush "] = "ends with a blank", ["hush-hush\t"] = "ends with a blank",
      ["\nhush-hush"] = "begins with a blank",
      ["\255\254h\0u\0"] = "UTF%-8", ["hush-hush\194\160"] = "ends with a blank" }

   it("with what was copied along is refused, naming where it came from", function()
      for value, words in pairs(BAD) do
         variables.PERSONALIZE_CLIENT_SECRET, variables.PERSONALIZE_CLIENT_SECRET_FILE = value, nil
         local options, err = environment.options()
         assert.is_nil(options)
         assert.equal("config", err.kind)
         assert.matches("^PERSONALIZE_CLIENT_SECRET .*" .. words, err.message)
         assert.not_matches("hush", err.message)

         folder.write(there, "secret", value)
         variables.PERSONALIZE_CLIENT_SECRET = nil
         variables.PERSONALIZE_CLIENT_SECRET_FILE = there .. "/secret"
         options, err = environment.options()
         assert.is_nil(options)
         assert.matches("^PERSONALIZE_CLIENT_SECRET_FILE: .*/secret .*" .. words, err.message)
         assert.not_matches("hush", err.message)
      end
      folder.write(there, "secret", "hush-hush\r\n")
      assert.equal("hush-hush", assert(environment.options()).client_secret)
   end)

   it("of a reference likewise", function()
      for _, value in ipairs { MARK .. "hush-hush", " hush-hush", "hush-hush ", "\255\254h\0" } do
         variables.TOKEN = value
         local text, reason = references.look_up("env", "TOKEN")
         assert.is_nil(text)
         assert.matches("^the environment variable TOKEN ", reason)
         folder.write(there, "token", value)
         text, reason = references.look_up("file", "token", { base = there })
         assert.is_nil(text)
         assert.matches("^the file token of a secret: ", reason)
         assert.not_matches("hush", reason)
      end
   end)
end)
