-- A kind of authentication whose members are not published may have secrets that the service keeps to itself: what an
-- answer lacks that a file had is handled as a client secret is; where nothing tells, it is said.
local folder = require "spec.support.folder"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("an authentication that is not published", function()
   local made, path, getenv, environment, mask

   -- The emulator keeps passwords to itself; with a mask it answers with that.
   local function answer(list)
      for _, connection in ipairs(list) do connection.auth.password = mask end
      return list
   end

   before_each(function()
      made, path = tenant.start(), folder.new()
      environment, getenv, mask = {}, os.getenv, nil
      os.getenv = function(name) return environment[name] or getenv(name) end -- luacheck: ignore
      local list, get = made.connections.list, made.connections.get
      made.connections.list = function(...) -- luacheck: ignore
         local found, err = list(...)
         return found and answer(found), err
      end
      made.connections.get = function(...) -- luacheck: ignore
         local found, err = get(...)
         return found and answer({ found })[1], err
      end
   end)

   after_each(function()
      os.getenv = getenv -- luacheck: ignore
      made:stop()
      folder.remove(path)
   end)

   local function basic(password, description)
      return personalize.json.encode(tenant.definition { description = description,
         auth = { authType = "BASIC", username = "user", password = password } })
   end

   local function stored(ref) return made.emulator:stored_secret(ref, "password") end

   local function plan() return assert(sync.plan(made.client, path)) end

   local function codes(warnings)
      local found = {}
      for _, warning in ipairs(warnings) do
         if warning.code then found[#found + 1] = warning.code .. " " .. warning.path end
      end
      return found
   end

   local function decoded() return assert(personalize.json.decode(folder.read(path, "w.json"))) end

   for _, shown in ipairs { "", "***" } do
      it(("has its secret sent, not compared and kept: the service answers with %q"):format(shown), function()
         mask = shown ~= "" and shown or nil
         environment.W_PASSWORD = "of-the-environment"
         folder.write(path, "w.json", basic { ["$env"] = "W_PASSWORD" })
         local ref = assert(plan():apply()).created[1].ref
         assert.equal("of-the-environment", stored(ref))
         assert.same({ true, "Weather" }, { plan():is_empty(), plan().uncompared[1] })
         folder.write(path, "w.json", basic({ ["$env"] = "W_PASSWORD" }, "changed"))
         local it_is = plan()
         assert.same({}, codes(it_is.warnings))
         assert.same({ 1, "description" }, { #it_is.updates[1].differences, it_is.updates[1].differences[1].path })
         assert(it_is:apply())
         assert.equal("of-the-environment", stored(ref))
         local exported = assert(sync.export(made.client, path))
         assert.same({ ["$env"] = "W_PASSWORD" }, decoded().auth.password)
         assert.same({}, codes(exported.warnings))
      end)

      it(("has a secret in clear text become a reference: the service answers with %q"):format(shown), function()
         mask = shown ~= "" and shown or nil
         folder.write(path, "w.json", basic "in clear")
         local it_is = plan()
         assert.same({ "clear_text_secret auth.password" }, codes(it_is.warnings))
         assert(it_is:apply())
         assert.is_true(plan():is_empty())
         local exported = assert(sync.export(made.client, path))
         assert.same({ file = "w.json", path = "auth.password", kind = "env", target = "WEATHER_PASSWORD" },
            exported.references[1])
         assert.same({ ["$env"] = "WEATHER_PASSWORD" }, decoded().auth.password)
         assert.equal("user", decoded().auth.username)
      end)
   end

   it("is compared where the service returns it", function()
      folder.write(path, "w.json", (basic("one"):gsub("password", "pin")))
      assert(plan():apply())
      assert.same({ true, nil }, { plan():is_empty(), plan().uncompared[1] })
      folder.write(path, "w.json", (basic("two"):gsub("password", "pin")))
      assert.equal("auth.pin", plan().updates[1].differences[1].path)
   end)

   it("without a secret in the file is warned of, in export, plan and promote", function()
      assert(made.connections.create(personalize.json.decode(basic "secret")))
      local exported = assert(sync.export(made.client, path))
      assert.same({ "auth_type_unknown auth" }, codes(exported.warnings))
      assert.matches("authType \"BASIC\" is not published: if it has a secret that the service does not return",
         exported.warnings[1].message)
      assert.is_nil(assert(personalize.json.decode(folder.read(path, "Weather.json"))).auth.password)
      assert.same({}, codes(plan().warnings))
      local text = folder.read(path, "Weather.json"):gsub('"systemType"', '"description": "x", "systemType"')
      folder.write(path, "Weather.json", text)
      assert.same({ "auth_type_unknown auth" }, codes(plan().warnings))
      local to = tenant.start()
      local promoted = assert(sync.promote(made.client, to.client))
      assert.same({ "auth_type_unknown auth" }, codes(promoted.warnings))
      to:stop()
   end)

   it("is warned of in one line, however many have one, in export and promote", function()
      for index = 1, 3 do
         local definition = personalize.json.decode(basic "secret")
         definition.name = "W" .. index
         assert(made.connections.create(definition))
      end
      local exported = assert(sync.export(made.client, path))
      assert.same({ "auth_type_unknown auth" }, codes(exported.warnings))
      assert.matches('^3 files %("W1.json", "W2.json", "W3.json"%) have an authType', exported.warnings[1].message)
      local to = tenant.start()
      local promoted = assert(sync.promote(made.client, to.client))
      assert.same({ "auth_type_unknown auth" }, codes(promoted.warnings))
      assert.matches('^3 connections %("W1", "W2", "W3"%) have an authType', promoted.warnings[1].message)
      to:stop()
   end)

   it("that the service masks is a reference when it is promoted", function()
      mask = "***"
      assert(made.connections.create(personalize.json.decode(basic "secret")))
      local to = tenant.start()
      local promoted = assert(sync.promote(made.client, to.client))
      assert.equal("the environment variable WEATHER_PASSWORD is not set", promoted.problems[1].message)
      environment.WEATHER_PASSWORD = "of production"
      promoted = assert(sync.promote(made.client, to.client))
      local ref = assert(promoted:apply()).created[1].ref
      assert.equal("of production", to.emulator:stored_secret(ref, "password"))
      to:stop()
   end)
end)
