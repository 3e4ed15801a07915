-- The JSON Schema of a connection's file, held against ajv where npm can be had, and against what the library says.
local ajv = require "spec.support.ajv"
local broken = require "spec.support.documents.broken_connections"
local folder = require "spec.support.folder"
local json = require "personalize.json"
local json_schema = require "personalize.sync.json_schema"
local read = require "spec.support.read"
local real_connections = require "spec.support.documents.real_connections"
local sync = require "personalize.sync"

local lacking = ajv.lacking()

describe("the JSON Schema of a connection's file", function()
   local path

   before_each(function() path = folder.new() end)

   after_each(function() folder.remove(path) end)

   -- number -> a definition that is broken
   local function broken_ones()
      local definitions = {}
      for index, break_it in ipairs(broken.list) do
         definitions[index] = broken.sound()
         break_it(definitions[index])
      end
      return definitions
   end

   it("is in the tree as the library makes it", function()
      assert.equal(read "schema/connection.schema.json", json_schema.text())
   end)

   it("refuses nothing that the library does not refuse", function()
      local file = path .. "/a.json"
      for index, definition in ipairs(broken_ones()) do
         folder.write(path, "a.json", assert(json.encode(definition)))
         local _, err = sync.validate(file)
         assert.is_table(err, ("number %d passes: %s"):format(index, read(file)))
      end
      folder.write(path, "a.json", assert(json.encode(broken.sound())))
      assert(sync.validate(file))
      assert.is_true(#broken.list >= 50)
   end)

   if lacking then
      it("was not held against ajv: " .. lacking, function() assert.is_string(lacking) end)
      return
   end

   local schema = assert(json.decode(read "schema/connection.schema.json"))

   it("has nothing that ajv's strict mode complains of", function()
      local _, log = ajv.refused(schema, { sound = broken.sound() })
      assert.same({}, { log[1] })
   end)

   it("accepts every real connection, and every published one, by ajv", function()
      local documents = real_connections.all()
      for _, name in ipairs { "create-request", "create-response", "retrieve" } do
         documents[name] = assert(json.decode(read("spec/fixtures/" .. name .. ".json")))
      end
      local list = read "spec/fixtures/list.json":gsub("<baseURL>", "https://api.example.com")
      for index, each in ipairs(assert(json.decode(list)).items) do
         documents["list " .. index] = each
      end
      documents.sound = broken.sound()
      assert.same({}, (ajv.refused(schema, documents)))
   end)

   it("accepts what the service may have and no page has, by ajv", function()
      local documents = {}
      local function add(name, change)
         documents[name] = broken.sound()
         change(documents[name])
      end
      add("unknown members", function(d) d.zebra, d.request.retries, d.customHeaders[1].note = 1, 2, json.null end)
      add("another authentication", function(d)
         d.auth = { authType = "BASIC", username = "u", password = { ["$env"] = "P" }, connectionUrl = "x",
            clientID = "y" }
      end)
      add("arrays of objects", function(d) d.auth, d.request = json.array { d.auth }, json.array { d.request } end)
      add("null", function(d) d.description, d.auth.clientId, d.customHeaders = json.null, json.null, json.null end)
      add("references", function(d)
         d.request.connectionUrl, d.customHeaders[1].value = { ["$env"] = "URL" }, { ["$file"] = "secrets/key" }
      end)
      add("a token URL of an emulator", function(d) d.auth.accessTokenUrl = "http://[::1]:8080/token" end)
      add("its schema", function(d) d["$schema"] = json_schema.reference end)
      add("escaped data", function(d) d["$$schema"], d.zebra = "x", { ["$$env"] = "y" } end)
      add("what the service owns", function(d) d.ref, d.revision, d.modifiedAt = "x", 7, "now" end)
      assert.same({}, (ajv.refused(schema, documents)))
      for name, definition in pairs(documents) do
         folder.write(path, "a.json", assert(json.encode(definition)))
         assert(sync.validate(path .. "/a.json"), name)
      end
   end)

   it("refuses every broken one, by ajv", function()
      local documents = {}
      for index, definition in ipairs(broken_ones()) do documents[tostring(index)] = definition end
      local refused = ajv.refused(schema, documents)
      for index in ipairs(broken.list) do
         assert.is_table(refused[tostring(index)], "ajv accepts number " .. index .. ": "
            .. json.encode(documents[tostring(index)]))
      end
   end)
end)
