-- Plans as data and in files: what is written of them, what is read back, and for whom.
local difference = require "personalize.connections.difference"
local file = require "personalize.core".file
local folder = require "spec.support.folder"
local items = require "personalize.sync.items"
local json = require "personalize.json"
local native = require "personalize.native"
local naming = require "personalize.sync.naming"
local of_folders = require "personalize.sync.folder"
local personalize = require "personalize"
local plan_file = require "personalize.sync.plan_file"

local path, client

before_each(function()
   path = folder.new()
   client = assert(personalize.new { base_url = "https://a.example", client_id = "id", client_secret = "s3cr3t-value" })
end)

after_each(function()
   client:close()
   folder.remove(path)
end)

local function entry(given) return of_folders.entry("a.json", given, true) end

local function plan_of(members)
   local made = { tenant = "https://a.example#org" }
   for _, name in ipairs { "creates", "updates", "archives", "unchanged", "unmanaged", "uncompared", "problems",
      "warnings" } do
      made[name] = json.array {}
   end
   for name, value in pairs(members or {}) do made[name] = value end
   return made
end

local function state_of(members)
   local made = { private = {}, seen = {}, opts = {}, identity = { base_url = "https://a.example" } }
   for name, value in pairs(members or {}) do made[name] = value end
   return made
end

local function document() return assert(json.decode(folder.read(path, "plan"))) end

-- Saves a plan; what stands in the file.
local function saved(plan, state)
   assert.is_true(plan_file.save(plan, state or state_of(), path .. "/plan"))
   return document()
end

-- Two creates without a ref, and their state.
local function two_creates()
   local a, b = { name = "A", file = "a.json" }, { name = "B", file = "b.json" }
   local state = state_of { identity = { organisation = "org" } }
   state.private = { [a] = { entry = entry { name = "A" } }, [b] = { entry = entry { name = "B" } } }
   return plan_of { creates = json.array { a, b } }, state
end

describe("a plan as data", function()
   it("has all of it that may be shown", function()
      local item = { name = "A", file = "a.json", ref = "r", rename = { from = "B", to = "A" }, revision = 1,
         modifiedAt = "now", modifiedByRef = "someone", archived = false, force_secrets = true, private = 1,
         references = { { path = "auth.x", kind = "env", target = "X" } } }
      local shown = {}
      for name, value in pairs(item) do shown[name] = value end
      shown.private = nil
      local updated = { name = "C", differences = assert(difference.between({ auth = { clientSecret = "canary" } },
         { auth = { clientSecret = "new" } })) }
      local described = plan_file.describe(plan_of { creates = { item }, updates = { updated },
         archives = { { name = "D" } }, unchanged = { { name = "E" } }, unmanaged = { { name = "F" }, { name = "G" } },
         uncompared = { "H" }, problems = { { message = "p" } }, warnings = { { message = "w" } } })
      assert.same({ format = "personalize plan", version = 1, tenant = "https://a.example#org", creates = { shown },
         updates = { { name = "C", differences = { { path = "auth.clientSecret", old = "***", new = "***",
            shown = "auth.clientSecret: \"***\" -> \"***\" (changed)" } } } }, archives = { { name = "D" } },
         unchanged = { { name = "E" } }, unmanaged = { { name = "F" }, { name = "G" } }, uncompared = { "H" },
         problems = { { message = "p" } }, warnings = { { message = "w" } } }, described)
      assert.is_true(json.is_array(described.creates))
   end)
end)

