-- patch and ensure: what is sent, and when nothing is.
local personalize = require "personalize"
local json = require "personalize.json"
local tenant = require "spec.support.tenant"

describe("changing connections", function()
   local it_is, connections

   local function start(emulator_options, client_options)
      if it_is then it_is:stop() end
      it_is = tenant.start(emulator_options, client_options)
      connections = it_is.connections
   end

   before_each(function() start() end)
   after_each(function()
      it_is:stop()
      it_is = nil
   end)

   -- How many calls a function makes, by method: { GET = 1, PUT = 1 }
   local function calls_of(call)
      local before, counts = #it_is:calls(), {}
      call()
      for index, line in ipairs(it_is:calls()) do
         if index > before then
            local method = line:match "%u+"
            counts[method] = (counts[method] or 0) + 1
         end
      end
      return counts
   end

   describe("patch", function()
      it("merges deeply, and sends the rest as it was", function()
         local created = it_is:create { description = "old", customHeaders = { { name = "A", value = "1" } },
            unknown = { a = 1, b = { c = 2 } } }
         local patched, changed = assert(connections.patch(created.ref, {
            description = "new", request = { requestType = "POST" }, customHeaders = { { name = "B", value = "2" } },
            unknown = { b = { d = personalize.null } },
         }))
         assert.is_true(changed)
         assert.equal("new", patched.description)
         local sent = json.decode(it_is:last_body())
         assert.same({ requestType = "POST", connectionUrl = "https://api.example.com/v1" }, sent.request)
         assert.same({ { name = "B", value = "2" } }, sent.customHeaders)
         assert.equal('{"a":1,"b":{"c":2,"d":null}}', json.encode(sent.unknown, { canonical = true }))
         for _, owned in ipairs { "ref", "href", "clientKey", "modifiedAt", "modifiedByRef", "revision" } do
            assert.is_nil(sent[owned])
         end
      end)

      it("sends nothing when nothing changed", function()
         local created = it_is:create { description = "old", inputMappings = json.array {} }
         for _, changes in ipairs { {}, { description = "old" }, { request = { requestType = "GET" } },
            { inputMappings = {} }, { revision = 99, modifiedAt = "x" }, function() end,
            function(c) c.modifiedAt = nil end } do
            local counts = calls_of(function()
               local same, changed = assert(connections.patch(created, changes))
               assert.is_false(changed)
               assert.equal(created.ref, same.ref)
            end)
            assert.same({ GET = 1 }, counts)
         end
      end)

      it("takes a function, which gets a connection", function()
         local created = it_is:create()
         local patched = assert(connections.patch(created, function(c)
            assert.equal(created.ref, c.ref)
            assert.is_function(c.save)
            c.description = "by function"
            c.auth.authType = "none"
            return c
         end))
         assert.equal("by function", patched.description)
      end)

      it("lets the function leave off, and raise", function()
         local created = it_is:create()
         local _, mine = personalize.connections.find "x"
         for reason, expected in pairs { ["not now"] = "cancelled: the function left off: not now",
            [mine] = tostring(mine) } do
            local counts = calls_of(function()
               local none, err = connections.patch(created, function() return nil, reason end)
               assert.is_nil(none)
               assert.equal(expected, tostring(err))
            end)
            assert.same({ GET = 1 }, counts)
         end
         assert.error_matches(function()
            connections.patch(created, function() error "mine" end)
         end, "^mine$")
         local none, err = connections.patch(created, function() return { description = "lost" } end)
         assert.is_nil(none)
         assert.matches("returned another table", err.message)
      end)

      it("reports a conflict with what was expected, and sends nothing", function()
         local created = it_is:create { description = "a" }
         local first = assert(connections.patch(created, { description = "b" },
            { expect = { modifiedAt = created.modifiedAt } }))
         assert(connections.patch(first, { description = "c" }, { expect = { modifiedAt = first.modifiedAt } }))
         local counts = calls_of(function()
            local none, err = connections.patch(created, { description = "d" }, { expect = { revision = 99 } })
            assert.is_nil(none)
            assert.equal("conflict", err.kind)
            assert.matches("^revision: expected 99, but the connection has %d+: it was changed meanwhile$", err.message)
            assert.equal("c", err.connection.description)
         end)
         assert.same({ GET = 1 }, counts)
      end)

      it("raises misuse where it was called, before any request", function()
         for _, misuse in ipairs {
            function() connections.patch() end, function() connections.patch("a") end,
            function() connections.patch("a", 5) end, function() connections.patch(5, {}) end,
            function() connections.patch("a", {}, { expect = { etag = "x" } }) end,
            function() connections.patch("a", {}, { expected = {} }) end,
            function() connections.patch("a", {}, 5) end,
            function() connections.archive() end, function() connections.restore("a", { x = 1 }) end,
            function() connections.ensure() end, function() connections.ensure(tenant.definition(), 5) end,
            function() connections.ensure(tenant.definition(), { force = true }) end,
         } do
            local line = debug.getinfo(misuse, "S").linedefined
            local fine, message = pcall(misuse)
            assert.is_false(fine)
            assert.matches("changing_spec.lua:" .. line .. ": ", message, 1, true)
         end
         assert.same({}, it_is:calls())
      end)

      it("validates what it is about to send", function()
         local created = it_is:create()
         local none, err = connections.patch(created, { systemType = personalize.null })
         assert.is_nil(none)
         assert.equal("systemType", err.problems[1].path)
      end)
   end)

   describe("ensure", function()
      local definition

      before_each(function() definition = tenant.definition { description = "d" } end)

      it("creates, then leaves as it is, then updates", function()
         local created, what = assert(connections.ensure(definition))
         assert.equal("created", what)
         local same
         local counts = calls_of(function() same, what = assert(connections.ensure(definition)) end)
         assert.equal("unchanged", what)
         assert.same({ GET = 1 }, counts)
         assert.equal(200, personalize.meta(same).status)
         assert.equal(created.ref, same.ref)
         definition.description = "e"
         local updated
         updated, what = assert(connections.ensure(definition))
         assert.equal("updated", what)
         assert.equal(created.ref, updated.ref)
         assert.equal("e", updated.description)
      end)

      it("compares the members given alone, and keeps the others", function()
         it_is:create { description = "d", unknown = { a = 1 }, socketTimeout = 2000 }
         assert.equal("unchanged", select(2, connections.ensure(definition)))
         definition.description = "e"
         assert.equal("updated", select(2, connections.ensure(definition)))
         local sent = json.decode(it_is:last_body())
         assert.equal(2000, sent.socketTimeout)
         assert.same({ a = 1 }, sent.unknown)
      end)

      it("takes builders and connections", function()
         local builder = connections.build("B"):data_system():no_auth():get "https://example.com"
         local created, what = assert(connections.ensure(builder))
         assert.equal("created", what)
         assert.equal("unchanged", select(2, connections.ensure(builder)))
         assert.equal("unchanged", select(2, connections.ensure(created)))
      end)

      it("does not touch archived connections of that name", function()
         start { unique_names = false }
         local old = it_is:create { description = "old" }
         assert(connections.archive(old))
         local created, what = assert(connections.ensure(definition))
         assert.equal("created", what)
         assert.not_equal(old.ref, created.ref)
         assert.equal("unchanged", select(2, connections.ensure(definition)))
      end)

      it("finds the archived one where it is to be archived", function()
         definition.archived = true
         assert.equal("created", select(2, connections.ensure(definition)))
         assert.equal("unchanged", select(2, connections.ensure(definition)))
      end)

      it("does not guess which of two is meant", function()
         start { unique_names = false }
         local refs = { it_is:create().ref, it_is:create().ref }
         local none, err = connections.ensure(definition)
         assert.is_nil(none)
         assert.matches('^conflict: 2 connections are named "Weather": which one is meant cannot be told',
            tostring(err))
         table.sort(refs)
         table.sort(err.refs)
         assert.same(refs, err.refs)
      end)

      it("looks through all pages", function()
         start { page_limit = 10 }
         local first = it_is:create { name = "Wanted" }
         it_is:create_many(25)
         local found, what = assert(connections.ensure(tenant.definition { name = "Wanted" }))
         assert.equal("unchanged", what)
         assert.equal(first.ref, found.ref)
      end)

      it("cannot compare secrets, and sends them when told to", function()
         local given = tenant.oauth()
         local created, what = assert(connections.ensure(given))
         assert.equal("created", what)
         assert.equal("hush-hush", it_is.emulator:stored_secret(created.ref, "clientSecret"))
         given.auth.clientSecret = "new-secret"
         assert.equal("unchanged", select(2, connections.ensure(given)))
         assert.equal("updated", select(2, connections.ensure(given, { force_secrets = true })))
         assert.equal("new-secret", it_is.emulator:stored_secret(created.ref, "clientSecret"))
         given.auth.clientSecret = nil
         assert.equal("unchanged", select(2, connections.ensure(given, { force_secrets = true })))
      end)

      it("validates before any request", function()
         local none, err = connections.ensure { name = "x" }
         assert.is_nil(none)
         assert.equal("validation", err.kind)
         assert.same({}, it_is:calls())
      end)
   end)

   describe("archive and restore", function()
      it("set archived, and send nothing when it is so already", function()
         local created = it_is:create()
         assert.is_true(assert(connections.archive(created)).archived)
         assert.same({ GET = 1 }, calls_of(function() assert.is_true(connections.archive(created.ref).archived) end))
         assert.is_false(assert(connections.restore(created.ref)).archived)
         assert.same({ GET = 1 }, calls_of(function() assert.is_false(connections.restore(created).archived) end))
      end)

      it("say when there is none", function()
         local none, err = connections.archive "00000000-0000-4000-8000-000000000000"
         assert.is_nil(none)
         assert.equal("not_found", err.kind)
      end)
   end)
end)
