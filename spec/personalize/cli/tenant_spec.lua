-- Which tenant and which connection a command means.
local errors = require "personalize.error"
local tenant = require "personalize.cli.tenant"

local uuid = "0d6a4f9b-3f1e-4c31-9d0b-000000000001"

local function client_of(list, by_ref)
   local asked = {}
   return { asked = asked, connections = {
      list = function()
         asked[#asked + 1] = "list"
         if errors.is(list) then return nil, list end
         return list
      end,
      get = function(ref)
         asked[#asked + 1] = ref
         local found = (by_ref or {})[ref]
         if errors.is(found) then return nil, found end
         if found then return found end
         return errors.fail("not_found", "no")
      end,
   } }
end

local function connection(ref, name, archived) return { ref = ref, name = name, archived = archived } end

describe("the source of a tenant's variables", function()
   it("is a prefix, or a profile, not both", function()
      assert.same({ prefix = "PERSONALIZE" }, tenant.source())
      assert.same({ prefix = "_STAGING2" }, tenant.source(nil, "_STAGING2"))
      for _, prefix in ipairs { "", "2A", "A-B", "A B", "A=" } do
         local source, err = tenant.source(nil, prefix)
         assert.same({ nil, "config" }, { source, err.kind }, prefix)
         assert.matches("is no prefix of environment variables: letters, digits and _$", err.message)
      end
      local source, err = tenant.source("staging", "STAGING")
      assert.same({ nil, "give --profile or --prefix, not both" }, { source, err.message })
      source, err = tenant.source("nobody/here")
      assert.same({ nil, "config" }, { source, err.kind })
   end)
end)

describe("a connection of a command", function()
   it("is one of its ref, without asking for all", function()
      local one = connection(uuid, "A")
      local client = client_of({}, { [uuid] = one })
      assert.is_true(rawequal(one, (tenant.find(client, uuid))))
      assert.same({ uuid }, client.asked)
   end)

   it("may have a name that looks like a ref", function()
      local one = connection("1", uuid)
      assert.is_true(rawequal(one, (tenant.find(client_of { one }, uuid))))
   end)

   it("is not looked for by name where the service fails", function()
      local refused = errors.new { kind = "server", message = "no" }
      local client = client_of({ connection("1", uuid) }, { [uuid] = refused })
      local found, err = tenant.find(client, uuid)
      assert.is_nil(found)
      assert.is_true(rawequal(refused, err))
      found, err = tenant.find(client_of(refused), "A")
      assert.is_nil(found)
      assert.is_true(rawequal(refused, err))
   end)

   it("is one in use of its name, or the archived one where that is meant or alone", function()
      local list = { connection("1", "A", true), connection("2", "A", false), connection("3", "B", true),
         connection("4", "C") }
      local function ref(name, how) return tenant.find(client_of(list), name, how).ref end
      assert.same({ "2", "3", "4" }, { ref "A", ref "B", ref "C" })
      local archived = { prefers_archived = true }
      assert.same({ "1", "3", "4" }, { ref("A", archived), ref("B", archived), ref("C", archived) })
   end)

   it("is none where several are meant, or nobody has the name", function()
      local list = { connection("1", "Weather"), connection("2", "Weather") }
      local found, err = tenant.find(client_of(list), "Weather")
      assert.same({ nil, "conflict", '2 connections are named "Weather"; give the ref: 1, 2' },
         { found, err.kind, err.message })
      found, err = tenant.find(client_of(list), "Wether")
      assert.same({ nil, "not_found", 'no connection is named "Wether", nor is it the ref of one '
         .. '(did you mean "Weather"?)' }, { found, err.kind, err.message })
   end)
end)
