-- One item of a plan: what is sent of it, and when it is refused because the tenant is no longer as it was.
local folder = require "personalize.sync.folder"
local items = require "personalize.sync.items"
local json = require "personalize.json"
local naming = require "personalize.sync.naming"
local tenant = require "spec.support.tenant"

local made

before_each(function() made = tenant.start() end)

after_each(function() made:stop() end)

local function entry(members) return folder.entry("a.json", tenant.definition(members), true) end

local function private_of(members)
   local given = entry(members)
   return { entry = given, resolved = given.given }
end

-- The item of an update or an archive of a connection as it is now.
local function item_of(connection, members)
   local item = { name = connection.name, ref = connection.ref, revision = connection.revision,
      modifiedAt = connection.modifiedAt }
   for name, value in pairs(members or {}) do item[name] = value end
   return item
end

-- A run; `members` are the plan's arrays, `private` (item -> data of it), `seen` (refs), `listed` and options.
local function run_of(members)
   members = members or {}
   local listed = {}
   for index, each in ipairs(members.listed or assert(made.connections.list())) do listed[index] = each end
   local state = { client = made.client, private = members.private or {}, seen = members.seen or {},
      opts = members.opts or {}, keep = members.keep }
   return items.new_run({ creates = members.creates or {}, updates = members.updates or {} }, state, listed,
      members.apply or {}), state
end

local function current(ref) return assert(made.connections.get(ref)) end

-- Has the tenant answer the next retrieval with these members.
local function answer(ref, members)
   made.emulator:fail { method = "GET", path = "/v2/connections/" .. ref, status = 200,
      body = assert(json.encode(members)) }
end

-- The kind and the message of a failure.
local function failure(result, err)
   assert.is_nil(result)
   return { err.kind, err.message }
end

local function writes()
   local counts = made.emulator:counts()
   return counts.creates + counts.updates
end

