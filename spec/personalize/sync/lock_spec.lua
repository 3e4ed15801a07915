-- The lock file: what is read of it, whose refs it has, what is wrong with them, when it is written.
local command = require "spec.support.command"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local lock = require "personalize.sync.lock"
local sync = require "personalize.sync"

local here = "https://a.example"

describe("the lock", function()
   local path

   before_each(function() path = folder.new() end)
   after_each(function() folder.remove(path) end)

   it("is empty where there is no file", function()
      assert.same({ version = 1, tenants = {} }, lock.read(path))
   end)

   it("says what is wrong with a damaged one, and what to do", function()
      for text, message in pairs {
         ["{"] = "invalid JSON at line 1, column 2", ["[1]"] = "expected an object", ["5"] = "expected an object",
         ['{"version": 2, "tenants": {}}'] = "expected version 1, got 2",
         ['{"version": 1}'] = "tenants: expected an object",
         ['{"version": 1, "tenants": {"a": 1}}'] = "tenants: expected objects that map files to refs",
         ['{"version": 1, "tenants": {"a": {"f": 1}}}'] = "tenants: expected objects that map files to refs",
      } do
         folder.write(path, "personalize.lock", text)
         local value, err = lock.read(path)
         assert.same({ nil, "decode" }, { value, err.kind }, text)
         assert.equal("personalize.lock: " .. message, err.message:sub(1, #message + #"personalize.lock: "), text)
         assert.matches("; it can be deleted: export and apply write it anew$", err.message)
      end
   end)

   it("is damaged where a member stands more than once, as after a merge that kept both sides", function()
      for text, names in pairs {
         ['{"version": 1, "tenants": {"a": {"f": "1"}, "a": {"g": "2"}}}'] = "tenants.a",
         ['{"version": 1, "tenants": {"a": {"f": "1", "f": "2"}}}'] = "tenants.a.f",
         ['{"version": 1, "tenants": {"a": {}}, "tenants": {"b": {}}}'] = "tenants",
         ['{"version": 1, "version": 1, "tenants": {"a": {}, "a": {}}}'] = "version, tenants.a",
      } do
         folder.write(path, "personalize.lock", text)
         local value, err = lock.read(path)
         assert.same({ nil, "decode" }, { value, err.kind }, text)
         assert.equal(("personalize.lock: %s: stands more than once: keep it once, with the lines of both; it can be "
            .. "deleted: export and apply write it anew"):format(names), err.message)
         local checked, problem = sync.validate(path)
         assert.is_nil(checked)
         assert.equal("personalize.lock", problem.problems[1].file:match "[^/]*$")
         assert.matches(names .. ": stands more than once", problem.problems[1].message, 1, true)
      end
   end)

   it("that cannot be read is no empty one", function()
      os.execute(("mkdir '%s/personalize.lock'"):format(path))
      local value, err = lock.read(path)
      assert.same({ nil, "config", "personalize.lock: is not a regular file" }, { value, err.kind, err.message })
   end)

   it("has the refs of an organisation, or of credentials until that is known", function()
      local value = { version = 1, tenants = { [here .. "#org"] = { a = "1" }, [here .. "#client-c"] = { a = "2" },
         [here] = { a = "3" } } }
      assert.same({ a = "1" }, lock.refs(value, { base_url = here, organisation = "org", client = "c" }))
      assert.same({ a = "2" }, lock.refs(value, { base_url = here, client = "c" }))
      assert.same({ a = "2" }, lock.refs(value, { base_url = here, organisation = "new", client = "c" }))
      assert.same({ a = "3" }, lock.refs(value, { base_url = here }))
      assert.same({}, lock.refs(value, { base_url = here, client = "other" }))
      assert.same({}, lock.refs(value, { base_url = "https://b.example", organisation = "org" }))
   end)

   it("has the refs of a tenant, however its address is spelt", function()
      local value = { version = 1, tenants = { [here .. "#org"] = { a = "1" },
         ["HTTPS://B.example:443/X#Org"] = { a = "2" }, ["https://c.example:80#org"] = { a = "3" } } }
      assert.same({ a = "1" }, lock.refs(value, { base_url = "HTTPS://A.Example:443", organisation = "org" }))
      assert.same({ a = "2" }, lock.refs(value, { base_url = "https://b.example/X", organisation = "Org" }))
      assert.same({}, lock.refs(value, { base_url = "https://b.example/x", organisation = "Org" }))
      assert.same({}, lock.refs(value, { base_url = "https://b.example/X", organisation = "org" }))
      assert.same({}, lock.refs(value, { base_url = "https://c.example", organisation = "org" }))
      assert.same({}, lock.refs(value, { base_url = "http://a.example", organisation = "org" }))
      -- the line that is there is written, and a new one in lower case
      assert.is_true(lock.write(path, value, { base_url = "https://b.example/X", organisation = "Org" }, { b = "4" }))
      assert.is_true(lock.write(path, value, { base_url = "HTTP://New.example:80", organisation = "org" }, { c = "5" }))
      assert.same({ [here .. "#org"] = { a = "1" }, ["HTTPS://B.example:443/X#Org"] = { b = "4" },
         ["https://c.example:80#org"] = { a = "3" }, ["http://new.example#org"] = { c = "5" } },
         lock.read(path).tenants)
   end)

   it("has a problem where a ref is of two files, or of another organisation, too", function()
      local value = { version = 1, tenants = { [here .. "#org"] = { a = "1", b = "1", c = "2", d = "3", e = "4" },
         [here .. "#other"] = { x = "2" }, [here .. "#client-c"] = { x = "3" },
         ["https://b.example#org"] = { x = "4" } } }
      local problems = lock.problems(value, { base_url = here, organisation = "org" },
         { { file = "a" }, { file = "b" }, { file = "c" }, { file = "d" }, { file = "e" }, { file = "new" } })
      assert.same({
         { file = "b", path = "",
            message = "personalize.lock has the ref 1 for a, too: delete the line of the one that it is not" },
         { file = "c", path = "",
            message = ("personalize.lock has the ref 2 for %s#other, too: delete it where it does not belong")
               :format(here) },
      }, problems)
      assert.same({}, lock.problems(value, { base_url = here, client = "c" }, { { file = "x" } }))
   end)

   it("is written where something changes, and keeps other tenants", function()
      local function inode() return (command.shell(("stat -c %%i '%s/personalize.lock'"):format(path))) end
      local org, other = { base_url = here, organisation = "org" }, { base_url = here, client = "c" }
      assert.is_true(lock.write(path, lock.read(path), org, {}))
      assert.same({}, folder.contents(path)) -- nothing is known, nothing is written
      assert.is_true(lock.write(path, lock.read(path), org, { a = "1" }))
      local before = inode()
      assert.is_true(lock.write(path, lock.read(path), org, { a = "1" }))
      assert.equal(before, inode())
      assert.is_true(lock.write(path, lock.read(path), other, { b = "2" }))
      assert.same({ version = 1, tenants = { [here .. "#org"] = { a = "1" }, [here .. "#client-c"] = { b = "2" } } },
         json.decode(folder.read(path, "personalize.lock")))
      assert.is_true(lock.write(path, lock.read(path), org, {}))
      assert.same({}, lock.read(path).tenants[here .. "#org"])
   end)

   it("that cannot be written says so", function()
      local done, err = lock.write(path .. "/none", { version = 1, tenants = {} }, { base_url = here }, { a = "1" })
      assert.same({ nil, "config", path .. "/none/personalize.lock: No such file or directory" },
         { done, err.kind, err.message })
   end)
end)