describe("a saved plan", function()
   it("has besides what applying it needs, for its owner alone", function()
      local a, b, c, d = { name = "A", file = "a.json" }, { name = "B", file = "b.json", ref = "2" },
         { name = "C", ref = "3" }, { name = "D", ref = "4" }
      local base, seen, refs = { name = "B", icon = "x" }, {}, {}
      for index = 1, 9 do seen[tostring(index)], refs[index] = true, tostring(index) end
      local text = saved(plan_of { creates = json.array { a }, updates = json.array { b },
         archives = json.array { c, d } }, state_of {
         base = "base", folder = "folder", secrets_folder = "secrets", seen = seen,
         opts = { missing_secrets = "send", renames = true }, identity = { client = "c", organisation = "o" },
         private = { [a] = { entry = entry { name = "A", x = { ["$env"] = "X" } }, made = "9" },
            [b] = { entry = entry { name = "B" }, base = base }, [c] = { base = base },
            [d] = { base = base, fingerprint = "f" } },
      })
      local fingerprint = items.fingerprint(base)
      assert.same({ "base", "folder", "secrets", "send", true, "c", "o" }, { text.base, text.folder,
         text.secrets_folder, text.missing_secrets, text.renames, text.client, text.organisation })
      assert.same(refs, text.seen)
      assert.same({ { { name = "A", file = "a.json", definition = { name = "A", x = { ["$env"] = "X" } },
         made = "9" } },
         { { name = "B", file = "b.json", ref = "2", definition = { name = "B" }, fingerprint = fingerprint } },
         { { name = "C", ref = "3", fingerprint = fingerprint }, { name = "D", ref = "4", fingerprint = "f" } } },
         { text.creates, text.updates, text.archives })
      assert.equal(384, (file.mode(path .. "/plan"))) -- 0600
   end)

   it("is where its path says, and that is known to who applies it", function()
      local state = state_of()
      saved(plan_of(), state)
      assert.equal(path, state.plan_folder)
      state = state_of()
      local done, err = plan_file.save(plan_of(), state, path .. "/none/plan")
      assert.same({ nil, "config", path .. "/none/plan: No such file or directory" }, { done, err.kind, err.message })
      assert.same({}, { state.keep, state.plan_folder })
   end)

   it("is none where it cannot be written as JSON", function()
      local done, err = plan_file.save(plan_of { warnings = json.array { { message = print } } }, state_of(),
         path .. "/plan")
      assert.same({ nil, "encode" }, { done, err.kind })
      assert.same({}, folder.contents(path))
   end)

   it("needs a path; without one the line of the caller is told", function()
      local _, message = pcall(function()
         local done = plan_file.save(plan_of(), state_of(), 5)
         return done
      end)
      assert.matches("^spec/personalize/sync/plan_file_spec.lua:%d+: bad argument #1 to 'plan:save' %(expected "
         .. "a string", message)
   end)

   describe("keeps in mind what it created", function()
      local now, clock, plan, state

      before_each(function()
         now, clock = native.now, 100
         native.now = function() return clock end
         plan, state = two_creates()
         saved(plan, state)
      end)

      after_each(function() native.now = now end)

      -- The refs in the file; false where one has none.
      local function made()
         local creates = document().creates
         return { creates[1].made or false, creates[2].made or false }
      end

      local function create(index, ref) state.private[plan.creates[index]].made = ref end

      it("at once, but not more often than each half second, and at the end", function()
         create(1, "1")
         assert.is_true(state.keep(false))
         assert.same({ "1", false }, made())
         create(2, "2")
         clock = 100.25
         assert.is_true(state.keep(false))
         assert.same({ "1", false }, made())
         clock = 100.5
         assert.is_true(state.keep(false))
         assert.same({ "1", "2" }, made())
         folder.write(path, "plan", "another")
         clock = 200
         assert.is_true(state.keep(true))
         assert.equal("another", folder.read(path, "plan")) -- there is nothing new
      end)

      it("at the end however soon that comes", function()
         create(1, "1")
         assert.is_true(state.keep(false))
         create(2, "2")
         assert.is_true(state.keep(true))
         assert.same({ "1", "2" }, made())
      end)

      it("not where nothing was created", function()
         folder.write(path, "plan", "another")
         assert.is_true(state.keep(true))
         assert.equal("another", folder.read(path, "plan"))
      end)

      it("with the tenant that was seen meanwhile", function()
         create(1, "1")
         state.identity = { client = "c2", organisation = "o2" }
         assert.is_true(state.keep(true))
         assert.same({ "c2", "o2" }, { document().client, document().organisation })
      end)

      it("not where the file is gone, and into one that is empty", function()
         create(1, "1")
         os.remove(path .. "/plan")
         assert.is_true(state.keep(true))
         assert.same({}, folder.contents(path))
         folder.write(path, "plan", "")
         assert.is_true(state.keep(true))
         assert.same({ "1", false }, made())
      end)

      it("again after a failure, and says that it failed", function()
         create(1, "1")
         os.remove(path .. "/plan")
         assert(file.make_folder(path .. "/plan"))
         local done, err = state.keep(false)
         assert.same({ nil, "config", path .. "/plan: is not a regular file" }, { done, err.kind, err.message })
         assert.is_true(state.keep(false)) -- it is too soon
         clock = 100.5
         assert.is_nil((state.keep(false)))
         os.remove(path .. "/plan")
         folder.write(path, "plan", "{}")
         assert.is_true(state.keep(true))
         assert.same({ "1", false }, made())
      end)
   end)
end)