describe("an update", function()
   local present, private

   before_each(function()
      present = made:create { name = "A", icon = "x" }
      private = private_of { name = "A", icon = "y" }
   end)

   it("merges the definition into the connection as it is", function()
      local updated, what = items.updates(run_of(), item_of(present), private)
      assert.same({ "updated", "y" }, { what, updated.icon })
      assert.same({ "y", 1000 }, { current(present.ref).icon, current(present.ref).socketTimeout })
   end)

   it("is not sent where the connection is as wanted, unless its secrets are forced", function()
      private = private_of { name = "A", icon = "x" }
      local before = writes()
      local item = item_of(present, { revision = 99 })
      local found, what = items.updates(run_of(), item, private)
      assert.same({ "unchanged", present.ref, before }, { what, found.ref, writes() })
      item = item_of(present, { force_secrets = true })
      assert.equal("updated", (select(2, items.updates(run_of(), item, private))))
      assert.equal(before + 1, writes())
   end)

   it("is refused where revision or time are others, and says which they are", function()
      local conflict = '"A" was changed since the plan was made, to revision 1 on ' .. present.modifiedAt
         .. ": plan again"
      for _, was in ipairs { { revision = 7 }, { modifiedAt = "2001-01-01T00:00:00Z" } } do
         local result, err = items.updates(run_of(), item_of(present, was), private)
         assert.same({ "conflict", conflict }, failure(result, err))
         assert.equal(present.ref, err.connection.ref)
      end
      answer(present.ref, { name = "A", ref = present.ref, revision = 2 })
      assert.same({ "conflict", '"A" was changed since the plan was made, to revision 2: plan again' },
         failure(items.updates(run_of(), item_of(present), private)))
      answer(present.ref, { name = "A", ref = present.ref, modifiedAt = "now" })
      assert.same({ "conflict", '"A" was changed since the plan was made on now: plan again' },
         failure(items.updates(run_of(), item_of(present), private)))
      assert.equal("x", current(present.ref).icon)
   end)

   it("knows the connection by revision and time, as far as the plan has them, or by all of it", function()
      local function what_of(item, told)
         answer(present.ref, { name = "A", ref = present.ref, icon = "x" })
         for name, value in pairs(told) do private[name] = value end
         local _, what = items.updates(run_of(), item, private)
         private.fingerprint, private.base = nil, nil
         return type(what) == "table" and what.kind or what
      end
      local nothing = { name = "A", ref = present.ref }
      local as_it_was = { name = "A", ref = present.ref, icon = "x" }
      assert.equal("conflict", what_of(nothing, {}))
      assert.equal("conflict", what_of(nothing, { base = { name = "A" } }))
      assert.equal("conflict", what_of(nothing, { fingerprint = "0" }))
      assert.equal("conflict", what_of(nothing, { fingerprint = "0", base = as_it_was }))
      assert.equal("updated", what_of(nothing, { base = as_it_was }))
      assert.equal("updated", what_of(nothing, { fingerprint = items.fingerprint(as_it_was) }))
      -- one of both is enough, and what the connection is besides does not matter then
      for _, known in ipairs { "revision", "modifiedAt" } do
         local item = { name = "A", ref = present.ref, [known] = current(present.ref)[known] }
         assert.equal("updated", select(2, items.updates(run_of(), item, private_of { name = "A", icon = known })))
      end
   end)

   it("is refused where another in use has its new name by now", function()
      local item = item_of(present, { name = "B", rename = { from = "A", to = "B" } })
      private = private_of { name = "B" }
      local other = made:create { name = "B" }
      local result, err = items.updates(run_of(), item, private)
      assert.same({ "conflict", ('another connection is named "B" by now (%s): plan again'):format(other.ref) },
         failure(result, err))
      assert.equal(other.ref, err.connection.ref)
      local holders = { { name = "B", ref = present.ref }, { name = "B", ref = "1", archived = true },
         { name = "B", ref = "2" } }
      local updates = { item, { ref = "2", rename = {} } }
      assert.equal("updated", select(2, items.updates(run_of { listed = holders, updates = updates }, item, private)))
   end)

   it("that gives no other name may have a twin", function()
      made:create { name = "A" }
      assert.equal("updated", select(2, items.updates(run_of(), item_of(present), private)))
   end)

   it("fails as its calls do, and where it cannot be merged", function()
      local path = "/v2/connections/" .. present.ref
      made.emulator:fail { method = "GET", path = path, status = 403 }
      assert.equal("forbidden", failure(items.updates(run_of(), item_of(present), private))[1])
      made.emulator:fail { method = "PUT", path = path, status = 403 }
      assert.equal("forbidden", failure(items.updates(run_of(), item_of(present), private))[1])
      local several = { name = "A", ref = present.ref, revision = 1, request = { { a = 1 }, { a = 2 } } }
      answer(present.ref, several)
      assert.same({ "validation", "request holds 2 objects: give the whole array" },
         failure(items.updates(run_of(), { name = "A", ref = present.ref, revision = 1 }, private)))
   end)
end)

