-- One run at a time in a folder: an export or an apply refuses to begin while another one is under way.
local command = require "spec.support.command"
local file = require "personalize.core".file
local folder = require "spec.support.folder"
local hold = require "personalize.sync.hold"
local personalize = require "personalize"
local sync = require "personalize.sync"
local tenant = require "spec.support.tenant"

describe("a folder that is held", function()
   local made, path

   before_each(function()
      made, path = tenant.start(), folder.new()
      folder.write(path, "A.json", personalize.json.encode(tenant.definition { name = "A" }))
   end)

   after_each(function()
      made:stop()
      folder.remove(path)
   end)

   local function writes() return made.emulator:counts().creates + made.emulator:counts().updates end

   it("refuses a second apply and an export at once, naming the first, and is free afterwards", function()
      local second, third, fourth
      local plan = assert(sync.plan(made.client, path))
      assert(plan:apply { on_progress = function()
         second = select(2, assert(sync.plan(made.client, path)):apply())
         third = select(2, sync.export(made.client, path))
         fourth = assert(sync.plan(made.client, path))
      end })
      for _, err in ipairs { second, third } do
         assert.equal("conflict", err.kind)
         assert.matches("is in use: process %d+ on .+, apply since 20%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ; try again when "
            .. "that has ended$", err.message)
      end
      assert.is_true(fourth:is_empty())
      assert.equal(1, writes())
      assert(sync.export(made.client, path))
      assert.same({ ["A.json"] = "file", ["personalize.lock"] = "file" }, assert(file.list(path)))
   end)

   it("is free after a hook that raises, and after what fails", function()
      local plan = assert(sync.plan(made.client, path))
      local fine, err = pcall(plan.apply, plan, { should_stop = function() error("a hook's own", 0) end })
      assert.is_true(fine, err)
      assert(sync.export(made.client, path, { names = "none" }))
      folder.write(path, "broken.json", "{")
      assert.is_nil((sync.export(made.client, path)))
      os.remove(path .. "/broken.json")
      assert(sync.export(made.client, path, { names = "none" }))
   end)

   it("is cleared of what a killed run left", function()
      folder.write(path, ".personalize-0123456789abcdef.tmp", "a secret")
      folder.write(path, ".personalize.busy", "process 1 on elsewhere, apply since 2020\n")
      assert(assert(sync.plan(made.client, path)):apply())
      assert.same({ ["A.json"] = "file", ["personalize.lock"] = "file" }, assert(file.list(path)))
   end)

   it("is told from one that cannot be", function()
      assert(file.make_folder(path .. "/.personalize.busy"))
      local plan = assert(sync.plan(made.client, path))
      for _, is_export in ipairs { false, true } do
         local result, err
         if is_export then
            result, err = sync.export(made.client, path)
         else
            result, err = plan:apply()
         end
         assert.is_nil(result)
         assert.equal("config", err.kind)
         assert.equal(path .. "/.personalize.busy: Is a directory", err.message)
      end
      assert.equal(0, writes())
   end)

   it("is done without where the file system cannot lock, and that is said", function()
      local lock = file.lock
      file.lock = function() return nil, "No locks available", 37, "unsupported" end
      local result = assert(assert(sync.plan(made.client, path)):apply())
      local exported = assert(sync.export(made.client, path))
      file.lock = lock
      local message = path .. " cannot be locked (No locks available): see to it that nobody else exports or applies "
         .. "it meanwhile"
      assert.same({ message }, { result.warnings[1] })
      assert.same({ path = "", code = "not_locked", message = message }, exported.warnings[1])
      assert.equal(1, #result.created)
   end)

   it("by another process refuses the command, with exit code 1", function()
      local lock = assert(file.lock(path, ".personalize.busy", "apply since yesterday"))
      local environment = command.environment(made.emulator)
      for _, arguments in ipairs { { "apply", path, "--yes" }, { "export", path } } do
         local _, err, code = command.run(environment, arguments)
         assert.equal(1, code)
         assert.matches(("^personalize %s: conflict: %s is in use: process %%d+ on .+, apply since yesterday; "
            .. "try again when that has ended\n$"):format(arguments[1], path), err)
      end
      assert.equal(0, writes())
      local _, _, code = command.run(environment, { "plan", path })
      assert.equal(2, code)
      lock:release()
   end)

   it("is the tenant where a plan has no folder", function()
      local to = tenant.start()
      made:create { name = "B" }
      made:create { name = "C" }
      local plan, second = assert(sync.promote(made.client, to.client)), nil
      assert(plan:apply { concurrency = 1, on_progress = function()
         second = second or select(2, assert(sync.promote(made.client, to.client)):apply())
      end })
      assert.equal("conflict", second.kind)
      assert.matches(("^%s is in use: process %%d+ on .+, promote since "):format(to.emulator.url), second.message)
      assert.equal(2, to.emulator:counts().creates)
      to:stop()
   end)
end)

describe("holding", function()
   local path, getenv

   before_each(function()
      path, getenv = folder.new(), os.getenv
      os.getenv = function(name) return name == "XDG_RUNTIME_DIR" and path or getenv(name) end -- luacheck: ignore
   end)

   after_each(function()
      os.getenv = getenv -- luacheck: ignore
      folder.remove(path)
   end)

   local function free() return 1 end

   local function hold_folder(work) return hold.folder(path, "apply", work or free) end

   local function hold_tenant(identity, work)
      identity.base_url = identity.base_url or "https://a.example"
      return hold.tenant(identity, "promote", work or free)
   end

   it("gives what the work gives, and lets go of it, also where it raises", function()
      for _, hold_it in ipairs { hold_folder, function(work) return hold_tenant({}, work) end } do
         assert.same({ "done" }, { hold_it(function(warning) return warning or "done" end) })
         assert.same({ nil, "why" }, { hold_it(function() return nil, "why" end) })
         assert.is_false((hold_it(function() return false, "why" end)))
         assert.same({ false, "raised" }, { pcall(hold_it, function() error("raised", 0) end) })
         assert.equal("conflict", select(2, hold_it(function() return hold_it(free) end)).kind)
         assert.equal(1, hold_it(free))
      end
   end)

   it("says that it is held by another process, where that did not say who it is", function()
      local lock = file.lock
      file.lock = function() return nil, "", 11, "busy" end
      local _, err = hold_folder()
      file.lock = lock
      assert.equal(path .. " is in use: another process; try again when that has ended", err.message)
   end)

   it("a folder that is gone fails by that", function()
      local result, err = hold.folder(path .. "/none", "apply", free)
      assert.same({ nil, "config", path .. "/none: No such file or directory" }, { result, err.kind, err.message })
   end)

   it("a tenant is that of an address with its credentials, or its organisation", function()
      local held = { client = "c", organisation = "o" }
      for outcome, others in pairs { conflict = { { client = "c" }, { client = "c", organisation = "p" } },
         free = { { client = "d", organisation = "o" }, { base_url = "https://b.example", client = "c" }, {} } } do
         for _, other in ipairs(others) do
            local _, err = hold_tenant(held, function() return hold_tenant(other) end)
            assert.equal(outcome, err and err.kind or "free")
         end
      end
      assert.equal("conflict", select(2, hold_tenant({ organisation = "o" }, function()
         return hold_tenant { organisation = "o" }
      end)).kind)
   end)

   it("a tenant is done without where its lock cannot be made, and that is said", function()
      os.getenv = function(name) -- luacheck: ignore
         if name == "XDG_RUNTIME_DIR" then return nil end
         return name == "TMPDIR" and path .. "/none" or getenv(name)
      end
      assert.equal(("https://a.example cannot be locked (%s/none: No such file or directory): see to it that nobody "
         .. "else promotes to it meanwhile"):format(path), (hold_tenant({}, function(warning) return warning end)))
   end)
end)
