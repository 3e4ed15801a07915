-- Of an authType that is not published only texts at the top of `auth` were guarded: a change of the description erased
-- an object, a number or an array that the service does not return, and all of an `auth` without authType.
local json = require "personalize.json"
local personalize = require "personalize"
local tenant = require "spec.support.tenant"

describe("what the service hides of an unpublished auth", function()
   local made, connections

   before_each(function()
      made = tenant.start { mask_unknown_auth = true, journal_secrets = true }
      connections = made.connections
   end)

   after_each(function() made:stop() end)

   local function definition(auth) return tenant.definition { name = "Hidden", auth = auth } end

   -- The `auth` of the last update that was sent.
   local function sent()
      local requests = made.emulator:requests()
      for index = #requests, 1, -1 do
         if requests[index].method == "PUT" then return json.decode(requests[index].body).auth end
      end
      return nil
   end

   local cases = {
      { { authType = "BASIC", credentials = { username = "u", password = "p" } },
         { "auth.credentials.password", "auth.credentials.username" } },
      { { authType = "BASIC", password = "p", credentials = { token = { value = "t" } } },
         { "auth.credentials.token.value", "auth.password" } },
      { { authType = "PIN", pin = 1234 }, { "auth.pin" } },
      { { authType = "FLAGS", signs = true, version = 1.5 }, { "auth.signs", "auth.version" } },
      { { authType = "KEYS", keys = { "a", "b" } }, { "auth.keys" } },
      { { authType = "KEYS", keys = { { id = "a" } } }, { "auth.keys" } },
      { { password = "p" }, { "auth.password" } },
      { { { authType = "BASIC", credentials = { token = "t" } } }, { "auth[1].credentials.token" } },
   }

   -- The value at a path.
   local function at(value, path)
      for name in path:gmatch "[^.%[%]]+" do
         if name ~= "auth" then value = value[tonumber(name) or name] end
      end
      return value
   end

   it("is guarded, and filled in by a secrets function, whatever it is", function()
      for _, case in ipairs(cases) do
         local auth, paths = case[1], case[2]
         connections = made:new_client().connections -- which has learned nothing
         local created = assert(connections.create(definition(auth)))
         local none, err = connections.patch(created.ref, { description = "new" })
         assert.is_nil(none)
         assert.equal("validation", err.kind)
         local found = {}
         for index, problem in ipairs(err.problems) do found[index] = problem.path end
         assert.same(paths, found)
         assert.is_nil(sent())
         assert(connections.patch(created.ref, { description = "new" }, { secrets = function(_, path)
            return at(auth, path)
         end }))
         assert.same(json.decode(json.encode(auth)), sent())
         assert(connections.patch(created.ref, { description = "newer" }, { missing_secrets = "send" }))
         for _, path in ipairs(paths) do assert.is_nil(at(sent()[1] or sent(), path:match "[^.]*$")) end
         made.emulator:reset()
      end
   end)

   it("is sent where it is given", function()
      local created = assert(connections.create(definition(cases[1][1])))
      assert(connections.patch(created.ref, { auth = { credentials = { username = "v", password = "q" } } }))
      assert.same({ username = "v", password = "q" }, sent().credentials)
      local none, err = connections.patch(created.ref, { auth = { credentials = { username = "w" } } })
      assert.is_nil(none)
      assert.equal("auth.credentials.password", err.problems[1].path)
      -- another form of it lacks nothing
      assert(connections.patch(created.ref, { auth = { credentials = "one text" } }))
      assert.equal("one text", sent().credentials)
   end)

   it("is asked for by its type", function()
      local created = assert(connections.create(definition { authType = "PIN", pin = 1234 }))
      local none, err = connections.patch(created.ref, { description = "x" },
         { secrets = function() return "1234" end })
      assert.is_nil(none)
      assert.equal("the secrets function must return a number or nil for auth.pin, got a string", err.message)
   end)

   it("is nothing where nothing was sent", function()
      local created = assert(connections.create(definition { authType = "NEW", a = json.null, b = "", c = {},
         d = json.array {}, e = { f = { g = "" } } }))
      assert(connections.patch(created.ref, { description = "x" }))
   end)

   it("is warned of where nothing is known of it, without an authType too", function()
      for auth, message in pairs {
         [{ authType = "BASIC", credentials = { token = "t" } }] = '"BASIC" is not published: if it has a secret that '
            .. "the service does not return, this update may erase it",
         [{ password = "p" }] = "is missing: if it has a secret that the service does not return, this update may "
            .. "erase it",
      } do
         local created = assert(connections.create(definition(auth)))
         local patched = assert(made:new_client().connections.patch(created.ref, { description = "x" }))
         local warning = personalize.meta(patched).warnings[1]
         assert.same({ "auth.authType", "auth_type_unknown", message }, { warning.path, warning.code, warning.message })
      end
   end)

   it("is not compared by ensure, and sent when told to", function()
      for index = 1, 2 do
         local auth = cases[index][1]
         connections = made:new_client().connections
         assert(connections.create(definition(auth)))
         for _, each in ipairs { connections, made:new_client().connections } do
            assert.equal("unchanged", select(2, assert(each.ensure(definition(auth)))))
         end
         assert.equal("updated", select(2, assert(connections.ensure(definition(auth), { force_secrets = true }))))
         assert.same(auth, sent())
         made.emulator:reset()
      end
      -- what is not hidden is
      assert(connections.create(definition { authType = "NEW" }))
      assert.equal("updated", select(2, assert(connections.ensure(
         definition { authType = "NEW", settings = { mode = 1 } }))))
   end)
end)