describe("a loaded plan", function()
   local function load(members)
      if members then folder.write(path, "plan", assert(json.encode(members))) end
      return plan_file.load(client, path .. "/plan")
   end

   it("has what was saved", function()
      local a, b, c, d = { name = "A", file = "a.json" }, { name = "B", file = "b.json", ref = "2", revision = 3,
         modifiedAt = "now", modifiedByRef = "someone", force_secrets = true, rename = { from = "C", to = "B" },
         differences = difference.loaded { { path = "icon", old = "x", new = "y" } } },
         { name = "D", ref = "4" }, { name = "E", file = "e.json", ref = "5" }
      local given = { name = "A", auth = { key = { ["$env"] = "X" } } }
      saved(plan_of { creates = json.array { a }, updates = json.array { b }, archives = json.array { c },
         unchanged = json.array { d }, unmanaged = json.array { { name = "F", ref = "6", archived = true } },
         uncompared = json.array { "E" }, problems = json.array { { message = "p" } },
         warnings = json.array { { message = "w" } } }, state_of {
         base = "base", folder = "folder", secrets_folder = "secrets", seen = { ["1"] = true, ["2"] = true },
         opts = { missing_secrets = "send", renames = true }, identity = { organisation = "org" },
         private = { [a] = { entry = entry(given), made = "9" }, [b] = { entry = entry { name = "B" },
            fingerprint = "f" }, [c] = { base = c } },
      })
      local members, state = load()
      local references = { { path = "auth.key", kind = "env", target = "X" } }
      local differences = members.updates[1].differences
      assert.equal('icon: "x" -> "y"', tostring(differences))
      assert.same({ tenant = "https://a.example#org", creates = { { name = "A", file = "a.json",
         references = references } }, updates = { { name = "B", file = "b.json", ref = "2", revision = 3,
         modifiedAt = "now", modifiedByRef = "someone", force_secrets = true, rename = { from = "C", to = "B" },
         differences = differences } }, archives = { c }, unchanged = { d }, unmanaged = { { name = "F", ref = "6",
         archived = true } }, uncompared = { "E" }, problems = { { message = "p" } },
         warnings = { { message = "w" } } }, members)
      local private = state.private
      local created, updated = private[members.creates[1]], private[members.updates[1]]
      assert.same({ given, "9", "f", items.fingerprint(c) }, { created.entry.given, created.made,
         updated.fingerprint, private[members.archives[1]].fingerprint })
      assert.same({ "a.json", "A", "B", nil }, { created.entry.file, created.entry.name, updated.entry.name,
         private[members.archives[1]].entry })
      state.private = nil
      assert.is_function(state.keep)
      state.keep = nil
      assert.same({ client = client, base = "base", folder = "folder", secrets_folder = "secrets", done = {},
         seen = { ["1"] = true, ["2"] = true }, opts = { missing_secrets = "send", renames = true }, is_loaded = true,
         identity = { base_url = "https://a.example", organisation = "org" }, plan_folder = path }, state)
   end)

   it("lacks what is null in it", function()
      local text = saved(plan_of { unmanaged = json.array { { name = "A", ref = "1" } } },
         state_of { identity = { organisation = "org" } })
      for name in ("file rename revision modifiedAt modifiedByRef archived force_secrets"):gmatch "%S+" do
         text.unmanaged[1][name] = json.null
      end
      assert.same({ { name = "A", ref = "1" } }, assert(load(text)).unmanaged)
   end)

   it("has no rename without both names, nor differences of what is no update", function()
      local text = saved(two_creates())
      text.creates[1].rename, text.creates[2].rename = { from = "B" }, { to = "B" }
      text.creates[1].differences = { { path = "icon" } }
      local members = load(text)
      assert.same({}, { members.creates[1].rename, members.creates[2].rename, members.creates[1].differences })
      assert.is_nil(members.creates[1].references)
   end)

   it("notes what it creates in the file, and leaves the rest of that as it was", function()
      local text = saved(two_creates())
      text.creates[1].definition.revision, text.creates[2].unknown = 7, 8
      text.updates = json.array { { name = "C", file = "c.json", ref = "3", definition = { name = "C" },
         differences = json.array { { path = "icon", old = "x", unknown = 9 } } } }
      local members, state = load(text)
      assert.is_nil(state.private[members.creates[1]].entry.given.revision)
      state.private[members.creates[1]].made = "1"
      assert.is_true(state.keep(true))
      text.creates[1].made = "1"
      assert.same(text, document())
   end)

   it("is none where the file is not there, or is no plan", function()
      local function failure(name)
         local members, err = plan_file.load(client, name)
         assert.is_nil(members)
         return ("%s: %s"):format(err.kind, err.message)
      end
      local expected = " (expected a plan, as `plan --save` writes it)"
      assert.equal(("config: %s/plan: No such file or directory%s"):format(path, expected), failure(path .. "/plan"))
      assert.equal(("config: /tmp: is not a regular file%s"):format(expected), failure "/tmp")
      -- what has no slash is in the current folder
      assert.equal("decode: README.md: invalid JSON at line 1, column 1: a value is missing", failure "README.md")
      folder.write(path, "plan", "{}")
      assert.equal(("decode: %s/plan: is no plan of this library, as `plan --save` writes it"):format(path),
         failure(path .. "/plan"))
   end)

   describe("is for the tenant that it was made for:", function()
      -- What a plan of this tenant says to a client of these options, or its identity.
      local function outcome(planned, options)
         saved(plan_of { tenant = planned.tenant }, state_of { identity = planned })
         client:close()
         client = assert(personalize.new(options or { base_url = "https://a.example", client_id = "id",
            client_secret = "s3cr3t-value" }))
         local members, state = load()
         if members then return state.identity end
         assert.equal("config", state.kind)
         return (state.message:gsub("^.*/plan: ", ""))
      end

      local by_key = { base_url = "https://a.example", client_key = "org", api_token = "s3cr3t-value" }
      local own = naming.fingerprint "id"

      it("known by its organisation, else by the credentials", function()
         local identity = { base_url = "https://a.example", organisation = "org", client = "c" }
         assert.same(identity, outcome({ tenant = "https://a.example#org", organisation = "org", client = "c" },
            by_key))
         assert.same({ base_url = "https://a.example", client = own },
            outcome { tenant = "https://a.example", client = own })
         local both = "the plan is for https://a.example%s, the client for https://a.example with %s: plan again"
         assert.equal(both:format("", "other credentials"), outcome { tenant = "https://a.example", client = "c" })
         assert.equal(both:format("#other", "another organisation"),
            outcome({ tenant = "https://a.example#other", organisation = "other" }, by_key))
         assert.equal(both:format("", "an organisation that the credentials do not tell"),
            outcome({ tenant = "https://a.example" }, by_key))
      end)

      it("an organisation that the credentials do not tell shows when the plan is applied", function()
         local planned = { tenant = "https://a.example#org", organisation = "org", client = "c" }
         assert.same({ base_url = "https://a.example", organisation = "org", client = "c" }, outcome(planned))
      end)

      it("another address is another tenant", function()
         local planned = { tenant = "https://b.example#org", organisation = "org", client = own }
         assert.equal("the plan is for https://b.example#org, the client for https://a.example", outcome(planned))
         assert.equal("the plan is for https://b.example#org, the client for https://a.example",
            outcome(planned, by_key))
      end)
   end)
end)
