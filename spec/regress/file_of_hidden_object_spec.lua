-- A file with a reference inside of an object that the service does not return, `auth.credentials.password`, was never
-- as the tenant has it: the rest of the object was compared with nothing. An export left the object out of the file.
local compare = require "personalize.sync.compare"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local sync = require "personalize.sync"
local sync_folder = require "personalize.sync.folder"
local tenant = require "spec.support.tenant"

local home = { ["$env"] = "HOME" }

local auths = {
   { authType = "BASIC", credentials = { username = "u", password = home } },
   { authType = "BASIC", credentials = { token = { value = home, rounds = 3, signs = false } } },
   { authType = "KEYS", keys = { "a", home } },
   { password = home },
   { { authType = "BASIC", credentials = { password = home } } },
}

describe("a file with an object that the service does not return", function()
   local made, path

   before_each(function()
      made, path = tenant.start { mask_unknown_auth = true }, folder.new()
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function plan()
      local made_plan = assert(sync.plan(made:new_client(), path))
      assert.same({}, made_plan.problems)
      return made_plan, { #made_plan.creates, #made_plan.updates, #made_plan.unchanged }
   end

   local function write(auth, description)
      folder.write(path, "a.json", json.encode(tenant.definition {
         name = "A", auth = auth, description = description }))
   end

   it("comes to an empty plan, before and after an export, and loses no reference", function()
      for _, auth in ipairs(auths) do
         write(auth, "one")
         assert((plan()):apply())
         assert.same({ 0, 0, 1 }, select(2, plan()))
         write(auth, "two")
         local changed = plan()
         assert.equal(1, #changed.updates[1].differences)
         assert.equal("description", changed.updates[1].differences[1].path)
         assert(changed:apply())
         assert.same({ 0, 0, 1 }, select(2, plan()))
         assert(sync.export(made:new_client(), path))
         assert.same({ 0, 0, 1 }, select(2, plan()))
         assert.same(json.decode(json.encode(auth)), json.decode(folder.read(path, "a.json")).auth)
         made.emulator:reset()
         folder.remove(path)
         path = folder.new()
      end
   end)

   it("comes to an empty plan where that is no text", function()
      write { authType = "PIN", pin = 1234, more = { deep = { "x" }, on = true } }
      assert((plan()):apply())
      assert.same({ 0, 0, 1 }, select(2, plan()))
   end)

   it("is compared in what the service shows of it", function()
      local function is_met(auth, shown)
         local entry = sync_folder.entry("f", { name = "A", auth = auth }, true)
         local current = { name = "A", auth = shown }
         return { compare.is_met(entry, current), compare.hides_secrets(entry, current) }
      end
      local nested = { authType = "BASIC", credentials = { username = "u", password = "p" } }
      for _, case in ipairs {
         { { authType = "BASIC" }, true, true },
         { { authType = "BASIC", credentials = { username = "u" } }, true, true },
         { { authType = "BASIC", credentials = { username = "u", password = "***" } }, true, true },
         { { authType = "BASIC", credentials = { username = "u", password = "p" } }, true, false },
         { { authType = "BASIC", credentials = { username = "v", password = "***" } }, false, true },
         { { authType = "BASIC", credentials = { username = "u", password = "q" } }, false, false },
         { { authType = "NEW" }, false, true },
      } do
         assert.same({ case[2], case[3] }, is_met(nested, case[1]), json.encode(case[1]))
      end
      local referred = { authType = "OAUTH", clientId = "i", extra = { user = "u", key = home } }
      assert.same({ true, true }, is_met(referred, { authType = "OAUTH", clientId = "i" }))
      assert.same({ true, true }, is_met(referred, { authType = "OAUTH", clientId = "i", extra = { user = "u" } }))
      assert.same({ false, true }, is_met(referred, { authType = "OAUTH", clientId = "i", extra = { user = "v" } }))
   end)

   it("is exported with references for what the service hides of its objects", function()
      write({ authType = "BASIC", credentials = { username = "u", password = "p" } }, "one")
      assert((plan()):apply())
      assert(sync.export(made:new_client(), path))
      local credentials = json.decode(folder.read(path, "a.json")).auth.credentials
      assert.is_string(credentials.password["$env"])
      assert.is_string(credentials.username["$env"])
   end)
end)
