-- What is retrieved and sent back is the same but for what the script changed, byte by byte.
local personalize = require "personalize"
local emulator = require "spec.support.emulator"
local exact = require "spec.support.exact_json"
local generate = require "spec.support.generate"
local schema = require "personalize.schema"

-- What must arrive: the retrieved text but for the members that the server owns and the one that was changed.
local function expected(retrieved, changed, value)
   local tree = exact.read(retrieved)
   for name in pairs(schema.server_owned) do tree.members[name] = nil end
   tree.members[changed] = { kind = "string", value = value }
   return exact.write(tree)
end

describe("retrieve, change one member, update", function()
   local session, connections

   before_each(function()
      session = emulator.start { seed = true, journal_secrets = true }
      connections = assert(personalize.new(session.e:options())).connections
   end)
   after_each(function() session:stop() end)

   local function retrieved_text(ref)
      local status, _, _, text = session:send("GET", "/v2/connections/" .. ref)
      assert.equal(200, status)
      return text
   end

   local function sent()
      local requests = session.e:requests()
      assert.equal("PUT", requests[#requests].method)
      return exact.write(exact.read(requests[#requests].body))
   end

   local options = { missing_secrets = "send" }

   local ways = {
      update = function(c, value)
         c.description = value
         return connections.update(c, nil, options)
      end,
      save = function(c, value)
         c.description = value
         return c:save(options)
      end,
      patch = function(c, value) return connections.patch(c, { description = value }, options) end,
      ["patch by a function"] = function(c, value)
         return connections.patch(c, function(it) it.description = value end, options)
      end,
   }

   local function check(ref)
      for name, way in pairs(ways) do
         local want = expected(retrieved_text(ref), "description", name)
         assert(way(assert(connections.get(ref)), name))
         assert.equal(want, sent(), name)
      end
   end

   it("sends the published bodies as they came", function()
      local list = assert(connections.list())
      assert.equal(3, #list)
      for _, connection in ipairs(list) do check(connection.ref) end
   end)

   -- A connection whose every corner holds something generated.
   local function connection_text(g)
      local members = {
         name = '"x' .. g:string():sub(2),
         description = g:string(),
         systemType = '"X' .. g:string():sub(2),
         exampleValue = g:string(40),
         auth = '{"authType":"X","oauthCustomHeaders":[],"u":' .. g:value(4) .. "}",
         request = '{"connectionUrl":"https://example.com","requestType":"GET","u":' .. g:value(4) .. "}",
         inputMappings = g:pick { "[]", '[{"key":"a","u":' .. g:value(3) .. "}]" },
         outputMappings = "[]",
         urlParameters = "[" .. g:value(3) .. "," .. g:value(3) .. "]",
         customHeaders = '[{"name":' .. g:string() .. ',"value":' .. g:string() .. ',"u":' .. g:value(3) .. "}]",
         u1 = g:value(5), u2 = g:value(5), [""] = g:value(2), ["a.b"] = g:value(2),
         nested = '{"empty":[[],{},[[]],[{}],{"a":[]}],"null":null}',
      }
      local parts = {}
      for name, value in pairs(members) do parts[#parts + 1] = ('"%s":'):format(name) .. value end
      return "{" .. table.concat(parts, ",") .. "}"
   end

   it("sends generated bodies as they came", function()
      for seed = 1, 60 do
         local status, _, _, answer = session:send("POST", "/v2/connections", connection_text(generate.new(seed)))
         assert.equal(201, status, answer)
         check(answer:match '"ref":%s*"([%x-]+)"')
      end
   end)

   it("lists generated bodies as they came", function()
      local refs = {}
      for seed = 1000, 1030 do
         local _, _, _, answer = session:send("POST", "/v2/connections", connection_text(generate.new(seed)))
         refs[answer:match '"ref":%s*"([%x-]+)"'] = true
      end
      for connection in connections.each { page_size = 10 } do
         if refs[connection.ref] then
            local want = exact.write(exact.read(retrieved_text(connection.ref)))
            assert.equal(want, exact.write(exact.read(connection:to_json())))
            assert.equal(want, exact.write(exact.read(connection:to_json { pretty = true })))
            refs[connection.ref] = nil
         end
      end
      assert.same({}, refs)
   end)
end)