describe("a create", function()
   local item = { name = "A", file = "a.json" }
   local private

   before_each(function() private = private_of { name = "A", icon = "y" } end)

   local function create(members)
      members = members or {}
      members.private = members.private or { [item] = private }
      members.creates = members.creates or { item }
      return items.creates(run_of(members), item, private)
   end

   it("is sent, and returns what it made", function()
      local created, what = create()
      assert.same({ "created", "y" }, { what, current(created.ref).icon })
   end)

   it("is not sent where the only one of its name and state is as wanted", function()
      local present = made:create { name = "A", icon = "y" }
      local found, what = create()
      assert.same({ "unchanged", present.ref, 1 }, { what, found.ref, writes() })
   end)

   it("is refused where another has its name", function()
      local present = made:create { name = "A", icon = "x" }
      local message = "a connection of that name was created since the plan was made (%s): plan again"
      local result, err = create()
      assert.same({ "conflict", message:format(present.ref) }, failure(result, err))
      assert.equal(present.ref, err.connection.ref)
      local listed = { { name = "A", ref = "1", icon = "y" }, { name = "A", ref = "2", icon = "y" } }
      for _, each in ipairs(listed) do
         for name, value in pairs(private.entry.given) do each[name] = value end
      end
      assert.same({ "conflict", message:format "1" }, failure(create { listed = listed }))
      assert.equal(1, writes())
   end)

   it("is sent where this run renames the one that has its name", function()
      local present = made:create { name = "A", icon = "x" }
      assert.equal("created", select(2, create { updates = { { ref = present.ref, rename = {} } } }))
      assert.equal("conflict", failure(create { updates = { { ref = present.ref } } })[1])
   end)

   it("is refused where one of its name but of another state appeared, and sent beside one that was there", function()
      local function message(state, ref)
         return ("a connection of that name was created since the plan was made, and is %s (%s): plan again")
            :format(state, ref)
      end
      local listed = { { name = "A", ref = "1", archived = true } }
      local result, err = create { listed = listed }
      assert.same({ "conflict", message("archived", "1") }, failure(result, err))
      assert.equal("1", err.connection.ref)
      assert.equal("created", select(2, create { listed = listed, seen = { ["1"] = true } }))
      private = private_of { name = "A", archived = true }
      assert.same({ "conflict", message("in use", "2") }, failure(create { listed = { { name = "A", ref = "2" } } }))
   end)

   it("is refused where one appeared that is as this one but for its name and state", function()
      local stranger = made:create { name = "B", icon = "y", archived = true }
      local message = ('a connection was created since the plan was made that is as this one, but named "B" (%s): plan '
         .. "again"):format(stranger.ref)
      local result, err = create()
      assert.same({ "conflict", message }, failure(result, err))
      assert.equal(stranger.ref, err.connection.ref)
      local function keyed(value) return { { name = "X-Id", value = value } } end
      local other = made:create { name = "C", customHeaders = keyed "v" }
      private = private_of { name = "A", customHeaders = keyed { ["$env"] = "NOT_SET_FOR_THIS" } }
      assert.equal(other.ref, select(2, create()).connection.ref)
      private = private_of { name = "A", icon = "y", archived = false }
      assert.same({ "conflict", message }, failure(create()))
      assert.same({ "A", false }, { private.entry.given.name, private.entry.given.archived })
   end)

   it("is sent where it is another that appeared, or the one was there, or is another create's", function()
      local stranger = made:create { name = "B", icon = "y" }
      local other = { name = "C" }
      assert.equal("created", select(2, create { seen = { [stranger.ref] = true } }))
      made.emulator:reset()
      stranger = made:create { name = "B", icon = "y" }
      assert.equal("created", select(2, create { creates = { item, other },
         private = { [item] = private, [other] = { made = stranger.ref } } }))
      made.emulator:reset()
      made:create { name = "C", icon = "y" }
      assert.equal("created", select(2, create { creates = { item, other },
         private = { [item] = private, [other] = {} } }))
      made.emulator:reset()
      made:create { name = "B", icon = "x" }
      assert.equal("created", select(2, create()))
   end)

   it("that was lost on its way back counts as done where it is found, else it fails", function()
      made.emulator:fail { method = "POST", path = "/v2/connections", after = true, reset = true }
      local created, what = create()
      assert.same({ "created", "y", 1 }, { what, created.icon, writes() })
      made.emulator:reset()
      made.emulator:fail { method = "POST", path = "/v2/connections", reset = true }
      local result, err = create()
      assert.same({ "ambiguous", "not_created" }, { failure(result, err)[1], err.outcome })
      made.emulator:fail { method = "POST", path = "/v2/connections", status = 403 }
      assert.equal("forbidden", failure(create())[1])
   end)

   describe("that this plan did before", function()
      local ref

      before_each(function()
         ref = assert(create()).ref
         private.made = ref
      end)

      local function refused(state)
         assert.same({ "conflict", ("this plan created it before (%s), and it was %s since: plan again"):format(ref,
            state) }, failure(create()))
         assert.equal(1, made.emulator:counts().creates)
      end

      it("is unchanged as long as it is as it was created", function()
         local found, what = create()
         assert.same({ ref, "unchanged", 1 }, { found.ref, what, writes() })
      end)

      it("is refused where it was changed, renamed, archived, taken out of the archive, or removed", function()
         assert(made.connections.patch(ref, { icon = "x" }))
         refused "changed"
         local _, err = create()
         assert.equal(ref, err.connection.ref)
         assert(made.connections.patch(ref, { name = "B" }))
         refused 'renamed to "B"'
         assert(made.connections.patch(ref, { name = "A", icon = "y" }))
         assert(made.connections.archive(ref))
         refused "archived"
         private = private_of { name = "A", icon = "y", archived = true }
         private.made = ref
         assert.equal("unchanged", select(2, create()))
         assert(made.connections.restore(ref))
         refused "changed"
         made.emulator:reset()
         assert.same({ "conflict", ("this plan created it before (%s), and it was removed since: plan again")
            :format(ref) }, failure(create()))
      end)
   end)
end)

