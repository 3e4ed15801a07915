-- A saved plan that is applied again, later, or by somebody else: it goes on where it ended, and creates nothing twice.
local folder = require "spec.support.folder"
local libcurl = require "spec.support.libcurl"
local personalize = require "personalize"
local socket = require "socket"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("a saved plan", function()
   local made, path, saved

   before_each(function()
      made, path = tenant.start(), folder.new()
      saved = path .. "/plan"
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function write(...)
      for _, name in ipairs { ... } do
         local definition = tenant.definition { name = name,
            request = { requestType = "GET", connectionUrl = "https://api.example.com/" .. name } }
         folder.write(path, name .. ".json", personalize.json.encode(definition))
      end
   end

   local function save(options) assert(assert(sync.plan(made.client, path, options)):save(saved)) end

   local function load() return assert(sync.load(made.client, saved)) end

   local function document() return assert(personalize.json.decode(folder.read(path, "plan"))) end

   local function creates() return made.emulator:counts().creates end

   -- What somebody does by hand between two times that a plan is applied, and what the second says.
   local changes = {
      { "archived", function(ref) assert(made.connections.archive(ref)) end,
         "this plan created it before (%s), and it was archived since: plan again" },
      { "renamed", function(ref) assert(made.connections.patch(ref, { name = "Other" })) end,
         'this plan created it before (%s), and it was renamed to "Other" since: plan again' },
      { "changed", function(ref) assert(made.connections.patch(ref, { description = "x", socketTimeout = 1,
         request = { connectionUrl = "https://other.example" } })) end,
         "this plan created it before (%s), and it was changed since: plan again" },
   }

   for _, change in ipairs(changes) do
      local name, carry_out, message = change[1], change[2], change[3]

      it("creates nothing again after what it made was " .. name, function()
         write("A", "B")
         save()
         local ref = assert(load():apply()).created[1].ref
         assert.equal(ref, document().creates[1].made)
         carry_out(ref)
         local result, err = load():apply()
         assert.is_nil(result)
         assert.equal("conflict", err.kind)
         assert.equal(message:format(ref), err.result.failed[1].error.message)
         assert.equal("B", err.result.unchanged[1].name)
         assert.equal(2, creates())
      end)
   end

   -- The same where what it made was not noted: a copy of the file, as of a build that is run again.
   local copies = {
      archived = "a connection of that name was created since the plan was made, and is archived (%s)",
      renamed = 'a connection was created since the plan was made that is as this one, but named "Other" (%s)',
      changed = "a connection of that name was created since the plan was made (%s)",
   }

   for _, change in ipairs(changes) do
      local name, carry_out = change[1], change[2]

      it("creates nothing again from an old copy of it, either, after what it made was " .. name, function()
         write "A"
         save()
         local copy = folder.read(path, "plan")
         local ref = assert(load():apply()).created[1].ref
         carry_out(ref)
         folder.write(path, "plan", copy)
         local _, err = load():apply()
         assert.equal("conflict", err.kind)
         assert.equal(copies[name]:format(ref) .. ": plan again", err.result.failed[1].error.message)
         assert.equal(1, creates())
      end)
   end

   it("goes on after a failure, also from an old copy", function()
      write("A", "B", "C")
      save()
      local copy = folder.read(path, "plan")
      made.emulator:fail { method = "POST", path = "/v2/connections", status = 400 }
      local _, err = load():apply { concurrency = 1 }
      assert.equal(2, #err.result.created)
      folder.write(path, "plan", copy)
      local result = assert(load():apply())
      assert.same({ "A", 2 }, { result.created[1].name, #result.unchanged })
      assert.equal(3, creates())
      assert.same({ 0, 3 }, { #assert(load():apply()).created, creates() })
   end)

   it("notes what it made also where it is applied without being loaded", function()
      write "A"
      local plan = assert(sync.plan(made.client, path))
      assert(plan:save(saved))
      local ref = assert(plan:apply()).created[1].ref
      assert.equal(ref, document().creates[1].made)
      assert.equal("600", (io.popen("stat -c %a '" .. saved .. "'"):read "*l"))
   end)

   it("is not made anew where it was removed, and says when it cannot be written", function()
      write("A", "B")
      save { names = "A" }
      local plan = load()
      os.remove(saved)
      assert.same({}, assert(plan:apply()).warnings[1] and { 1 } or {})
      assert.is_nil(io.open(saved))
      save { names = "B" }
      plan = load()
      os.remove(saved)
      os.execute(("mkdir '%s'"):format(saved))
      assert.equal(("what was created is not noted in the plan: %s: is not a regular file"):format(saved),
         assert(plan:apply()).warnings[1])
   end)

   it("that only others' connections came beside is applied", function()
      write "A"
      save()
      made:create { name = "Other" }
      assert.equal(1, #assert(load():apply()).created)
   end)

   it("is refused by another organisation behind the same address", function()
      local function start(options)
         local port = made.emulator.url:match ":(%d+)$"
         made:stop()
         -- from 8.22 on libcurl looks only once a second whether a connection that it keeps is still open
         if libcurl.is_at_least "8.22" then socket.sleep(1.1) end
         options.port = tonumber(port)
         made = tenant.start(options)
      end
      for _, has_connections in ipairs { false, true } do
         for index, options in ipairs { { client_id = "another" }, { client_key = "another-key" } } do
            start {}
            if has_connections then made:create { name = "Present" } end
            write "A"
            save()
            start(options)
            if has_connections then made:create { name = "Present" } end
            local loaded, err = sync.load(made.client, saved)
            if loaded then
               loaded, err = loaded:apply()
            end
            -- the same organisation, by the key that its connections have, is no other one, whatever the credentials
            local is_same = has_connections and index == 1 or not has_connections and index == 2
            if is_same then
               assert.equal(1, #assert(loaded, tostring(err)).created)
            else
               assert.is_nil(loaded)
               assert.equal("config", err.kind)
               assert.matches("plan", err.message)
               assert.equal(has_connections and 1 or 0, creates())
            end
         end
      end
   end)

   it("of a tenant that nothing tells is refused by other credentials", function()
      local options = made.emulator:options()
      local function client_of(token)
         return assert(personalize.new { base_url = options.base_url, access_token = token })
      end
      write "A"
      assert(assert(sync.plan(made.client, path)):save(saved))
      local loaded, err = sync.load(client_of "some-token", saved)
      assert.is_nil(loaded)
      assert.matches("with other credentials: plan again$", err.message)
      loaded, err = sync.load(client_of(function() return "some-token" end), saved)
      assert.is_nil(loaded)
      assert.matches("with an organisation that the credentials do not tell: plan again$", err.message)
   end)

   for message, damage in pairs {
      ["is a plan of version 2, expected 1"] = function(value) value.version = 2 end,
      ["seen: expected an array"] = function(value) value.seen = nil end,
      ["seen[1] is incomplete"] = function(value) value.seen = personalize.array { 5 } end,
      ["the tenant's identity is no string"] = function(value) value.client = {} end,
      ["renames: expected a boolean"] = function(value) value.renames = "yes" end,
   } do
      it("that is damaged is refused: " .. message, function()
         write "A"
         save()
         local value = document()
         damage(value)
         folder.write(path, "plan", personalize.json.encode(value))
         local loaded, err = sync.load(made.client, saved)
         assert.is_nil(loaded)
         assert.equal("decode", err.kind)
         assert.matches(message, err.message, 1, true)
      end)
   end
end)

describe("the lock", function()
   local made, path

   before_each(function()
      made, path = tenant.start(), folder.new()
      made:create { name = "A" }
      made:create { name = "B" }
      assert(sync.export(made.client, path))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   -- Changes it; the plan's problems and the export's error.
   local function with_lock(change)
      local value = assert(personalize.json.decode(folder.read(path, "personalize.lock")))
      local key, files = next(value.tenants)
      change(value.tenants, key, files)
      folder.write(path, "personalize.lock", personalize.json.encode(value))
      local plan = assert(sync.plan(made.client, path))
      local result, err = sync.export(made.client, path)
      assert.is_nil(result)
      assert.equal("validation", err.kind)
      assert.matches("^the folder is broken, nothing was written: ", err.message)
      assert.same({ nil, "validation" }, { (plan:apply()), select(2, plan:apply()).kind })
      return plan.problems
   end

   it("that has one ref for two files is refused", function()
      local ref
      local problems = with_lock(function(_, _, files)
         files["B.json"] = files["A.json"]
         ref = files["A.json"]
      end)
      assert.same({ { file = "B.json", path = "", message = ("personalize.lock has the ref %s for A.json, too: delete "
         .. "the line of the one that it is not"):format(ref) } }, problems)
   end)

   it("that has a ref of another organisation's is refused", function()
      local ref, other
      local problems = with_lock(function(tenants, key, files)
         ref, other = files["A.json"], key:gsub("#.*", "#another")
         tenants[other] = { ["X.json"] = ref }
      end)
      assert.same({ { file = "A.json", path = "", message = ("personalize.lock has the ref %s for %s, too: delete it "
         .. "where it does not belong"):format(ref, other) } }, problems)
   end)

   it("is that of a client that spells the address otherwise, and so is a saved plan", function()
      local other = made:new_client { base_url = made.emulator:options().base_url:gsub("^http", "HTTP") .. "/" }
      local text = folder.read(path, "A.json"):gsub('"A"', '"A2"')
      folder.write(path, "A.json", text)
      local plan = assert(sync.plan(other, path, { renames = true }))
      assert.same({ 0, { from = "A", to = "A2" } }, { #plan.creates, plan.updates[1].rename })
      assert(plan:save(path .. "/plan"))
      assert.equal("A2", assert(assert(sync.load(made.client, path .. "/plan")):apply()).updated[1].name)
      local value, count = assert(personalize.json.decode(folder.read(path, "personalize.lock"))), 0
      for _ in pairs(value.tenants) do count = count + 1 end
      assert.equal(1, count)
      other:close()
   end)

   it("may have it for another address of the same organisation", function()
      local value = assert(personalize.json.decode(folder.read(path, "personalize.lock")))
      local key, files = next(value.tenants)
      value.tenants["https://other.example" .. key:match "#.*"] = files
      folder.write(path, "personalize.lock", personalize.json.encode(value))
      assert.is_true(assert(sync.plan(made.client, path)):is_empty())
   end)
end)
