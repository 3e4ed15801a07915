-- What fails on the way is returned, from whichever step, and nothing is sent or written after it.
local compare = require "personalize.sync.compare"
local definition = require "personalize.connections.definition"
local errors = require "personalize.error"
local folder = require "spec.support.folder"
local lock = require "personalize.sync.lock"
local native = require "personalize.native"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("connections as code", function()
   local made, other, path, undo

   before_each(function()
      made, other, path, undo = tenant.start(nil, { retry = false }), tenant.start(nil, { retry = false }),
         folder.new(), {}
   end)

   after_each(function()
      for _, each in ipairs(undo) do each() end
      made:stop()
      other:stop()
      folder.remove(path)
   end)

   -- Has a function of a module fail.
   local function break_it(module, name, result)
      local own = module[name]
      module[name] = function() return nil, result end
      undo[#undo + 1] = function() module[name] = own end
   end

   local function refuse(of, method, where)
      of.emulator:fail { method = method, path = where, status = 400, times = 100, body = '{"message":"refused"}' }
   end

   local function assert_refused(value, err)
      assert.is_nil(value)
      assert.same({ "validation", 400 }, { err.kind, err.status })
   end

   local function writes(of) return of.emulator:counts().creates + of.emulator:counts().updates end

   local function write(name, members)
      members = members or {}
      members.name = members.name or name
      folder.write(path, name .. ".json", personalize.json.encode(tenant.definition(members)))
   end

   it("is neither planned, exported nor promoted where a list is refused", function()
      write "A"
      refuse(made, "GET", "/v2/connections")
      assert_refused(sync.plan(made.client, path))
      assert_refused(sync.export(made.client, path))
      assert_refused(sync.promote(made.client, other.client))
      assert_refused(sync.promote(other.client, made.client))
      assert.is_nil(folder.contents(path)["personalize.lock"])
   end)

   it("is not planned of a folder, a plan or values that cannot be read", function()
      for _, what in ipairs { "plan", "load" } do
         local plan, err = sync[what](made.client, path .. "/none")
         assert.same({ nil, "config" }, { plan, err.kind })
      end
      write "A"
      for _, values in ipairs { path .. "/none.json", { connections = { Nobody = { description = "x" } } },
         { replace = { x = 1 } } } do
         local plan, err = sync.plan(made.client, path, { values = values })
         assert.same({ nil, "config" }, { plan, err and err.kind })
         plan, err = sync.promote(made.client, other.client, { values = values })
         assert.same({ nil, "config" }, { plan, err and err.kind })
      end
      for _, replace in ipairs { { urls = { [""] = "x" } }, { urls = { a = 5 } }, { secrets = { A = 5 } } } do
         local plan, err = sync.promote(made.client, other.client, { replace = replace })
         assert.same({ nil, "config" }, { plan, err and err.kind })
      end
   end)

   describe("exported", function()
      local broken = errors.new { kind = "encode", message = "broken by the spec" }

      local function assert_broken(expected, file)
         local result, err = sync.export(made.client, path, { prune = true })
         assert.is_nil(result)
         if expected then
            assert.is_true(rawequal(expected, err))
         else
            assert.equal("config", err.kind)
            assert.matches((file or "") .. ": broken by the spec", err.message)
         end
      end

      before_each(function() made:create() end)

      it("fails before the first file where one cannot be made", function()
         for _, case in ipairs { { definition, "sendable" }, { compare, "text_of" } } do
            break_it(case[1], case[2], broken)
            assert_broken(broken)
            assert.same({}, folder.contents(path))
            undo[#undo]()
         end
      end)

      it("fails by a folder that cannot be made or listed, and by each file that cannot be written", function()
         for _, name in ipairs { "list", "make_folder", "write" } do
            break_it(native.file, name, "broken by the spec")
            assert_broken(nil, name == "write" and "/Weather.json")
            undo[#undo]()
         end
         write("Gone", { name = "Gone" })
         break_it(native.file, "remove", "broken by the spec")
         assert_broken()
         undo[#undo]()
         break_it(lock, "write", broken)
         assert_broken(broken)
         undo[#undo]()
         os.remove(path .. "/.personalize.schema.json")
         folder.write(path, ".personalize.schema.json", "old")
         break_it(native.file, "write", "broken by the spec")
         assert_broken(nil, "/.personalize.schema.json")
      end)

      it("is not promoted where a definition cannot be made", function()
         break_it(definition, "sendable", broken)
         local plan, err = sync.promote(made.client, other.client)
         assert.is_nil(plan)
         assert.is_true(rawequal(broken, err))
      end)
   end)

   describe("applied", function()
      -- One of each kind; the only failed item's name and error, and what else was done.
      local function apply_while(method, where)
         local one, two = made:create { name = "Update" }, made:create { name = "Archive" }
         write("Update", { description = "new" })
         write "Create"
         local plan = assert(sync.plan(made.client, path, { archive_missing = true }))
         assert.same({ 1, 1, 1 }, { #plan.creates, #plan.updates, #plan.archives })
         refuse(made, method, (where:gsub("UPDATE", one.ref):gsub("ARCHIVE", two.ref)))
         local before = writes(made)
         local result, err = plan:apply()
         made.emulator:heal()
         assert.is_nil(result)
         return err, writes(made) - before
      end

      it("has each item fail by its own call, and does the others", function()
         for _, case in ipairs { { "GET", "/v2/connections/UPDATE", "Update" },
            { "PUT", "/v2/connections/UPDATE", "Update" }, { "GET", "/v2/connections/ARCHIVE", "Archive" },
            { "PUT", "/v2/connections/ARCHIVE", "Archive" }, { "POST", "/v2/connections", "Create" } } do
            local err, sent = apply_while(case[1], case[2])
            assert.same({ 1, case[3], "validation", 400 }, { #err.result.failed, err.result.failed[1].name,
               err.result.failed[1].error.kind, err.result.failed[1].error.status }, case[2])
            assert.same({ 2, 2 }, { sent, #err.result.created + #err.result.updated + #err.result.archived })
            made:stop()
            folder.remove(path)
            made, path = tenant.start(nil, { retry = false }), folder.new()
         end
      end)

      it("sends nothing where the list is refused", function()
         local err, sent = apply_while("GET", "/v2/connections")
         assert.same({ "validation", 400, 0 }, { err.kind, err.status, sent })
      end)

      it("sends nothing where a secret is gone, or the plan has problems", function()
         local getenv, key = os.getenv, "canary"
         os.getenv = function(name) -- luacheck: ignore
            if name == "KEY" then return key end
            return getenv(name)
         end
         undo[#undo + 1] = function() os.getenv = getenv end -- luacheck: ignore
         write("A", { customHeaders = { { name = "X-Api-Key", value = { ["$env"] = "KEY" } } } })
         write "B"
         local plan = assert(sync.plan(made.client, path))
         key = nil
         local result, err = plan:apply()
         assert.same({ nil, "validation", 0 }, { result, err.kind, writes(made) })
         assert.matches("^nothing was sent: A.json: customHeaders%[1%].value: the environment variable KEY is not set",
            err.message)
         result, err = assert(sync.plan(made.client, path)):apply()
         assert.same({ nil, "validation", 0 }, { result, err.kind, writes(made) })
         assert.matches("^the plan has problems, nothing was sent: ", err.message)
      end)
   end)
end)