describe("an archive", function()
   local present

   before_each(function() present = made:create { name = "A" } end)

   it("is sent, unless it is archived already, whatever else changed", function()
      local item = item_of(present)
      local archived, what = items.archives(run_of(), item, {})
      assert.same({ "archived", true, true }, { what, archived.archived, current(present.ref).archived })
      local before = writes()
      archived, what = items.archives(run_of(), item, {})
      assert.same({ "unchanged", present.ref, before }, { what, archived.ref, writes() })
   end)

   it("is refused where the connection changed, and fails as its calls do", function()
      local item = item_of(present, { revision = 7 })
      assert.same({ "conflict", ('"A" was changed since the plan was made, to revision 1 on %s: plan again'):format(
         present.modifiedAt) }, failure(items.archives(run_of(), item, {})))
      for _, method in ipairs { "GET", "PUT" } do
         made.emulator:fail { method = method, path = "/v2/connections/" .. present.ref, status = 403 }
         assert.equal("forbidden", failure(items.archives(run_of(), item_of(present), {}))[1])
      end
      assert.is_false(current(present.ref).archived)
   end)
end)

describe("a run", function()
   it("knows what is listed by name and ref, what it renames, and who appeared", function()
      local a, b, c = { name = "A", ref = "1" }, { name = "A", ref = "2" }, { name = "C", ref = "3" }
      local run = run_of { listed = { a, b, c }, updates = { { ref = "2", rename = {} }, { ref = "3" } },
         seen = { ["1"] = true, ["2"] = true } }
      assert.same({ { A = { a, b }, C = { c } }, { ["1"] = a, ["2"] = b, ["3"] = c }, { ["2"] = true }, { c } },
         { run.present, run.by_ref, run.renamed, run.strangers })
   end)

   it("has the options of the call, else those of the plan", function()
      local ask, other = function() end, function() end
      local run = run_of { listed = {}, opts = { missing_secrets = "refuse", secrets = ask } }
      assert.same({ {}, { unknown_members = "send" }, { unknown_members = "send", missing_secrets = "refuse",
         secrets = ask } }, { run.call, run.create_call, run.update_call })
      run = run_of { listed = {}, opts = { missing_secrets = "refuse", secrets = ask },
         apply = { timeout = 5, missing_secrets = "send", secrets = other } }
      assert.same({ { timeout = 5 }, { timeout = 5, unknown_members = "send" }, { timeout = 5,
         unknown_members = "send", missing_secrets = "send", secrets = other } },
         { run.call, run.create_call, run.update_call })
   end)

   it("notes at once what it made", function()
      local item, kept = { name = "A" }, {}
      local run, state = run_of { listed = {}, private = { [item] = {} }, keep = function(is_last)
         kept[#kept + 1] = is_last
      end }
      run.made(item, { ref = "1" })
      assert.same({ "1", { false } }, { state.private[item].made, kept })
   end)

   it("knows a connection by all of its members, in whatever order, or by none that can be written", function()
      local function fingerprint(text) return items.fingerprint(assert(json.decode(text))) end
      assert.equal(fingerprint '{"name": "A", "zebra": 1}', fingerprint '{"zebra": 1, "name": "A"}')
      assert.not_equal(fingerprint '{"name": "A"}', fingerprint '{"name": "B"}')
      assert.equal(fingerprint '{"inputMappings": []}', items.fingerprint { inputMappings = {} })
      assert.equal(naming.fingerprint "", items.fingerprint { name = print })
   end)
end)
